import { markup, NOTHING, type Markup } from './markup.ts';

/** How cells are set: figures to the right, ids in letters of one width, what is long may break. */
export type CellKind = 'word' | 'number' | 'id' | 'text';

const CLASS: Readonly<Record<CellKind, Markup>> = {
  word: NOTHING,
  number: markup` class="n"`,
  id: markup` class="i"`,
  text: markup` class="t"`,
};

export interface PageColumn {
  readonly heading: string;
  readonly kind: CellKind;
}

export interface PageRow {
  /** Its name in the page, for links to it. */
  readonly id?: string;
  /** What it is of; it stays in sight while the rest is scrolled. */
  readonly name: Markup;
  readonly cells: readonly (string | Markup)[];
}

export interface PageTable {
  readonly caption: string;
  /** Heading of what the rows are called by. */
  readonly nameHeading: string;
  readonly columns: readonly PageColumn[];
  readonly rows: readonly PageRow[];
}

/** A table of named rows, which a keyboard can scroll where it is wider than the page. */
export function pageTable({ caption, nameHeading, columns, rows }: PageTable): Markup {
  const kind = (i: number) => CLASS[columns[i]?.kind ?? 'word'];
  const heads = columns.map(({ heading }, i) => markup`<th scope="col"${kind(i)}>${headText(heading)}</th>`);
  const lines = rows.map(({ id, name, cells }) => {
    const mark = id === undefined ? NOTHING : markup` id="${id}"`;
    return markup`<tr${mark}><th scope="row">${name}</th>${packed(cells.map((cell, i) => markup`<td${kind(i)}>${cell}</td>`))}</tr>`;
  });
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${headText(nameHeading)}</th>${packed(heads)}</tr></thead>
<tbody>
${lines}
</tbody>
</table>
</div>`;
}

/** Texts up to this length stay on one line. */
const SHORT = 60;

/** A text for a heading or a name of a row: one that is too long for a column breaks. */
export function headText(text: string): Markup {
  return text.length > SHORT ? markup`<span class="long">${text}</span>` : markup`${text}`;
}

/** Without lines between them: a table of a rack has thousands. */
function packed(pieces: readonly Markup[]): Markup {
  return { html: pieces.map(({ html }) => html).join('') };
}

export const TABLE_STYLE: Markup = markup`
.scroll { overflow-x: auto; max-width: 100%; border: 1px solid var(--rule); border-radius: 0.4rem; }
table { border-collapse: collapse; font-size: 0.8125rem; line-height: 1.35; min-width: 100%; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 0.35rem 0.7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { overflow-wrap: normal; font-size: 0.75rem; color: var(--soft); background: var(--frame); }
th[scope="row"] { position: sticky; left: 0; background: var(--page); font-weight: 400; box-shadow: 1px 0 0 var(--rule); }
thead th:first-child { position: sticky; left: 0; z-index: 1; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td small { display: block; color: var(--soft); font-size: 0.75rem; }
td.i, th i { font: 0.75rem/1.35 ui-monospace, monospace; }
td.t { white-space: normal; min-width: 16rem; max-width: 30rem; overflow-wrap: anywhere; }
.long { display: inline-block; white-space: normal; max-width: 18rem; overflow-wrap: anywhere; }
tr:target > * { background: var(--frame); }
@media (max-width: 40rem) {
th, td { padding: 0.3rem 0.5rem; }
th[scope="row"] { width: 10rem; min-width: 10rem; max-width: 10rem; white-space: normal; overflow-wrap: anywhere; }
}
@media print { .scroll { overflow: visible; } th, td { white-space: normal; } th[scope="row"] { position: static; } }
`;
