import { openDuckdb } from './engines/duckdb.ts';
import { type BenchEngine, cellOf } from './engines/engine.ts';
import { openWindrow } from './engines/windrow.ts';
import { startMeter } from './meter.ts';
import type { Reply, Request } from './protocol.ts';

/** One engine in its own process: told what to do over IPC, so that neither warms or starves the other. */
let engine: BenchEngine | undefined;

type Rows = readonly (readonly unknown[])[];

interface Answer {
  readonly rows: Rows;
  readonly text: string;
}

const NOTHING: Answer = { rows: [], text: '' };

async function answer(request: Request): Promise<Answer> {
  if (request.kind === 'open') {
    engine = await (request.engine === 'windrow' ? openWindrow(request) : openDuckdb(request));
    return { rows: [], text: await engine.version() };
  }
  if (engine === undefined) throw new Error('no engine is open');
  switch (request.kind) {
    case 'load':
      await engine.load(request.table, request.file, request.storage);
      return NOTHING;
    case 'register':
      await engine.register(request.definition);
      return NOTHING;
    case 'run': {
      const { sql, fold } = request;
      const rows = await (fold === undefined ? engine.run(sql) : engine.fold(sql, fold));
      return { rows, text: '' };
    }
    case 'close':
      await engine.close();
      return NOTHING;
  }
}

process.on('message', (request: Request) => {
  const meter = startMeter();
  const reply = ({ rows, text }: Answer, error: string | undefined): void => {
    const reading = meter();
    const cells = rows.map((row) => row.map(cellOf));
    process.send?.({ ...reading, rows: cells, text, error } satisfies Reply);
    if (request.kind === 'close') process.disconnect();
  };
  answer(request).then(
    (result) => reply(result, undefined),
    (error: unknown) => reply(NOTHING, error instanceof Error ? error.message : String(error)),
  );
});
