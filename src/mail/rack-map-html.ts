import { statePaint } from './mail-paint.ts';
import { markup, type Markup } from './markup.ts';
import {
  elsewhereLines,
  legendOf,
  SLED_STATES,
  type LegendEntry,
  type RackMap,
  type SeenSled,
} from '../drawing/rack-map.ts';

/** Few enough for a word in each cell on a phone. */
const CELLS_A_ROW = 4;

/** A rack as a table of its 32 cubbies, each with its number and its state in words, and a legend. */
export function rackMapHtml(map: RackMap): Markup {
  const drawn = map.cubbies.some((seen) => seen !== null) ? drawing(map) : '';
  const others = elsewhereLines(map);
  if (others.length === 0) return markup`${drawn}`;
  return markup`${drawn}<p style="margin:8px 0">Sleds whose cubby is not known: ${others.join('; ')}</p>`;
}

function drawing(map: RackMap): Markup {
  const rows: Markup[] = [];
  for (let first = 0; first < map.cubbies.length; first += CELLS_A_ROW) {
    const row = map.cubbies.slice(first, first + CELLS_A_ROW);
    rows.push(markup`<tr>${row.map((seen, index) => cell(first + index, seen))}</tr>`);
  }
  return markup`<p style="margin:0 0 8px">Its cubbies by number, row by row; where a cubby is in the rack is not shown.</p>
<table width="100%" style="table-layout:fixed;border-spacing:3px;font-size:12px;line-height:1.3">
${rows}
</table>
<p style="margin:8px 0">${legendOf(map).map(legendEntry)}</p>`;
}

function cell(cubby: number, seen: SeenSled | null): Markup {
  const state = seen?.state ?? 'not_selected';
  const word = seen === null ? SLED_STATES[state].word : wordOf(seen);
  const title = `cubby ${cubby}: ${seen === null ? SLED_STATES[state].meaning : `${word}, ${seen.sled.id}`}`;
  const style = `${statePaint(state)}border:1px solid #808080;padding:4px 2px;text-align:center`;
  return markup`<td title="${title}" style="${style}"><b>${cubby}</b><br>${word}</td>`;
}

function wordOf({ state, partly }: SeenSled): string {
  const also = partly && state !== 'in_part' ? `, ${SLED_STATES.in_part.word}` : '';
  return SLED_STATES[state].word + also;
}

function legendEntry({ state, which }: LegendEntry): Markup {
  const { word, meaning } = SLED_STATES[state];
  const style = `${statePaint(state)}border:1px solid #808080;padding:0 4px;font-size:12px`;
  return markup`<span style="${style}">${word}</span> ${meaning} (${which})<br>`;
}
