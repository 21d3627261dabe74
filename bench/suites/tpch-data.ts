import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { dataDirectory } from '../paths.ts';
import { installPython, runPython } from '../python.ts';
import type { PrepareContext } from '../suite.ts';

export const TPCH_TABLE_NAMES: readonly string[] = [
  'region',
  'nation',
  'supplier',
  'customer',
  'part',
  'partsupp',
  'orders',
  'lineitem',
];

/** Rows of lineitem at scale factor 1, to the nearest million. */
export const ROWS_PER_SCALE = 6_000_000;

/** Writes what dbgen would, byte for byte, as Parquet. */
const GENERATOR = 'tpchgen-cli==4.0.0';

/** A release of DuckDB for Python whose tpch extension is built in: it carries the published answers. */
const ANSWERS = 'duckdb==0.9.2';

/**
 * Queries whose answer depends on addresses or comments. DuckDB's own generator makes other texts there than
 * dbgen, so that its answers are not the published ones; Windrow's were compared with those by hand.
 */
const DEPENDS_ON_TEXTS: readonly number[] = [2, 10, 13, 15, 20];

/** The tables by tpchgen-cli and, at scale factor 1, the published answers. */
export async function prepareTpch(context: PrepareContext): Promise<string | undefined> {
  const { directory, rows, say } = context;
  const scale = rows / ROWS_PER_SCALE;
  if (!existsSync(`${directory}/lineitem.parquet`)) {
    const obstacle = await generateTables(directory, scale, say);
    if (obstacle !== undefined) return obstacle;
  }
  if (scale === 1 && !existsSync(`${directory}/answers`)) await writeAnswers(directory, say);
  return undefined;
}

async function generateTables(
  directory: string,
  scale: number,
  say: (text: string) => void,
): Promise<string | undefined> {
  say(`generating TPC-H at scale factor ${scale} with ${GENERATOR}\n`);
  const tool = `${dataDirectory}/${GENERATOR.replace('==', '-')}`;
  const obstacle = await installPython({ requirement: GENERATOR, directory: tool });
  if (obstacle !== undefined) {
    return (
      `${GENERATOR} could not be installed with python3 and pip: ${obstacle}\n` +
      `Give --data DIRECTORY with ${TPCH_TABLE_NAMES.map((name) => `${name}.parquet`).join(', ')}.`
    );
  }
  const unfinished = `${directory}/unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = ['parquet', '--scale-factor', String(scale), '--output-dir', unfinished];
  await promisify(execFile)(`${tool}/bin/tpchgen-cli`, [...args, '--quiet']);
  for (const name of TPCH_TABLE_NAMES) {
    renameSync(`${unfinished}/${name}.parquet`, `${directory}/${name}.parquet`);
  }
  rmSync(unfinished, { recursive: true });
  return undefined;
}

const PRINT_ANSWERS = `
import duckdb, json
connection = duckdb.connect()
connection.execute("load tpch")
answers = "select query_nr, answer from tpch_answers() where scale_factor = 1"
print(json.dumps(connection.execute(answers).fetchall()))
`;

/** One file per query, `|` between cells, names in the first line. Without them the rest still runs. */
async function writeAnswers(directory: string, say: (text: string) => void): Promise<void> {
  say(`taking the published answers out of ${ANSWERS}\n`);
  const tool = `${dataDirectory}/${ANSWERS.replace('==', '-')}`;
  const obstacle = await installPython({ requirement: ANSWERS, directory: tool });
  if (obstacle !== undefined) {
    say(`the published answers are not at hand, DuckDB's have to do: ${obstacle}\n`);
    return;
  }
  const answers = JSON.parse(await runPython(PRINT_ANSWERS, tool)) as [number, string][];
  mkdirSync(`${directory}/answers`, { recursive: true });
  for (const [query, text] of answers) {
    if (DEPENDS_ON_TEXTS.includes(query)) continue;
    writeFileSync(`${directory}/answers/q${String(query).padStart(2, '0')}.txt`, text);
  }
}
