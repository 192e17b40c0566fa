import type { Column } from '../model/column.ts';

const NAMES = ['ds0', 'ds1', 'ds2'] as const;

/** What kept facts add to a row of an upstairs, for wide tables, programs and `--columns`. */
export const JOINED_COLUMNS: readonly Column[] = [
  { name: 'disk', heading: 'DISK', kind: 'text', help: 'name of the disk, by kept facts', unknownMark: '?' },
  {
    name: 'instance',
    heading: 'INSTANCE',
    kind: 'text',
    help: 'name of the instance, by kept facts',
    unknownMark: '?',
  },
  ...NAMES.flatMap((name): readonly Column[] => [
    {
      name: `${name}_sled`,
      heading: `${name.toUpperCase()} SLED`,
      kind: 'text',
      help: `sled of downstairs ${name.slice(2)}, by kept facts; outdated where they are contradicted`,
      unknownMark: '?',
    },
    {
      name: `${name}_disk`,
      heading: `${name.toUpperCase()} DISK`,
      kind: 'text',
      help: `serial of the physical disk of downstairs ${name.slice(2)}, in the same way`,
      unknownMark: '?',
    },
  ]),
  {
    name: 'facts_age',
    heading: 'FACTS AGE',
    kind: 'text',
    help: 'age of the oldest of these values, each by its newest source; null where none is known',
  },
];
