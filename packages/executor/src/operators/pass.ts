import type { StreamOperator } from '../operator.ts';
import { append, type OperatorData, type Stream } from '../runtime/stream.ts';

/** Hands rows on as they are; they are counted as the node's. */
export interface PassSpec extends OperatorData {
  readonly kind: 'pass';
}

/** The stream as the rows of a node that has no work of its own to do. */
export const passAs = (stream: Stream, nodeId: number): Stream =>
  append(stream, { kind: 'pass', nodeId }, { columns: stream.columns });

export const openPass = (): StreamOperator => ({
  push: (batch, next) => next(batch),
});
