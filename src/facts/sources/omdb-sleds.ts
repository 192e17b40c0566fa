import { endpointIn, textIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** Serial, id and address of each sled. */
export const omdbSleds = omdbTable(
  { help: 'omdb db sleds: serials and addresses of sleds', looks: 'the headings SERIAL, IP, ROLE and ID' },
  { name: 'sleds', headings: ['SERIAL', 'IP', 'ROLE', 'ID'], phrases: ['BP AVAIL', 'POLICY', 'STATE'] },
  (cell) => {
    const [id, serial, endpoint] = [uuidIn(cell('ID')), textIn(cell('SERIAL')), endpointIn(cell('IP'))];
    if (id === null) return noId('ID', cell('ID'));
    if (serial === null) return { doubt: `sled ${id} has no serial` };
    return { found: [{ kind: 'sled', id, serial, address: endpoint?.host ?? null, cubby: null }] };
  },
);
