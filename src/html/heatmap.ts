import { markup, NOTHING, type Markup } from './markup.ts';
import { headText } from './page-table.ts';

export interface HeatmapCell {
  /** 0 for nothing, 4 for most. */
  readonly level: number;
  /** Its share: `12`, `<1`; empty for nothing. */
  readonly percent: string;
}

export interface HeatmapLine {
  readonly name: string;
  /** A text: there is nothing to draw, and why. */
  readonly cells: readonly HeatmapCell[] | string;
  /** Whether nothing is known of it. */
  readonly isSilent: boolean;
  readonly count: string;
  readonly p99: string;
}

export interface HeatmapModel {
  readonly title: string;
  /** Where each bucket begins. */
  readonly columns: readonly string[];
  readonly lines: readonly HeatmapLine[];
}

export const HEATMAP_LEVELS = 4;

/** A heatmap as a table: each cell has its share as a number too, so that no reader needs the color. */
export function heatmapTable({ title, columns, lines }: HeatmapModel): Markup {
  const caption = `Heatmap of ${title}`;
  const width = columns.length;
  const rows = lines.map((line) => {
    const name = markup`<th scope="row">${headText(line.name)}</th>`;
    if (typeof line.cells === 'string') {
      const kind = line.isSilent ? markup` class="silent"` : NOTHING;
      return markup`<tr>${name}<td colspan="${width + 2}"${kind}>${line.cells}</td></tr>`;
    }
    const cells = line.cells.map(({ level, percent }) =>
      level === 0 ? '<td></td>' : `<td class="h${level}">${markup`${percent}`.html}</td>`,
    );
    return markup`<tr>${name}${{ html: cells.join('') }}<td class="n">${line.count}</td><td class="n">${line.p99}</td></tr>`;
  });
  const heads = columns.map((label) => markup`<th scope="col">${label}</th>`);
  return markup`<div class="scroll heatmap" role="region" aria-label="${caption}" tabindex="0">
<table>
<caption>${caption}</caption>
<thead><tr><th scope="col">${headText(title)}</th>${heads}<th scope="col" class="n">COUNT</th><th scope="col" class="n">P99</th></tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>`;
}

/** What the shades of a heatmap say, once for all that stand above it. */
export const HEATMAP_LEGEND: Markup = markup`<p class="heat-legend">Each number is the percentage of the row's own count, from the bucket that begins above it: ${Array.from(
  { length: HEATMAP_LEVELS },
  (_, i) => {
    const share = ((i + 1) / HEATMAP_LEVELS) ** 2 * 100;
    const words = i + 1 === HEATMAP_LEVELS ? 'more' : `below ${Number(share.toFixed(2))}%`;
    return markup`<span class="h${i + 1}">${words}</span>`;
  },
)} An empty cell has no samples. A ! is a partial answer.</p>`;

export const HEATMAP_STYLE: Markup = markup`
:root { --h1: #e3f1ec; --h2: #a9d9c9; --h3: #4fa88c; --h4: #0f6b52; --h3-ink: #04140e; --h4-ink: #ffffff; }
@media screen and (prefers-color-scheme: dark) { :root { --h1: #13302a; --h2: #1c5647; --h3: #3aa184; --h4: #9df0d2; --h3-ink: #03110c; --h4-ink: #03110c; } }
.h1 { background: var(--h1); }
.h2 { background: var(--h2); }
.h3 { background: var(--h3); color: var(--h3-ink); }
.h4 { background: var(--h4); color: var(--h4-ink); font-weight: 600; }
.heatmap table { font-size: 0.75rem; }
.heatmap td, .heatmap th { padding: 0.2rem 0.35rem; border-bottom-width: 0; }
.heatmap td { text-align: center; font-variant-numeric: tabular-nums; min-width: 2.1rem; }
.heatmap .n { text-align: right; }
.heatmap { margin-top: 0.6rem; }
.heatmap thead th { font-weight: 400; }
.heatmap .silent { text-align: left; background: repeating-linear-gradient(135deg, var(--frame) 0 6px, var(--page) 6px 12px); }
.heat-legend { font-size: 0.8125rem; }
.heat-legend span { padding: 0.05rem 0.4rem; margin: 0 0.1rem; border-radius: 0.2rem; white-space: nowrap; }
`;
