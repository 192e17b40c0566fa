import { endpointIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** The pool and the address of each dataset of Crucible. */
export const omdbDatasetList = omdbTable(
  {
    help: 'omdb db crucible-dataset list: pools and addresses of datasets',
    looks: 'the headings ID, POOL_ID and ADDRESS',
  },
  { name: 'datasets', headings: ['ID', 'POOL_ID', 'ADDRESS'] },
  (cell) => {
    const [id, pool, endpoint] = [uuidIn(cell('ID')), uuidIn(cell('POOL_ID')), endpointIn(cell('ADDRESS'))];
    if (id === null) return noId('ID', cell('ID'));
    if (pool === null) return noId('POOL_ID', cell('POOL_ID'));
    if (cell('TIME_DELETED') !== '') return null;
    if (endpoint === null) return { doubt: `the address of dataset ${id} was cut` };
    return { found: [{ kind: 'dataset', id, pool, address: endpoint.host }] };
  },
);
