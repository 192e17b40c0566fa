import { tableProbe } from '../kinds/table-probe.ts';

/** Volume IOs begun and done, by volume. */
export const traceVol = tableProbe({
  name: 'trace-vol',
  summary: 'volume IOs begun and done, by volume',
  headings: 'ZONE PID VOLUME TYPE START DONE',
  key: ['zone', 'pid', 'volume', 'type'],
  kind: 'counts',
  pid: 'no',
  interval: 0,
  cost: 'a count and a UUID at the begin and end of each volume IO',
  volume: true,
});
