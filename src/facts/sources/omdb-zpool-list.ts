import { uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** The sled and the physical disk of each pool. */
export const omdbZpoolList = omdbTable(
  {
    help: 'omdb db zpool list: sleds and physical disks of pools',
    looks: 'the headings ID, SLED_ID and PHYSICAL_DISK_ID',
  },
  { name: 'pools', headings: ['ID', 'SLED_ID', 'PHYSICAL_DISK_ID'] },
  (cell) => {
    const [id, sled, physicalDisk] = [
      uuidIn(cell('ID')),
      uuidIn(cell('SLED_ID')),
      uuidIn(cell('PHYSICAL_DISK_ID')),
    ];
    if (id === null) return noId('ID', cell('ID'));
    if (cell('TIME_DELETED') !== '') return null;
    return { found: [{ kind: 'pool', id, sled, physicalDisk }] };
  },
);
