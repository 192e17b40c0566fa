import { answered, failed, partial, timedOut, type Arrangement, type Fault } from '../fault.ts';
import { WAY_NAMES } from '../ways.ts';
import type { FaultName } from '../../../src/simulator/fault.ts';

const chapter = 'dtrace';

const probing = (fault: FaultName | null, change: Arrangement = {}): Arrangement => ({
  ...(fault === null ? {} : { fault }),
  job: { verb: 'ds-state' },
  ...change,
});

/** What ends on a sled by itself is told by a tool too. */
const ways = WAY_NAMES;

const LIMITED = { argv: ['--timeout', '12s'], limitMs: 12_000 };

export const DTRACE_FAULTS: readonly Fault[] = [
  {
    id: 'no-dtrace',
    chapter,
    ways,
    what: 'There is no dtrace device',
    remedy: 'The login is in a zone: log in to the global zone of the sled.',
    arrange: () => probing('no-dtrace'),
    expect: failed('run', 'no_dtrace'),
  },
  {
    id: 'dtrace-missing',
    chapter,
    ways,
    what: 'There is no dtrace command',
    remedy: 'That is not a sled, or its PATH lacks dtrace: correct the address.',
    arrange: () => probing('dtrace-missing'),
    expect: failed('run', 'no_dtrace'),
  },
  {
    id: 'no-dtrace-privileges',
    chapter,
    ways,
    what: 'The login may not use dtrace',
    remedy: 'Log in as root, or give the login dtrace_user and dtrace_proc, or a profile and `pfexec: true`.',
    arrange: () => probing('no-dtrace-privileges'),
    expect: failed('run', 'dtrace_privileges'),
  },
  {
    id: 'no-probes-visible',
    chapter,
    ways,
    what: 'dtrace shows the login no probes of others',
    remedy: 'Give the login dtrace_proc, proc_owner and proc_zone, or log in as root.',
    arrange: () => probing('no-probes'),
    expect: partial('no_probes', { isBlind: true }),
  },
  {
    id: 'script-fails',
    chapter,
    ways,
    what: 'dtrace refuses the script',
    remedy: 'Is the Crucible there older than this cruc-fleet? Report it with the message.',
    arrange: () => probing('dtrace-fails'),
    expect: failed('run', 'dtrace'),
  },
  {
    id: 'dtrace-killed',
    chapter,
    ways,
    what: 'dtrace is killed',
    remedy: 'The sled is short of memory, or somebody ended it: look there, and ask again.',
    arrange: () => probing('dtrace-killed'),
    expect: failed('run', 'exit_status'),
  },
  {
    id: 'dtrace-hangs',
    chapter,
    what: 'dtrace does not end',
    remedy:
      'It was told to end, and did. Ask again with a longer `--timeout`; `svcs -x` shows what is wrong on the sled.',
    arrange: () => probing('dtrace-hangs', LIMITED),
    expect: timedOut('run'),
  },
  {
    id: 'dtrace-deaf',
    chapter,
    what: 'dtrace does not end, and ignores TERM',
    remedy: 'It was killed. Ask again with a longer `--timeout`.',
    arrange: () => probing('dtrace-deaf', LIMITED),
    expect: timedOut('run'),
  },
  {
    id: 'dtrace-drops',
    chapter,
    ways,
    what: 'dtrace drops what did not fit its buffers',
    remedy: 'Rows may be missing: ask again, or narrow the question.',
    arrange: () => probing('dtrace-drops'),
    expect: partial('drops'),
  },
  {
    id: 'dtrace-well',
    chapter,
    ways,
    what: 'Nothing is wrong',
    remedy: 'Nothing.',
    arrange: () => probing(null),
    expect: answered(),
  },
];
