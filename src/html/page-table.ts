import { markup, type Markup } from './markup.ts';

export interface PageColumn {
  readonly heading: string;
  readonly isNumber: boolean;
}

/** A table with a caption, of texts, which a keyboard can scroll where it is wider than the page. */
export function pageTable(
  caption: string,
  columns: readonly PageColumn[],
  rows: readonly (readonly string[])[],
): Markup {
  const kind = (i: number) => (columns[i]?.isNumber === true ? markup` class="number"` : markup``);
  const heads = columns.map(({ heading }, i) => markup`<th scope="col"${kind(i)}>${heading}</th>`);
  const lines = rows.map(
    (row) => markup`<tr>${row.map((text, i) => markup`<td${kind(i)}>${text}</td>`)}</tr>`,
  );
  return markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${lines}</tbody>
</table>
</div>`;
}
