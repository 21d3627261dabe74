import { SqlError, VARCHAR } from '@windrow/core';
import type { Explain, Query, Statement } from '@windrow/parser';
import {
  explainJson,
  explainText,
  type MeasuredRun,
  type PlannedQuery,
  printLogical,
} from '@windrow/planner';
import type { Database, StatementContext } from '../database.ts';
import type { Handler } from './handler.ts';

/** The plan of a query, a row a line (JSON: one row); ANALYZE runs it first and adds what each operator did. */
export const explain: Handler<Explain> = async (db, node, context) => {
  const bound = await db.bind(queryOf(node.statement), context);
  const planned = db.plan(bound, context, { trace: node.verbose });
  const measured = node.analyze ? await measure(db, planned, context) : undefined;
  const text = textOf(node, planned, measured);
  const rows = node.format === 'json' ? [[text]] : text.split('\n').map((line) => [line]);
  return db.rows([PLAN_FIELD], rows, context);
};

const PLAN_FIELD = { name: 'plan', type: VARCHAR, nullable: false };

function textOf(node: Explain, planned: PlannedQuery, measured: MeasuredRun | undefined): string {
  if (node.logical) return printLogical(planned.logical);
  if (node.format === 'json')
    return JSON.stringify(explainJson(planned.physical, measured), null, 2);
  return explainText(planned, { measured, verbose: node.verbose });
}

async function measure(
  db: Database,
  planned: PlannedQuery,
  context: StatementContext,
): Promise<MeasuredRun> {
  const execution = db.run(planned, context);
  await execution.drain();
  const { operators, wallMs, peakMemory } = await execution.stats;
  const nodes = operators.map(({ nodeId, rows, ms, memory, spilledBytes, threads }) => ({
    nodeId,
    rows: Number(rows),
    ms,
    memoryBytes: memory,
    spilledBytes,
    threads,
  }));
  return { nodes, elapsedMs: wallMs, memoryBytes: peakMemory };
}

function queryOf(statement: Statement): Query {
  switch (statement.kind) {
    case 'query':
      return statement;
    case 'createTableAs':
      return statement.query;
    case 'copyTo':
      if (statement.source.kind === 'query') return statement.source;
      break;
    case 'insert':
      if (statement.source !== null) return statement.source;
      break;
    default:
  }
  throw new SqlError('unsupported', 'only queries can be explained', {
    span: statement.span,
    hint: 'EXPLAIN takes a SELECT, or a statement that contains one.',
  });
}
