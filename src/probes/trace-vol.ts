import { startAndDone } from '../kinds/count-table-spec.ts';
import { countTable } from '../kinds/count-table.ts';
import { DATA_IO, joinedWord } from '../kinds/io-types.ts';

/** Volume IOs begun and done, by volume. */
export const traceVol = countTable({
  name: 'trace-vol',
  summary: 'volume IOs begun and done, by volume',
  provider: 'upstairs',
  counted: startAndDone(DATA_IO, (type) => `volume-${joinedWord(type)}`),
  about: [
    'VOLUME is - where the probe did not carry a UUID. An IO that was under way at the beginning or the end is in ' +
      'one of START and DONE only.',
  ],
  limit: 'volume',
  interval: 0,
  cost: 'a count and a UUID at the begin and end of each volume IO',
  aggsize: '1m',
});
