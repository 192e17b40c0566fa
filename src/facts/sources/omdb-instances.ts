import { textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** Names of instances, and which propolis zone on which sled runs each. */
export const omdbInstances = omdbTable(
  {
    help: 'omdb db instances: names, propolis zones and sleds of instances',
    looks: 'the headings ID, PROPOLIS_ID, HOST_SERIAL and NAME',
  },
  { name: 'instances', headings: ['ID', 'PROPOLIS_ID', 'HOST_SERIAL', 'NAME'] },
  (cell) => {
    const id = uuidIn(cell('ID'));
    if (id === null) return noId('ID', cell('ID'));
    return {
      found: [
        {
          kind: 'instance',
          id,
          name: textIn(cell('NAME')),
          project: null,
          projectName: null,
          propolis: uuidIn(cell('PROPOLIS_ID')),
          sledSerial: textIn(cell('HOST_SERIAL')),
        },
      ],
    };
  },
);
