import { tableProbe } from '../kinds/table-probe.ts';

/** Counters of live repair, connections and extents, by downstairs. */
export const upstairsRepair = tableProbe({
  name: 'upstairs_repair',
  summary: 'counters of live repair, connections and extents, by downstairs',
  headings:
    'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 CON0 CON1 CON2 REP0 REP1 REP2 ER0 ER1 ER2 EC0 EC1 EC2',
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  kind: 'status',
  pid: 'optional',
  interval: 1,
  cost: 'one JSON record an upstairs and second',
});
