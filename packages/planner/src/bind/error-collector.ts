import { SqlError } from '@windrow/core';

/**
 * Binds the clauses of a query in the order in which they are evaluated, but reports the error that comes
 * first in the text: a clause that fails is remembered while the others are tried.
 */
export class ErrorCollector {
  readonly #errors: SqlError[] = [];

  /** The clause's result, or undefined when it failed. */
  attempt<T>(bind: () => T): T | undefined {
    try {
      return bind();
    } catch (thrown) {
      if (!(thrown instanceof SqlError) || thrown.code === 'internal') throw thrown;
      this.#errors.push(thrown);
      return undefined;
    }
  }

  /** @throws SqlError the remembered error with the first span. */
  throwFirst(): void {
    const start = (error: SqlError): number => error.span?.start ?? Number.POSITIVE_INFINITY;
    const [first] = this.#errors.sort((a, b) => start(a) - start(b));
    if (first !== undefined) throw first;
  }
}
