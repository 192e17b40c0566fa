import { tableProbe } from '../kinds/table-probe.ts';

/** States, connections, live repairs and replacements, by downstairs. */
export const upstairsCount = tableProbe({
  name: 'upstairs_count',
  summary: 'states, connections, live repairs and replacements, by downstairs',
  headings:
    'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2 CON0 CON1 CON2 LRC0 LRC1 LRC2 LRA0 LRA1 LRA2 REP0 REP1 REP2',
  key: ['zone', 'pid', 'upstairs_id', 'session_id'],
  kind: 'status',
  pid: 'optional',
  interval: 1,
  cost: 'one JSON record an upstairs and second',
});
