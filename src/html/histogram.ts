import { markup, NOTHING, type Markup } from './markup.ts';

/** A column of a histogram. */
export interface HistogramBar {
  /** Where it begins: `1.05 ms`. */
  readonly label: string;
  /** All that it says: `1.05–2.10 ms: 123 (12%)`. */
  readonly words: string;
  /** Of the highest one, 0 to 1. */
  readonly height: number;
}

export interface HistogramModel {
  readonly title: string;
  /** `1234 samples; p50 0.524–1.05 ms; p99 …`. */
  readonly words: string;
  readonly bars: readonly HistogramBar[];
  /** Percentiles, by the index of the bar that holds them. */
  readonly marks: readonly { readonly name: string; readonly bar: number }[];
}

const WIDTH = 344;
const TOP = 18;
const PLOT = 104;
const BOTTOM = 16;
const HEIGHT = TOP + PLOT + BOTTOM;
/** What a letter of a label takes, about. */
const LETTER = 5.8;

/** A histogram as a picture, with what it comes to in words. Its buckets in full belong into a table beside it. */
export function histogramFigure({ title, words, bars, marks }: HistogramModel): Markup {
  const pitch = WIDTH / Math.max(1, bars.length);
  const columns = bars.map(({ height, words: said }, i) => {
    if (height <= 0) return NOTHING;
    const high = Math.max(1.5, height * PLOT);
    return markup`<rect x="${rounded(i * pitch)}" y="${rounded(TOP + PLOT - high)}" width="${rounded(Math.max(1, pitch - 1))}" height="${rounded(high)}"><title>${said}</title></rect>`;
  });
  return markup`<figure class="histogram">
<figcaption><b>${title}</b><br>${words}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="histogram of ${title}: ${words}">
${columns}
<path class="axis" d="M0 ${TOP + PLOT}.5h${WIDTH}"/>
${markLines(marks, pitch)}
${axisLabels(bars, pitch)}
</svg>
</figure>`;
}

function markLines(marks: HistogramModel['marks'], pitch: number): readonly Markup[] {
  const at = new Map<number, string[]>();
  for (const { name, bar } of marks) at.set(bar, [...(at.get(bar) ?? []), name]);
  let end = Number.NEGATIVE_INFINITY;
  let isLow = false;
  return [...at].map(([bar, names]) => {
    const x = (bar + 0.5) * pitch;
    const text = names.join(', ');
    // A name that would reach into the one before stands a line lower.
    isLow = x < end && !isLow;
    const anchor = x > WIDTH / 2 ? 'end' : 'start';
    const shift = anchor === 'end' ? -3 : 3;
    end = x + (anchor === 'end' ? 0 : text.length * LETTER);
    return markup`<path class="p" d="M${rounded(x)} 2v${TOP + PLOT - 2}"/><text x="${rounded(x + shift)}" y="${isLow ? 22 : 10}" text-anchor="${anchor}">${text}</text>`;
  });
}

/** As many as have room, each below the left edge of its bar. */
function axisLabels(bars: readonly HistogramBar[], pitch: number): readonly Markup[] {
  let end = Number.NEGATIVE_INFINITY;
  return bars.flatMap(({ label }, i) => {
    const from = i * pitch;
    const to = from + label.length * LETTER;
    if (from < end + LETTER || to > WIDTH) return [];
    end = to;
    return [markup`<text x="${rounded(from)}" y="${HEIGHT - 4}">${label}</text>`];
  });
}

function rounded(n: number): number {
  return Math.round(n * 10) / 10;
}

export const HISTOGRAM_STYLE: Markup = markup`
.histograms { display: flex; flex-wrap: wrap; gap: 1rem; }
.histogram { margin: 0; padding: 0.7rem; max-width: 100%; border: 1px solid var(--rule); border-radius: 0.4rem; break-inside: avoid; }
.histogram figcaption { max-width: ${WIDTH}px; margin-bottom: 0.4rem; font-size: 0.8125rem; }
.histogram svg { display: block; max-width: 100%; height: auto; }
.histogram rect { fill: var(--bar); }
.histogram text { fill: var(--soft); font-size: 10px; }
.histogram .axis { stroke: var(--soft); }
.histogram .p { stroke: var(--ink); stroke-dasharray: 3 2; }
`;
