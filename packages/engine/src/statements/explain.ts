import { SqlError, VARCHAR } from '@windrow/core';
import type { Explain, Query, Statement } from '@windrow/parser';
import { printLogical, printPhysical, printPhysicalJson } from '@windrow/planner';
import type { Database, StatementContext } from '../database.ts';
import type { Handler } from './execute.ts';

/** The plan of a query; ANALYZE runs it first and adds what each operator did. */
export const explain: Handler<Explain> = async (db, node, context) => {
  const query = queryOf(node.statement);
  const bound = await db.bind(query, context);
  const planned = db.plan(bound, context, { trace: node.verbose });
  const sections: [string, string][] = [];
  if (node.verbose) {
    sections.push(['bound plan', printLogical(bound.plan)]);
    for (const { rule, plan } of planned.trace)
      sections.push([`after ${rule}`, printLogical(plan)]);
  }
  if (node.logical || node.verbose) sections.push(['logical plan', printLogical(planned.logical)]);
  if (!node.logical) {
    const measured = node.analyze ? await measure(db, planned, context) : undefined;
    sections.push([
      'physical plan',
      node.format === 'json'
        ? printPhysicalJson(planned.physical, measured)
        : printPhysical(planned.physical, measured),
    ]);
  }
  const fields = ['explain_key', 'explain_value'].map((name) => ({
    name,
    type: VARCHAR,
    nullable: false,
  }));
  return db.rows(fields, sections, context);
};

async function measure(
  db: Database,
  planned: ReturnType<Database['plan']>,
  context: StatementContext,
) {
  const execution = db.run(planned, context);
  await execution.writes();
  const { operators, wallMs } = await execution.stats;
  const nodes = new Map(
    operators.map((operator) => [
      operator.nodeId,
      {
        rows: Number(operator.rows),
        ms: operator.ms,
        memoryBytes: operator.memory,
        threads: operator.threads,
      },
    ]),
  );
  return { nodes, wallMs };
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
