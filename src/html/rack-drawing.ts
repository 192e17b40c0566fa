import { RACK_ROWS, SWITCHES } from '../drawing/rack-map.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { signMarkup, type Sign } from './sign.ts';

/** A sled as a rack shows it. */
export interface DrawnSled {
  /** Null: unknown; it stands below the rack. */
  readonly cubby: number | null;
  readonly name: string;
  readonly sign: Sign;
  /** What was seen of it, or why nothing was: `16 upstairs: 1 degraded, 15 ok`, `no answer: connect, refused`. */
  readonly words: string;
  /** Its upstairs by state, the worst first; each is a light. */
  readonly lights: readonly { readonly sign: Sign; readonly count: number }[];
  /** Where there is more of it: `#sled-3`, `/sleds/3/14`; null for nowhere. */
  readonly href: string | null;
}

export interface DrawnRack {
  readonly rack: string;
  readonly sleds: readonly DrawnSled[];
}

/** Lights in a row before they become narrower. */
const MOST_LIGHTS = 40;
const LIGHT = 6;

/**
 * Racks side by side, each from its top to its bottom: sixteen rows of two cubbies and the switches between them. Each is
 * a list, so that a reader who does not see it hears the same.
 */
export function rackDrawings(racks: readonly DrawnRack[]): Markup {
  return markup`<div class="racks">${racks.map(rackDrawing)}</div>`;
}

/** One rack. A row without a sled that was asked is thin. */
export function rackDrawing({ rack, sleds }: DrawnRack): Markup {
  const inCubby = new Map(sleds.map((sled) => [sled.cubby, sled]));
  const elsewhere = sleds.filter((sled) => sled.cubby === null || inCubby.get(sled.cubby) !== sled);
  const cells = RACK_ROWS.flatMap((row) =>
    row === 'switches'
      ? [markup`<li class="switches">${SWITCHES}</li>`]
      : row.map((cubby) => cubbyCell(cubby, inCubby.get(cubby))),
  );
  const isDrawn = elsewhere.length < sleds.length;
  const drawn = isDrawn
    ? markup`<ol class="rack" role="list" aria-label="rack ${rack}, from its top">${cells}</ol>`
    : NOTHING;
  const others =
    elsewhere.length === 0
      ? NOTHING
      : markup`<p>Sleds whose cubby is not known:</p><ol class="rack" role="list">${elsewhere.map((sled) => sledCell(sled, NOTHING))}</ol>`;
  return markup`<section class="rack-of">
<h2>rack ${rack}</h2>
${drawn}${others}
</section>`;
}

function cubbyCell(cubby: number, sled: DrawnSled | undefined): Markup {
  if (sled !== undefined) return sledCell(sled, markup`<b><i class="heard">cubby </i>${cubby}</b> `);
  return markup`<li class="empty"><i class="heard">cubby </i>${cubby}<i class="heard">: no sled, or not asked</i></li>`;
}

function sledCell({ name, sign, words, lights, href }: DrawnSled, number: Markup): Markup {
  const content = markup`${signMarkup(sign)}<span class="who">${number}${name}</span>${lightsMarkup(lights)}<span class="words">${words}</span>`;
  const linked =
    href === null
      ? markup`<span class="in">${content}</span>`
      : markup`<a class="in" href="${href}">${content}</a>`;
  return markup`<li class="sled s-${sign}">${linked}</li>`;
}

/** A light an upstairs; those that are not well are taller. */
function lightsMarkup(lights: DrawnSled['lights']): Markup {
  const all = lights.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return NOTHING;
  const pitch = Math.min(LIGHT, (LIGHT * MOST_LIGHTS) / all);
  const length = (count: number) => Number((count * pitch).toFixed(1));
  let from = 0;
  const paths = lights.map(({ sign, count }) => {
    const at = length(from);
    from += count;
    return markup`<path class="s-${sign}" d="M${at} 5h${length(count)}"/>`;
  });
  return markup`<svg class="lights${pitch < LIGHT ? ' many' : ''}" viewBox="0 0 ${length(all)} 10" width="${length(all)}" height="10" preserveAspectRatio="xMinYMid" aria-hidden="true">${paths}</svg>`;
}

export const RACK_STYLE: Markup = markup`
.racks { display: flex; flex-wrap: wrap; gap: 1.5rem; }
.rack-of { flex: 1 1 20rem; max-width: 30rem; min-width: min(20rem, 100%); margin: 0; }
.rack { list-style: none; margin: 0; padding: 0.3rem; display: grid; grid-template-columns: 1fr 1fr; gap: 0.2rem; border: 0.15rem solid var(--rule); border-radius: 0.4rem; background: var(--frame); }
.rack li { min-width: 0; border-radius: 0.2rem; font-size: 0.8125rem; line-height: 1.25; }
.rack .empty { padding: 0 0.5rem; font-size: 0.6875rem; color: var(--soft); border: 1px dashed var(--rule); }
.rack .switches { grid-column: 1 / 3; padding: 0.1rem; text-align: center; font-size: 0.6875rem; color: var(--soft); background: var(--page); border: 1px solid var(--rule); }
.sled { background: var(--ground); border-left: 0.25rem solid var(--edge); }
.sled.s-no_answer, .sled.s-in_part { background: repeating-linear-gradient(135deg, var(--ground) 0 6px, var(--page) 6px 12px); }
.sled .in { display: grid; grid-template-columns: auto 1fr; column-gap: 0.4rem; align-items: center; align-content: center; box-sizing: border-box; height: 100%; padding: 0.25rem 0.4rem; color: inherit; text-decoration: none; }
.sled a:hover .who { text-decoration: underline; }
.sled .who { overflow-wrap: anywhere; }
.sled .who b { display: inline-block; min-width: 1.3em; font-variant-numeric: tabular-nums; }
.sled .words { grid-column: 1 / 3; font-size: 0.75rem; overflow-wrap: anywhere; }
.lights { grid-column: 1 / 3; max-width: 100%; margin: 0.1rem 0; }
.lights path { stroke: var(--edge); stroke-width: 10; stroke-dasharray: 5 1; }
.lights .s-ok { stroke-width: 6; opacity: 0.75; }
.lights .s-inactive, .lights .s-no_report { stroke-width: 3; }
.lights.many path { stroke-dasharray: none; }
`;
