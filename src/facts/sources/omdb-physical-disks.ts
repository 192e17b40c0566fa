import { textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** Serials of physical disks; no slot. */
export const omdbPhysicalDisks = omdbTable(
  {
    help: 'omdb db physical-disks: serials of physical disks',
    looks: 'the headings ID, SERIAL, VENDOR, MODEL and SLED_ID',
  },
  {
    name: 'physical disks',
    headings: ['ID', 'SERIAL', 'VENDOR', 'MODEL', 'SLED_ID'],
    phrases: ['POLICY', 'STATE'],
  },
  (cell) => {
    const id = uuidIn(cell('ID'));
    const serial = textIn(cell('SERIAL'));
    if (id === null) return noId('ID', cell('ID'));
    if (serial === null) return { doubt: `physical disk ${id} has no serial` };
    return {
      found: [
        { kind: 'physical_disk', id, serial, sled: uuidIn(cell('SLED_ID')), state: textIn(cell('STATE')) },
      ],
    };
  },
);
