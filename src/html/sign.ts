import { SLED_STATES, STATE_ORDER, type SledState } from '../drawing/rack-map.ts';
import { markup, type Markup } from './markup.ts';

/** What has a sign and a color on a page: states of sleds and upstairs, and a sled that answered where no health is judged. */
export type Sign = SledState | 'answered';

/** What a sign is called. */
export function signWord(sign: Sign): string {
  return sign === 'answered' ? 'answered' : SLED_STATES[sign].word;
}

const ROUND = 'M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14z';

/** Each a shape of its own, so that no reader needs the color: filled ones need attention, outlines are not known. */
const SHAPES: Readonly<Record<Sign, Markup>> = {
  down: markup`<path class="full" d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/><path class="cut" d="M5 5l6 6m0-6l-6 6"/>`,
  critical: markup`<path class="full" d="M8 .8l7.6 14H.4z"/><path class="cut" d="M8 5.6v4.2m0 1.6v1.4"/>`,
  degraded: markup`<path class="full" d="M8 .5L15.5 8L8 15.5L.5 8z"/><path class="cut" d="M8 4.2v4.6m0 1.6v1.4"/>`,
  no_report: markup`<path class="line" d="${ROUND}"/><path class="line" d="M5.7 6.2c0-3 4.6-3 4.6 0c0 1.8-2.3 1.8-2.3 3.4m0 1.3v1.3"/>`,
  no_answer: markup`<path class="line" d="${ROUND}M3.2 12.8l9.6-9.6"/>`,
  in_part: markup`<path class="line" d="${ROUND}"/><path class="full" d="M8 1a7 7 0 0 0 0 14z"/>`,
  repairing: markup`<path class="line" d="M13.8 5.5a6.3 6.3 0 1 0 .5 3.7"/><path class="full" d="M15.6 1.4v5.2h-5.2z"/>`,
  inactive: markup`<path class="line" d="M5.5 3v10m5-10v10"/>`,
  ok: markup`<path class="line" d="M2 8.6l4 4.2l8-9.2"/>`,
  no_upstairs: markup`<path class="line" d="M8 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 1 1 0-7z"/>`,
  not_selected: markup`<path class="line" d="M4 8h8"/>`,
  answered: markup`<path class="full" d="M8 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8z"/>`,
};

const NAMES: readonly Sign[] = [...STATE_ORDER, 'answered'];

/** The drawings of all signs, once a page; `signMarkup` refers to them. */
export const SIGN_SPRITE: Markup = markup`<svg class="sprite" aria-hidden="true">${NAMES.map(
  (name) => markup`<symbol id="sign-${name}" viewBox="0 0 16 16">${SHAPES[name]}</symbol>`,
)}</svg>`;

/** The sign of a state, without words: its word always stands beside it. */
export function signMarkup(sign: Sign): Markup {
  return markup`<svg class="sign s-${sign}" aria-hidden="true"><use href="#sign-${sign}"/></svg>`;
}

/** A state as a sign and a word, in its color. */
export function stateMark(sign: Sign, text: string = signWord(sign)): Markup {
  return markup`<span class="mark s-${sign}">${signMarkup(sign)}${text}</span>`;
}

type Paint = readonly [edge: string, ground: string];

/** Light and dark: an edge that stands out from every ground (3 to 1), and a ground for the page's own ink. */
const PAINTS: Readonly<Record<Sign, readonly [light: Paint, dark: Paint]>> = {
  down: [
    ['#9d0b20', '#f9cfd4'],
    ['#ff8d97', '#5b1420'],
  ],
  critical: [
    ['#c4262e', '#fde0df'],
    ['#ff8a80', '#4a1b1d'],
  ],
  degraded: [
    ['#a85c00', '#ffe9c2'],
    ['#ffbe5c', '#46330f'],
  ],
  no_report: [
    ['#83379f', '#f2e2f8'],
    ['#dba4ee', '#3b2146'],
  ],
  no_answer: [
    ['#565c66', '#e8eaed'],
    ['#b3bac5', '#2b2f36'],
  ],
  in_part: [
    ['#0b7373', '#d7f0ee'],
    ['#63d3cf', '#123b3b'],
  ],
  repairing: [
    ['#1d5cc7', '#dde9ff'],
    ['#8fb8ff', '#1a2f57'],
  ],
  inactive: [
    ['#6b7280', '#eeeff2'],
    ['#9aa3b2', '#262a31'],
  ],
  ok: [
    ['#2a7f45', '#eaf6ec'],
    ['#6fcf8b', '#16291c'],
  ],
  no_upstairs: [
    ['#6b7280', '#f6f7f8'],
    ['#8f98a6', '#1d2126'],
  ],
  not_selected: [
    ['#8a919c', 'transparent'],
    ['#6d7580', 'transparent'],
  ],
  answered: [
    ['#3d5a80', '#edf2f8'],
    ['#9db8dc', '#1b2634'],
  ],
};

function paints(at: 0 | 1): readonly Markup[] {
  return NAMES.map((name) => {
    const [edge, ground] = PAINTS[name][at];
    return markup`.s-${name} { --edge: ${edge}; --ground: ${ground}; }`;
  });
}

export const SIGN_STYLE: Markup = markup`
${paints(0)}
@media screen and (prefers-color-scheme: dark) {
${paints(1)}
}
.sprite { position: absolute; width: 0; height: 0; }
.sign { width: 1em; height: 1em; flex: none; vertical-align: -0.125em; fill: none; stroke-width: 2; }
.full { fill: var(--edge); }
.line { fill: none; stroke: var(--edge); }
.cut { fill: none; stroke: var(--page); }
.mark { display: inline-flex; align-items: center; gap: 0.35em; padding: 0.05em 0.5em 0.05em 0.35em; border-radius: 0.3em; background: var(--ground); white-space: nowrap; }
`;
