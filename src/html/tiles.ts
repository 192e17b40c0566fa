import { markup, NOTHING, type Markup } from './markup.ts';
import { signMarkup, type Sign } from './sign.ts';

/** A number that matters, with what it is of. */
export interface Tile {
  readonly sign: Sign;
  readonly number: string;
  readonly words: string;
  /** Parts of a whole, drawn as a bar: sleds that answered, and that did not. */
  readonly bar?: readonly { readonly sign: Sign; readonly count: number }[];
}

/** Numbers side by side, each with its sign and its word. */
export function tiles(all: readonly Tile[]): Markup {
  return markup`<ul class="tiles" role="list">${all.map(tile)}</ul>`;
}

function tile({ sign, number, words, bar }: Tile): Markup {
  return markup`<li class="tile s-${sign}">${signMarkup(sign)}<b>${number}</b> <span>${words}</span>${bar === undefined ? NOTHING : barMarkup(bar)}</li>`;
}

function barMarkup(parts: NonNullable<Tile['bar']>): Markup {
  const all = parts.reduce((sum, { count }) => sum + count, 0);
  let from = 0;
  const paths = parts.map(({ sign, count }) => {
    const at = from;
    from += count;
    return markup`<path class="s-${sign}" d="M${at} 1h${count}"/>`;
  });
  return markup`<svg class="bar" viewBox="0 0 ${Math.max(1, all)} 2" preserveAspectRatio="none" aria-hidden="true">${paths}</svg>`;
}

export const TILE_STYLE: Markup = markup`
.tiles { display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 0.9rem 0; padding: 0; list-style: none; }
.tile { position: relative; display: flex; flex-wrap: wrap; align-items: center; gap: 0 0.45rem; padding: 0.5rem 0.9rem 0.5rem 0.75rem; background: var(--ground); border-radius: 0.4rem; border-left: 0.3rem solid var(--edge); }
.tile .sign { width: 1.3rem; height: 1.3rem; }
.tile b { font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile .bar { flex: 1 0 100%; width: 100%; height: 0.35rem; margin-top: 0.2rem; }
.bar path { stroke: var(--edge); stroke-width: 2; }
.bar .s-no_answer { stroke-dasharray: 0.12 0.08; }
`;
