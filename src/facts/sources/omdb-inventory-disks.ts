import { countIn, textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** The slot of each physical disk as inventory counts it, which on a Cosmo is not the bay's label. */
export const omdbInventoryDisks = omdbTable(
  {
    help: 'omdb db inventory physical-disks: inventory slots of physical disks',
    looks: 'the headings INV_COLLECTION_ID, SLED_ID, SLOT and SERIAL',
  },
  { name: 'slots', headings: ['INV_COLLECTION_ID', 'SLED_ID', 'SLOT', 'SERIAL'] },
  (cell) => {
    const [sled, serial, slot] = [uuidIn(cell('SLED_ID')), textIn(cell('SERIAL')), countIn(cell('SLOT'))];
    if (sled === null) return noId('SLED_ID', cell('SLED_ID'));
    if (serial === null || slot === null) return { doubt: 'a row without a serial or a slot' };
    return { found: [{ kind: 'slot', sled, serial, slot }] };
  },
);
