import { textIn, uuidIn } from '../values.ts';
import { hasFields, jsonSource } from './json-source.ts';

/** Names and projects of instances, as the API says them to users, or of a sled's instances to operators. */
export const apiInstances = jsonSource(
  {
    help: 'the Oxide API, /v1/instances and /v1/system/hardware/sleds/ID/instances: names and projects',
    looks: 'JSON with run_state and project_id, or active_sled_id and project_name, of each instance',
  },
  (object) =>
    hasFields(object, ['id', 'name', 'run_state', 'project_id']) ||
    hasFields(object, ['id', 'name', 'active_sled_id', 'project_name']),
  (object) => {
    const id = uuidIn(object['id']);
    if (id === null) return null;
    return [
      {
        kind: 'instance',
        id,
        name: textIn(object['name']),
        project: uuidIn(object['project_id']),
        projectName: textIn(object['project_name']),
        propolis: null,
        sledSerial: null,
      },
    ];
  },
);
