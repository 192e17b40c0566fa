import { isJsonObject, type JsonObject } from '../../parse/json-lines.ts';
import { cubbyOf, NOTHING_SEEN, partOf, serialOf, uuidOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { listAt, objectAt, objectsOf, shown } from '../../pasted/json-objects.ts';
import { readObjects, type ObjectRead } from './json-source.ts';

/** Serial, part, rack, and the slot where it is known; no address. A list, or pages one behind the other. */
export const oxideApi: Source = {
  help: 'the Oxide API, /v1/system/hardware/sleds: serials, cubbies and the rack',
  looks: 'JSON with a baseboard and a rack_id of each sled',
  recognises: (text) => sledsOf(objectsOf(text).objects).some(isSled),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    return readObjects(sledsOf(objects), [...doubts, ...pageDoubts(objects)], readSled);
  },
};

function isSled(object: JsonObject): boolean {
  return isJsonObject(object['baseboard']) && 'rack_id' in object;
}

function sledsOf(objects: readonly JsonObject[]): readonly JsonObject[] {
  return objects.flatMap((object) => listAt(object, 'items') ?? [object]);
}

/** Pages come one behind the other; the last one says whether there is a next. */
function pageDoubts(objects: readonly JsonObject[]): readonly string[] {
  const pages = objects.filter((object) => Array.isArray(object['items']));
  const next = pages.at(-1)?.['next_page'];
  const known = new Set(pages.map((page) => page['next_page']));
  return next === undefined || next === null || (known.size === pages.length && known.has(null))
    ? []
    : ['its last page names a next one, which is not here'];
}

function readSled(object: JsonObject): ObjectRead {
  if (!isSled(object)) return { doubt: 'an object without a baseboard and a rack_id: not a sled' };
  const baseboard = objectAt(object, 'baseboard');
  const serial = serialOf(baseboard['serial']);
  if (serial === null)
    return { leftOut: `a sled of serial ${shown(baseboard['serial'])}, id ${shown(object['id'])}` };
  const policy = objectAt(object, 'policy')['kind'] ?? null;
  const isOut = policy === 'expunged' || object['state'] === 'decommissioned';
  return {
    sled: {
      ...NOTHING_SEEN,
      serial,
      // Those that are not initialized have a cubby, the others a slot.
      cubby: cubbyOf(object['slot'] ?? object['cubby']),
      part: partOf(baseboard['part']),
      rackUuid: uuidOf(object['rack_id']),
      policy: isOut ? 'expunged' : policy === 'in_service' ? 'in_service' : null,
    },
  };
}
