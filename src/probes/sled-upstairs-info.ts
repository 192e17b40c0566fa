import { tableProbe } from '../kinds/table-probe.ts';

/** State and work queues of every upstairs of a sled. */
export const sledUpstairsInfo = tableProbe({
  name: 'sled_upstairs_info',
  summary: 'state and work queues of every upstairs of a sled',
  headings:
    'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 UPW DSW NEXT_JOB DELTA WRITE_BO IP0 IP1 IP2 D0 D1 D2 S0 S1 S2 E0 E1 E2 ER0 ER1 ER2 EC0 EC1 EC2',
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  kind: 'status',
  pid: 'optional',
  interval: 1,
  cost: 'one JSON record an upstairs and second',
});
