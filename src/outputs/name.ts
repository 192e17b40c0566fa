import { groupingOf } from '../distribution-views/distributions.ts';
import { cellText } from '../drawing/cell-text.ts';
import type { Cell, Row } from '../model/column.ts';
import { makeOutput } from './output.ts';

/** Where an upstairs runs; its session is the last part of its name. */
const PROCESS = ['sled', 'zone', 'pid'];

/** What a sled's name says already. */
const OF_SLED = ['rack', 'serial', 'cubby'];

/** For scripts: the identity of each row and nothing else. */
export const name = makeOutput<Iterable<string>>({
  name: 'name',
  summary: 'rack/sled/zone/pid/session of each row, or the keys of each distribution, one a line',
  readers: 'shell loops',
  failedSleds: 'on standard error',
  saysCoverage: false,
  contents: {
    rows: {
      shown: '`rack/sled/zone/pid/session` of each, once, or what `--columns` says',
      *part({ rows }, { columns }) {
        if (columns === null) yield* upstairsNames(rows);
        else for (const row of rows) yield nameLine(columns.map((each) => row[each]));
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

/** Names each upstairs once, however many rows it has; a row of something else keeps its own line. */
function* upstairsNames(rows: Iterable<Row>): Iterable<string> {
  const told = new Set<string>();
  for (const row of rows) {
    const upstairs = row['session_id'] ?? idleUpstairs(row);
    const line = nameLine([...PROCESS.map((each) => row[each]), upstairs]);
    if (told.has(line)) continue;
    if (upstairs !== null) told.add(line);
    yield line;
  }
}

/** The id of an upstairs that no process was seen to run: it has no other name. */
function idleUpstairs(row: Row): Cell {
  const isRunning = PROCESS.some((each) => (row[each] ?? null) !== null);
  return isRunning ? null : (row['upstairs_id'] ?? null);
}

function nameLine(cells: readonly (Cell | undefined)[]): string {
  return `${cells.map(cellText).join('/')}\n`;
}
