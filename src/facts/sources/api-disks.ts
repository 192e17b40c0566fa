import { objectAt } from '../../pasted/json-objects.ts';
import { countIn, textIn, uuidIn } from '../values.ts';
import { hasFields, jsonSource } from './json-source.ts';
import { emptyDisk } from './printed-vcr.ts';

/** Names, sizes, projects and instances of disks, as the API says them. */
export const apiDisks = jsonSource(
  {
    help: 'the Oxide API, /v1/disks: names, sizes, projects and instances of disks',
    looks: 'JSON with project_id, size and block_size of each disk',
  },
  (object) => hasFields(object, ['id', 'name', 'project_id', 'size', 'block_size']),
  (object) => {
    const id = uuidIn(object['id']);
    if (id === null) return null;
    if (object['disk_type'] === 'local') return [];
    const state = objectAt(object, 'state');
    const isMade = 'image_id' in object || 'snapshot_id' in object;
    const hasParent = (object['image_id'] ?? null) !== null || (object['snapshot_id'] ?? null) !== null;
    return [
      {
        ...emptyDisk(id),
        name: textIn(object['name']),
        size: countIn(object['size']),
        instance: uuidIn(state['instance']),
        project: uuidIn(object['project_id']),
        state: textIn(state['state']),
        hasParent: isMade ? hasParent : null,
      },
    ];
  },
);
