import { momentText } from '../drawing/moment.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { signMarkup, signWord, type Sign } from './sign.ts';

/** A time in which something was so. */
export interface TimelineSpan {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** `unknown`: nobody saw how it was. */
  readonly sign: Sign | 'unknown';
}

export interface TimelineLane {
  readonly name: string;
  /** Where it was, and the like. */
  readonly details: string;
  /** Later ones lie above earlier ones. */
  readonly spans: readonly TimelineSpan[];
}

export interface TimelineModel {
  /** What the lanes are. */
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly TimelineLane[];
}

const LENGTH = 1000;
/** The least that is drawn of what one look saw. */
const LEAST = 5;
const HEIGHT = 20;
/** Spans that a reader who does not see them hears of a lane. */
const MOST_WORDS = 12;

/** How high a state stands: the worse, the higher, so that no reader needs the color. */
const STANDS: Readonly<Partial<Record<Sign, number>>> = {
  down: 20,
  critical: 17,
  degraded: 13,
  repairing: 9,
  ok: 4,
  inactive: 2,
};

/** Lives side by side on one axis of time. */
export function timelineFigure({ title, from, to, lanes }: TimelineModel): Markup {
  const axis = axisTimes(from, to).map((at) => markup`<span>${momentText(at)}</span>`);
  const signs = new Set(lanes.flatMap(({ spans }) => spans.map(({ sign }) => sign)));
  return markup`<figure class="timeline">
<figcaption class="soft">${title}</figcaption>
<ol>
${lanes.map((lane) => laneItem(lane, from, to))}
</ol>
<div class="axis" aria-hidden="true">${axis}</div>
<p class="timeline-legend">${[...legendEntries(signs)]}</p>
</figure>`;
}

function laneItem({ name, details, spans }: TimelineLane, from: number, to: number): Markup {
  const scale = LENGTH / Math.max(1, to - from);
  const shown = spans.filter((span) => span.to >= from && span.from <= to);
  const bars = shown.map((span) => {
    const start = Math.max(0, (span.from - from) * scale);
    const length = Math.max(LEAST, (Math.min(span.to, to) - Math.max(span.from, from)) * scale);
    return spanBar(span.sign, Math.min(start, LENGTH - LEAST), length);
  });
  return markup`<li><span class="lane"><b>${name}</b> <span class="soft">${details}</span></span><svg viewBox="0 0 ${LENGTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${spanWords(shown)}">${bars}</svg></li>`;
}

function spanBar(sign: TimelineSpan['sign'], start: number, length: number): Markup {
  const x = Math.round(start * 10) / 10;
  const wide = Math.round(length * 10) / 10;
  const height = sign === 'unknown' ? undefined : STANDS[sign];
  if (height === undefined) {
    // What was so before and after says nothing of the time between.
    return markup`<path class="gap" d="M${x} ${HEIGHT / 2}h${wide}"/><path class="unseen" d="M${x} ${HEIGHT / 2}h${wide}"/>`;
  }
  return markup`<rect class="s-${sign}" x="${x}" y="${HEIGHT - height}" width="${wide}" height="${height}"/>`;
}

function spanWords(spans: readonly TimelineSpan[]): string {
  const said = spans
    .toSorted((a, b) => a.from - b.from)
    .slice(-MOST_WORDS)
    .map(({ sign, from, to }) => `${wordOf(sign)} from ${momentText(from)} to ${momentText(to)}`);
  const more = spans.length - said.length;
  return `${more > 0 ? `${more} earlier ones; ` : ''}${said.join('; ')}`;
}

function wordOf(sign: TimelineSpan['sign']): string {
  return sign === 'unknown' || STANDS[sign] === undefined ? 'not known' : signWord(sign);
}

function* legendEntries(signs: ReadonlySet<TimelineSpan['sign']>): Iterable<Markup> {
  for (const sign of Object.keys(STANDS)) {
    const known = [...signs].find((each) => each === sign);
    if (known === undefined || known === 'unknown') continue;
    yield markup`<span>${sample(spanBar(known, 0, LENGTH))}${signMarkup(known)} ${signWord(known)}</span>`;
  }
  const isUnknown = [...signs].some((sign) => sign === 'unknown' || STANDS[sign] === undefined);
  yield isUnknown ? markup`<span>${sample(spanBar('unknown', 0, LENGTH))} not known</span>` : NOTHING;
}

function sample(bar: Markup): Markup {
  return markup`<svg class="sample" viewBox="0 0 ${LENGTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bar}</svg>`;
}

function axisTimes(from: number, to: number): readonly number[] {
  return [0, 0.5, 1].map((part) => from + (to - from) * part);
}

export const TIMELINE_STYLE: Markup = markup`
.timeline { margin: 0; }
.timeline ol { list-style: none; margin: 0.4rem 0 0; padding: 0; }
.timeline li { display: grid; grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); gap: 0 1rem; align-items: center; padding: 0.3rem 0; border-bottom: 1px solid var(--rule); }
.timeline .lane { font-size: 0.8125rem; overflow-wrap: anywhere; }
.timeline .lane b { font: 0.75rem/1.35 ui-monospace, monospace; display: block; }
.timeline svg { width: 100%; height: 1.5rem; background: var(--frame); }
.timeline rect { fill: var(--edge); }
.timeline .gap { stroke: var(--frame); stroke-width: 20; }
.timeline .unseen { stroke: var(--soft); stroke-width: 20; stroke-dasharray: 1 5; vector-effect: non-scaling-stroke; }
.timeline .axis { display: flex; justify-content: space-between; gap: 1rem; margin-left: min(22rem, 100%); padding-top: 0.2rem; white-space: nowrap; font-size: 0.75rem; color: var(--soft); }
.timeline-legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; font-size: 0.8125rem; }
.timeline-legend > span { display: inline-flex; align-items: center; gap: 0.4rem; }
.timeline .sample { width: 2rem; height: 1.25rem; }
.timeline .sign { width: 1em; height: 1em; background: none; }
@media (max-width: 48rem) { .timeline li { grid-template-columns: minmax(0, 1fr); } .timeline .axis { margin-left: 0; } .timeline .axis span:nth-child(2) { display: none; } }
`;
