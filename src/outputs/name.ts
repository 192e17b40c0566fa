import { groupingOf } from '../distribution-views/distributions.ts';
import { cellText } from '../drawing/cell-text.ts';
import type { Cell } from '../model/column.ts';
import { makeOutput } from './output.ts';

const IDENTITY = ['sled', 'zone', 'pid', 'session_id'];

/** What a sled's name says already. */
const OF_SLED = ['rack', 'serial', 'cubby'];

/** For scripts: the identity of each row and nothing else. */
export const name = makeOutput<Iterable<string>>({
  name: 'name',
  summary: 'rack/sled/zone/pid/session of each row, or the keys of each distribution, one a line',
  saysCoverage: false,
  contents: {
    rows: {
      shown: '`rack/serial/zone/pid/session` of each, or what `--columns` says',
      *part({ rows }, { columns }) {
        for (const row of rows) yield nameLine((columns ?? IDENTITY).map((each) => row[each]));
      },
    },
    printed: {
      shown: 'the sled of each command that ended',
      *part({ rows }) {
        for (const row of rows) yield nameLine([row['sled']]);
      },
    },
    steps: {
      shown: 'the sled and the step of each that failed',
      *part({ rows }) {
        for (const row of rows) if (row['result'] === 'failed') yield nameLine([row['sled'], row['step']]);
      },
    },
    distributions: {
      shown: 'the keys of each group',
      *part(report, context) {
        const { groups, whatNames, whoseNames } = groupingOf(report, context);
        const names = [...whoseNames, ...whatNames].filter(
          (each) => !(whoseNames.includes('sled') && OF_SLED.includes(each)),
        );
        for (const { keys } of groups) {
          yield names.length === 0 ? nameLine(['all']) : nameLine(names.map((each) => keys[each]));
        }
      },
    },
    texts: { refused: 'lines of text have no names; use -o table or json' },
  },
  *whole(parts) {
    for (const part of parts) yield* part;
  },
  arriving: 'at the end',
  check: 'report',
});

function nameLine(cells: readonly (Cell | undefined)[]): string {
  return `${cells.map(cellText).join('/')}\n`;
}
