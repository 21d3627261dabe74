import type { TableProvider } from './source.ts';

/** What a name in FROM resolves to. A view keeps its text and is bound at each use. */
export type CatalogEntry =
  | { readonly kind: 'table'; readonly name: string; readonly provider: TableProvider }
  | {
      readonly kind: 'view';
      readonly name: string;
      readonly sql: string;
      readonly columnNames: readonly string[] | undefined;
    };

/** Name look-up for the binder; names are matched without case. */
export interface Catalog {
  lookup(path: readonly string[]): CatalogEntry | undefined;
  /** All names, for did-you-mean. */
  names(): Iterable<string>;
}
