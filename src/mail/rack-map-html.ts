import { statePaint } from './mail-paint.ts';
import { markup, type Markup } from './markup.ts';
import {
  elsewhereLines,
  legendOf,
  RACK_ROWS,
  SLED_STATES,
  stateText,
  SWITCHES,
  VM_MEANING,
  type LegendEntry,
  type RackMap,
  type RackRow,
} from '../drawing/rack-map.ts';

const CELL = 'padding:2px 6px;';

/** A rack as a table, from its top to its bottom: each cubby with its number, its sled and its state in words; and a legend. */
export function rackMapHtml(map: RackMap, marked: ReadonlySet<string>): Markup {
  const drawn = map.cubbies.some((seen) => seen !== null) ? drawing(map, marked) : '';
  const others = elsewhereLines(map);
  if (others.length === 0) return markup`${drawn}`;
  return markup`${drawn}<p style="margin:8px 0">Sleds whose cubby is not known: ${others.join('; ')}</p>`;
}

function drawing(map: RackMap, marked: ReadonlySet<string>): Markup {
  const rows = RACK_ROWS.map((row) => markup`<tr>${rowCells(row, map, marked)}</tr>`);
  return markup`<table width="100%" style="max-width:480px;table-layout:fixed;border-spacing:3px;font-size:12px;line-height:1.3">
${rows}
</table>
<p style="margin:8px 0;font-size:12px">${[...legendOf(map).map(legendEntry), ...vmEntry(map, marked)]}</p>`;
}

function rowCells(row: RackRow, map: RackMap, marked: ReadonlySet<string>): readonly Markup[] {
  if (row === 'switches') {
    return [
      markup`<td colspan="2" style="${CELL}background-color:#333333;color:#ffffff;text-align:center">${SWITCHES}</td>`,
    ];
  }
  return row.map((cubby) => cell(cubby, map, marked));
}

function cell(cubby: number, map: RackMap, marked: ReadonlySet<string>): Markup {
  const seen = map.cubbies[cubby] ?? null;
  const word = stateText(seen);
  if (seen === null) {
    const title = `cubby ${cubby}: ${SLED_STATES.not_selected.meaning}`;
    return markup`<td title="${title}" valign="top" style="${CELL}border:1px dashed #808080">${cubby}<br>${word}</td>`;
  }
  const title = `cubby ${cubby}: ${word}, ${seen.sled.id}`;
  const isMarked = marked.has(seen.sled.id);
  const border = isMarked ? 'border:2px solid #777777;' : 'border:1px solid #808080;';
  const vm = isMarked ? markup` <b>◀ VM</b>` : '';
  return markup`<td title="${title}" valign="top" style="${statePaint(seen.state)}${CELL}${border}"><b>${cubby}</b> ${seen.sled.name}<br>${word}${vm}</td>`;
}

function legendEntry({ state, which }: LegendEntry): Markup {
  const { word, meaning } = SLED_STATES[state];
  const style = `${statePaint(state)}border:1px solid #808080;padding:0 4px`;
  return markup`<span style="${style}">${word}</span> ${meaning} (${which})<br>`;
}

function vmEntry(map: RackMap, marked: ReadonlySet<string>): readonly Markup[] {
  const isMarked = map.cubbies.some((seen) => seen !== null && marked.has(seen.sled.id));
  return isMarked ? [markup`<b>◀ VM</b> ${VM_MEANING}<br>`] : [];
}
