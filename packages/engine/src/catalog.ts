import { type Catalog, type CatalogEntry, didYouMean, type Span, SqlError } from '@windrow/core';
import type { WriteTarget } from '@windrow/planner';

/** Default schema; `main.t` and `t` name the same table. */
export const DEFAULT_SCHEMA = 'main';

/** A relation, and for a table made by CREATE TABLE how its columns were declared. */
export type StoredEntry = CatalogEntry & { readonly columns?: WriteTarget['columns'] | undefined };

/** A relation's place: schemas are flat, names are matched without case and shown as created. */
interface Slot {
  readonly schema: string;
  readonly entry: StoredEntry;
}

/** Tables and views of one database, by name. */
export class MemoryCatalog implements Catalog {
  readonly #slots = new Map<string, Slot>();
  readonly #schemas = new Map<string, string>([[DEFAULT_SCHEMA, DEFAULT_SCHEMA]]);

  lookup(path: readonly string[]): StoredEntry | undefined {
    return this.#slots.get(keyOf(path))?.entry;
  }

  *names(): Iterable<string> {
    for (const { schema, entry } of this.#slots.values()) {
      yield schema === DEFAULT_SCHEMA ? entry.name : `${schema}.${entry.name}`;
    }
  }

  /** All relations with their schemas, ordered by schema and name. */
  entries(): { schema: string; entry: StoredEntry }[] {
    return [...this.#slots.values()].sort(
      (a, b) => compareText(a.schema, b.schema) || compareText(a.entry.name, b.entry.name),
    );
  }

  schemas(): string[] {
    return [...this.#schemas.values()].sort(compareText);
  }

  /** Replaces whatever has the name. @throws SqlError `bind` 3F000 for an unknown schema. */
  put(path: readonly string[], entry: StoredEntry, span?: Span): void {
    const schema = schemaOf(path);
    const stored = this.#schemas.get(schema.toLowerCase());
    if (stored === undefined) {
      throw new SqlError('bind', `schema "${schema}" does not exist`, {
        span,
        sqlState: '3F000',
        hint: didYouMean(schema, this.#schemas.values()) ?? `CREATE SCHEMA ${schema} makes it.`,
      });
    }
    this.#slots.set(keyOf(path), { schema: stored, entry });
  }

  remove(path: readonly string[]): CatalogEntry | undefined {
    const key = keyOf(path);
    const slot = this.#slots.get(key);
    this.#slots.delete(key);
    return slot?.entry;
  }

  hasSchema(name: string): boolean {
    return this.#schemas.has(name.toLowerCase());
  }

  addSchema(name: string): void {
    this.#schemas.set(name.toLowerCase(), name);
  }

  /** @returns the relations that stood in it. */
  removeSchema(name: string): CatalogEntry[] {
    const removed: CatalogEntry[] = [];
    for (const [key, slot] of this.#slots) {
      if (slot.schema.toLowerCase() !== name.toLowerCase()) continue;
      removed.push(slot.entry);
      this.#slots.delete(key);
    }
    this.#schemas.delete(name.toLowerCase());
    return removed;
  }
}

const schemaOf = (path: readonly string[]): string => path.at(-2) ?? DEFAULT_SCHEMA;

const keyOf = (path: readonly string[]): string =>
  `${schemaOf(path).toLowerCase()}.${(path.at(-1) ?? '').toLowerCase()}`;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
