import { DATA_IO, joinedWord } from '../kinds/io-types.ts';
import { latencyProbe } from '../kinds/latency-probe.ts';
import { timed } from '../kinds/latency-spec.ts';

/** Time of volume IOs, by volume. */
export const perfVol = latencyProbe({
  kind: 'latency',
  name: 'perf-vol',
  summary: 'time of volume IOs, by volume',
  provider: 'upstairs',
  timed: timed(DATA_IO, 'volume', (type) => `volume-${joinedWord(type)}`),
  groups: ['volume'],
  about: ['The time of an IO runs from when the volume takes it to when it answers.'],
  aggsize: '1m',
  cost: 'two timestamps and UUIDs a volume IO',
});
