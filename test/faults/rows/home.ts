import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { failed, type Arrangement, type Fault } from '../fault.ts';
import { SLED, type Field } from '../field.ts';

const chapter = 'The home of the login';

/** A sled that has no scripts of ours yet. */
function cold(field: Field, change: Arrangement): Arrangement {
  rmSync(ourFolder(field), { recursive: true, force: true });
  return { job: { verb: 'ds-state' }, ...change };
}

function ourFolder(field: Field): string {
  return join(field.rack.simulation.environmentFor(SLED).HOME, '.cruc-fleet');
}

export const HOME_FAULTS: readonly Fault[] = [
  {
    id: 'disk-full',
    chapter,
    what: 'No space is left for the scripts',
    remedy: 'Make room on the RAM disk of the sled: `df -h /root`; `cruc-fleet clean` removes what is ours.',
    arrange: (field) => cold(field, { fault: 'disk-full' }),
    expect: failed('upload', 'no_space'),
  },
  {
    id: 'read-only',
    chapter,
    what: 'The file system of the home takes no writes',
    remedy: 'Use a login whose home can be written.',
    arrange: (field) => cold(field, { fault: 'read-only' }),
    expect: failed('upload', 'read_only'),
  },
  {
    id: 'no-home',
    chapter,
    what: 'The home of the login does not exist',
    remedy: 'Make it, or use another login.',
    arrange: (field) => cold(field, { fault: 'no-home' }),
    expect: failed('upload', 'upload'),
  },
  {
    id: 'foreign-folder',
    chapter,
    what: '`~/.cruc-fleet` is a symbolic link, which cruc-fleet never makes',
    remedy: 'Look at who made it, and move it away.',
    arrange: (field) => {
      const arrangement = cold(field, {
        during: async (running) => {
          await running.ended;
          rmSync(ourFolder(field), { force: true });
        },
      });
      const elsewhere = field.folder();
      mkdirSync(join(elsewhere, 'of-others'));
      symlinkSync(elsewhere, ourFolder(field));
      return arrangement;
    },
    expect: failed('upload', 'not_ours'),
  },
  {
    id: 'upload-short',
    chapter,
    what: 'The last byte of an uploaded script is lost',
    remedy: 'Nothing was run. Look at the disk of the sled, and ask again.',
    arrange: (field) => cold(field, { fault: 'upload-short' }),
    expect: failed('upload', 'upload'),
  },
  {
    id: 'upload-altered',
    chapter,
    what: 'An uploaded script has other bytes than were sent',
    remedy: 'Nothing was run. Look at the disk of the sled, and ask again.',
    arrange: (field) => cold(field, { fault: 'upload-altered' }),
    expect: failed('upload', 'upload'),
  },
];
