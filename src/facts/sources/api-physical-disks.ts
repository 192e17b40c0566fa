import { textIn, uuidIn } from '../values.ts';
import { hasFields, jsonSource } from './json-source.ts';

/** Serials and sleds of physical disks, as the API says them. */
export const apiPhysicalDisks = jsonSource(
  {
    help: 'the Oxide API, /v1/system/hardware/disks: serials of physical disks',
    looks: 'JSON with form_factor, serial and sled_id of each disk',
  },
  (object) => hasFields(object, ['id', 'serial', 'sled_id', 'form_factor']),
  (object) => {
    const id = uuidIn(object['id']);
    const serial = textIn(object['serial']);
    if (id === null || serial === null) return null;
    return [
      { kind: 'physical_disk', id, serial, sled: uuidIn(object['sled_id']), state: textIn(object['state']) },
    ];
  },
);
