import type { Column, Row } from '../model/column.ts';
import { stateCode } from '../model/state-codes.ts';
import { shortestZone, shortZone } from '../model/zone-name.ts';
import { cellText } from './cell-text.ts';
import { displayWidth, fitting } from './display-width.ts';

/** A value as text; where it is not known, what its column shows then. */
function textIn({ name, unknownMark }: Column, row: Row): string {
  const cell = row[name] ?? null;
  return cell === null && unknownMark !== undefined ? unknownMark : cellText(cell);
}

/** How a column's cells are written. */
type Writer = (column: Column) => (row: Row) => string;

export const inFull: Writer = (column) => (row) => textIn(column, row);

/** The first 8 characters of a UUID, which every option takes. */
export const withShortId: Writer = (column) => (row) => textIn(column, row).slice(0, 8);

/** `propolis d96f6341`. */
export const withShortZone: Writer = (column) => (row) => shortZone(textIn(column, row));

/** `d96f6341`. */
export const withZoneId: Writer = (column) => (row) => shortestZone(textIn(column, row));

/** `FLT`. */
export const withCode: Writer = (column) => (row) => stateCode(cellText(row[column.name]));

/** `3/14`, which `--sled` takes; of a sled without a cubby its id, which ends with its serial or name. */
export function shortSled({ rack, cubby, sled, serial }: Row): string {
  if (typeof cubby === 'number' && typeof rack === 'string') return cellText(`${rack}/${cubby}`);
  return cellText(sled ?? serial ?? rack);
}

/** `0/968/0`; `-` where none of them is known. */
export function joinedText(texts: readonly ((row: Row) => string)[]): (row: Row) => string {
  return (row) => {
    const parts = texts.map((text) => text(row));
    return parts.every((part) => part === '-') ? '-' : parts.join('/');
  };
}

/** A text of at most so many columns, without its middle where it is longer: names differ at their ends. */
export function cutInside(text: string, length: number, mark: string): string {
  if (displayWidth(text) <= length) return text;
  const room = length - displayWidth(mark);
  if (room < 2) return fitting(text, length);
  const end = Math.floor(room / 2);
  return fitting(text, room - end) + mark + fittingEnd(text, end);
}

/** As many characters as a width has room for, up to the text's end. */
function fittingEnd(text: string, width: number): string {
  const segments = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);
  let kept = '';
  for (const segment of segments.reverse()) {
    if (displayWidth(kept) + displayWidth(segment) > width) break;
    kept = segment + kept;
  }
  return kept;
}
