import type { JsonObject } from '../../parse/json-lines.ts';
import type { SeenSled, SourceReading } from '../seen-sled.ts';

/** What became of an object, as of a row. */
export type ObjectRead =
  | { readonly sled: SeenSled }
  | { readonly leftOut: string }
  | { readonly doubt: string };

/** Reads objects one by one, with what is doubtful of the text as a whole. */
export function readObjects(
  objects: readonly JsonObject[],
  doubts: readonly string[],
  read: (object: JsonObject) => ObjectRead,
): SourceReading {
  const sleds: SeenSled[] = [];
  const leftOut: string[] = [];
  const all = [...doubts];
  for (const object of objects) {
    const each = read(object);
    if ('sled' in each) sleds.push(each.sled);
    else if ('leftOut' in each) leftOut.push(each.leftOut);
    else all.push(each.doubt);
  }
  return { sleds, leftOut, doubts: all };
}
