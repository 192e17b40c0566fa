import { bytesIn, textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** Names and sizes of disks, and the instances that they are attached to. */
export const omdbDisksList = omdbTable(
  {
    help: 'omdb db disks list: names, sizes and instances of disks',
    looks: 'the headings ID, SIZE, NAME and ATTACHED_TO',
  },
  { name: 'disks', headings: ['ID', 'SIZE', 'NAME', 'ATTACHED_TO'] },
  (cell) => {
    const id = uuidIn(cell('ID'));
    if (id === null) return noId('ID', cell('ID'));
    // A disk on one sled alone has no upstairs.
    if (cell('TYPE') === 'local') return null;
    return {
      found: [
        {
          kind: 'disk',
          id,
          name: textIn(cell('NAME')),
          size: bytesIn(cell('SIZE')),
          instance: uuidIn(cell('ATTACHED_TO')),
          instanceName: null,
          project: null,
          state: textIn(cell('STATE')),
          hasParent: null,
          volume: null,
        },
      ],
    };
  },
);
