import { isJsonObject, type JsonObject, type JsonValue } from '../../parse/json-lines.ts';
import { cubbyOf, NOTHING_SEEN, partOf, serialOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { listAt, objectsOf, shown } from '../../pasted/json-objects.ts';
import { readObjects, type ObjectRead } from './json-source.ts';

/** Cubby, part and serial. */
export const sush: Source = {
  help: 'sush --json version: cubbies and serials',
  looks: 'JSON with client, server and sleds, each with a baseboard',
  recognises: (text) =>
    objectsOf(text).objects.some((object) => 'client' in object && listAt(object, 'sleds') !== null),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    const sleds = objects.map((object) => listAt(object, 'sleds'));
    const wrong = sleds.some((each) => each === null)
      ? ['an object without sleds: not of sush --json version']
      : [];
    return readObjects(
      sleds.flatMap((each) => each ?? []),
      [...doubts, ...wrong],
      readSled,
    );
  },
};

function readSled(object: JsonObject): ObjectRead {
  const { part, serial } = boardOf(object['baseboard']);
  if (serial === null) return { leftOut: `a sled in cubby ${shown(object['cubby'])}, serial unknown` };
  return { sled: { ...NOTHING_SEEN, serial, part, cubby: cubbyOf(object['cubby']) } };
}

/** `part:serial`, or an object with either's key as sush or the API has it. */
function boardOf(value: JsonValue | undefined): {
  readonly part: string | null;
  readonly serial: string | null;
} {
  if (isJsonObject(value)) {
    return {
      part: partOf(value['part'] ?? value['part_number']),
      serial: serialOf(value['serial'] ?? value['serial_number']),
    };
  }
  return { part: partOf(value), serial: serialOf(value) };
}
