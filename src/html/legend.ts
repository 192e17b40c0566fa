import { SLED_STATES, STATE_ORDER } from '../drawing/rack-map.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { stateMark, type Sign } from './sign.ts';

/** What the signs in a drawing mean, the worst first; only those that are in it. */
export function signLegend(signs: ReadonlySet<Sign>): Markup {
  const shown = STATE_ORDER.filter((state) => signs.has(state) && state !== 'not_selected');
  if (shown.length === 0) return NOTHING;
  const entries = shown.map((state) => markup`<li>${stateMark(state)} ${SLED_STATES[state].meaning}</li>`);
  return markup`<details class="legend"><summary>What the signs mean</summary><ul>${entries}</ul></details>`;
}
