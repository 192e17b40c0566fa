import { objectAt } from '../../pasted/json-objects.ts';
import { countIn, textIn, uuidIn } from '../values.ts';
import { hasFields, jsonSource } from './json-source.ts';

/** Serials and cubbies of sleds, as the API says them. */
export const apiSleds = jsonSource(
  {
    help: 'the Oxide API, /v1/system/hardware/sleds: serials and cubbies of sleds',
    looks: 'JSON with a baseboard and a rack_id of each sled',
  },
  (object) => hasFields(object, ['id', 'baseboard', 'rack_id']),
  (object) => {
    const id = uuidIn(object['id']);
    const serial = textIn(objectAt(object, 'baseboard')['serial']);
    if (id === null || serial === null) return null;
    return [{ kind: 'sled', id, serial, address: null, cubby: countIn(object['slot']) }];
  },
);
