import type { JsonObject } from '../../parse/json-lines.ts';
import { addressOf, cubbyOf, NOTHING_SEEN, partOf, serialOf } from '../seen-sled.ts';
import type { Source } from '../source.ts';
import { objectAt, objectsOf, shown } from '../../pasted/json-objects.ts';
import { readObjects, type ObjectRead } from './json-source.ts';

/** Slot and serial; its address is of the bootstrap network, on which nobody logs in to a sled. */
export const wicket: Source = {
  help: 'wicket inventory configured-bootstrap-sleds --format json: cubbies and serials',
  looks: 'JSON with a bootstrap_ip of each sled',
  recognises: (text) => objectsOf(text).objects.some(isBootstrapSled),
  read: (text) => {
    const { objects, doubts } = objectsOf(text);
    return readObjects(objects, doubts, readSled);
  },
};

function isBootstrapSled(object: JsonObject): boolean {
  return 'bootstrap_ip' in object && 'id' in object;
}

function readSled(object: JsonObject): ObjectRead {
  if (!isBootstrapSled(object)) return { doubt: 'an object without a bootstrap_ip: not a sled' };
  const id = objectAt(object, 'id');
  const board = objectAt(object, 'baseboard_id');
  // Older releases have the baseboard as a gimlet of sled-agent.
  const former = objectAt(object, 'baseboard');
  const text = board['serial_number'] ?? former['identifier'];
  const serial = serialOf(text);
  if (serial === null) return { leftOut: `a sled in cubby ${shown(id['slot'])}, serial ${shown(text)}` };
  const address = addressOf(object['bootstrap_ip']);
  return {
    sled: {
      ...NOTHING_SEEN,
      serial,
      cubby: cubbyOf(id['slot']),
      part: partOf(board['part_number'] ?? former['model']),
      address: address === null ? null : { text: address, of: 'bootstrap' },
    },
  };
}
