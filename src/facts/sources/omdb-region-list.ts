import { countIn, uuidIn } from '../values.ts';
import { noId, omdbTable } from './omdb-table.ts';

/** Datasets and volumes of regions; no address and no port. */
export const omdbRegionList = omdbTable(
  {
    help: 'omdb db region list: datasets, volumes and extents of regions',
    looks: 'the headings id, dataset_id and volume_id',
  },
  { name: 'regions', headings: ['id', 'dataset_id', 'volume_id', 'extent_count'] },
  (cell) => {
    const [id, dataset, volume] = [uuidIn(cell('id')), uuidIn(cell('dataset_id')), uuidIn(cell('volume_id'))];
    if (id === null) return noId('id', cell('id'));
    if (dataset === null) return noId('dataset_id', cell('dataset_id'));
    if (volume === null) return noId('volume_id', cell('volume_id'));
    if (cell('deleting') === 'true') return null;
    const extents = countIn(cell('extent_count'));
    return {
      found: [
        { kind: 'region', id, dataset, volume, disk: null, extents, sledSerial: null, physicalDisk: null },
      ],
    };
  },
);
