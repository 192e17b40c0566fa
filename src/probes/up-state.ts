import { tableProbe } from '../kinds/table-probe.ts';

/** Live repair and reconciliation, with the extent under repair. */
export const upState = tableProbe({
  name: 'up_state',
  summary: 'live repair and reconciliation, with the extent under repair',
  headings:
    'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 ER0 ER1 ER2 EC0 EC1 EC2 EXTENT RECONCILED NEEDED ABORTED',
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  kind: 'status',
  pid: 'optional',
  interval: 1,
  cost: 'one JSON record an upstairs and second',
});
