import type { Markup } from '../html/markup.ts';

/** A part of a page, which is sent again where it has changed. */
export interface Region {
  readonly id: string;
  readonly content: Markup;
  /** It holds what its reader types: it is sent with the page alone. */
  readonly isFixed?: true;
}

/** What a reader sees of the rack at one moment. */
export interface Page {
  readonly status: 200 | 400 | 404;
  /** Of the tab: the worst first. */
  readonly title: string;
  /** In the order in which they are read. */
  readonly regions: readonly Region[];
}
