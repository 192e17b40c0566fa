import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/**
 * Which story on real OpenSSH and real SMTP (`check-mails.real.test.ts`) holds the verdict, the status and the mail of
 * what: the name of the story, and what happens in it. Those that are simulated besides are in `check-stories.test.ts`.
 */
const HELD: Readonly<Record<string, readonly [story: string, event: string]>> = {
  'a live repair in progress': ['repair', 'its live repair makes progress'],
  'a live repair that completes': ['repair', 'it is done'],
  'a live repair that stalls': ['repair', 'another one makes no progress'],
  'a live repair that aborts': ['repair', 'it is aborted'],
  'a downstairs that is flapping': ['flapping', 'downstairs 1 reconnects between two runs'],
  'flapping that is over': ['flapping', 'an hour later'],
  'active twice, on two sleds': ['twice', 'on two sleds'],
  'active twice no more': ['twice', 'one of them ends'],
  'active twice, on one sled': ['twice', 'another, in two processes of one sled'],
  'a migration between two runs, with another PID and a new session': [
    'migration',
    'its VM migrates between two runs, and has another PID and session',
  ],
  'a migration within a window': ['window', 'the first migrates within a window'],
  'a migration across windows that do not overlap, since a sled is late': [
    'window',
    'the second migrates between the windows of two sleds, since one is late',
  ],
  'a process that exits within a window': ['window', 'the process of the first exits within a window'],
  'a zone that is gone': ['migration', 'its zone is gone'],
  'a silent process, and an upstairs that vanished': [
    'silence',
    'a process is silent, and one upstairs of another',
  ],
  'an upstairs that reports again': ['silence', 'they report again'],
  'a report that cannot be read': ['silence', 'a report cannot be read'],
  'a report that can be read again': ['silence', 'it can again'],
  'drops of dtrace': ['silence', 'dtrace drops some of it'],
  'no drops any more': ['silence', 'it drops nothing'],
  'an idle propolis': ['silence', 'a VM without a disk of Crucible'],
  'a sled that is silent': ['sleds', 'a sled is lost'],
  'coverage that is lost': ['sleds', 'another one, and so most of the rack'],
  'coverage that is back': ['sleds', 'both are back'],
  'a gateway that is lost': ['gateway', 'the gateway is lost'],
  'a changed key of a gateway': ['gateway', 'it is back with another key'],
  'a gateway that is back': ['gateway', 'the key is accepted, and a disk has become ill'],
  'a Crucible of another era, and a clock at 1970': [
    'eras',
    'a downstairs is faulted, and the clock of this machine is at 1970',
  ],
  'a clock that is set': ['eras', 'the clock is set'],
  'two disks': ['worse', 'two disks of one VM are ill'],
  'a disk that gets worse': ['worse', 'the first gets worse'],
  'three faulted downstairs': ['worse', 'the second loses all'],
  'a VM that is stopped': ['worse', 'the VM is stopped'],
  'reconciliation, wait_quorum, stuck jobs': [
    'lasting',
    'offline, in wait_quorum, reconciling, with jobs, and a pantry',
  ],
  'offline for long, and a pantry that is stuck': ['lasting', 'an hour later'],
  'a pantry that ends': ['pantry', 'the pantry ends'],
};

/** What happens first in a story, so that something can follow. */
const BEGINNINGS: readonly (readonly [story: string, event: string])[] = [
  ['eras', 'it is well again'],
  ['flapping', 'all is well'],
  ['gateway', 'all is well'],
  ['migration', 'downstairs 1 is faulted'],
  ['pantry', 'a pantry works on a volume'],
  ['pantry', 'an hour later'],
  ['repair', 'downstairs 1 is faulted'],
  ['silence', 'all is well'],
  ['window', 'a downstairs of two VMs is faulted'],
];

const FOLDER = new URL('../fixtures/golden/', import.meta.url);

function told(): readonly string[] {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith('story-'));
  const events = files.flatMap((name) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8');
    const story = name.slice('story-'.length, -'.txt'.length);
    return [...text.matchAll(/^## (.*)$/gm)].map(([, event]) => `${story}: ${event}`);
  });
  return [...new Set(events)].toSorted();
}

describe('the list of stories', () => {
  it('names what each story holds, and each holds what the list names', () => {
    const listed = [...Object.values(HELD), ...BEGINNINGS].map((each) => each.join(': '));
    expect([...new Set(listed)].toSorted()).toEqual(told());
  });
});
