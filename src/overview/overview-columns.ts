import type { Column } from '../model/column.ts';

/** A value of a sled that should be there: where it is not, the note says why. */
const EXPECTED = { unknownMark: '?', narrow: true } as const;

/** What is told of each sled, beside who it is. */
export const OVERVIEW_COLUMNS: readonly Column[] = [
  {
    name: 'address',
    heading: 'ADDRESS',
    kind: 'text',
    role: 'id',
    rank: -1,
    help: 'host of the sled in the inventory',
    narrow: true,
  },
  { name: 'uptime', heading: 'UPTIME', kind: 'text', role: 'state', help: 'since it booted', ...EXPECTED },
  { name: 'uptime_seconds', heading: 'UPTIME S', kind: 'count', help: 'the same, in seconds' },
  {
    name: 'helios',
    heading: 'HELIOS',
    kind: 'text',
    role: 'state',
    help: 'version of the operating system (uname -v)',
    ...EXPECTED,
  },
  {
    name: 'crucible',
    heading: 'CRUCIBLE',
    kind: 'text',
    role: 'state',
    help: 'version of its Crucible scripts: the first line of /opt/oxide/crucible_utils/utils-info.txt',
    ...EXPECTED,
  },
  { name: 'propolis', heading: 'PROPOLIS', kind: 'count', help: 'propolis-server processes', ...EXPECTED },
  { name: 'pantry', heading: 'PANTRY', kind: 'count', help: 'crucible-pantry processes' },
  {
    name: 'downstairs',
    heading: 'DOWNSTAIRS',
    kind: 'count',
    help: 'crucible-downstairs processes',
    ...EXPECTED,
  },
  {
    name: 'scripts',
    heading: 'SCRIPTS',
    kind: 'text',
    role: 'state',
    rank: -1,
    help: 'what push put there: current, none, or the hash of another version',
    ...EXPECTED,
  },
  {
    name: 'clock',
    heading: 'CLOCK',
    kind: 'text',
    role: 'state',
    help: 'how far its clock is ahead of ours (-: behind), and how far that may be wrong',
    ...EXPECTED,
  },
  { name: 'clock_least_ms', heading: 'LEAST MS', kind: 'count', help: 'it is at least so far ahead' },
  { name: 'clock_most_ms', heading: 'MOST MS', kind: 'count', help: 'it is at most so far ahead' },
  {
    name: 'note',
    heading: 'NOTE',
    kind: 'note',
    help: 'what differs from most sleds, and why a value is not known',
    narrow: true,
  },
];
