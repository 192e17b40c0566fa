import type { Inventory } from '../inventory/inventory.ts';
import type { Issue } from '../model/issue.ts';
import { wholeZone } from '../model/zone-name.ts';
import { linesOf } from '../parse/lines.ts';
import { sledOfTable, type TableSled } from './pasted-sleds.ts';
import { EMPTY_PIECE, type PastedText, type Piece } from './piece.ts';
import { hasSummary, readFleetSummary } from './fleet-summary.ts';

/** Headings that say whose a row is, before its zone: of a pipe, of `-o wide`, and of a terminal. */
const OF_SLED = ['RACK', 'SLED', 'SERIAL', 'CUBBY'];

/** A table of ours, by what its lines are. */
interface FleetTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What stands below a row, which a narrow terminal has no column for. */
  readonly notes: ReadonlyMap<number, string>;
  readonly rest: readonly string[];
}

/**
 * The pieces of a text that is a table as cruc-fleet itself prints it, in a pipe or on a terminal of any width, with its
 * summary; null of any other. Sleds without a row are not in a table, and rows that a terminal only counts are said to
 * lack.
 */
export function fleetTablePieces(
  { where, name, text }: PastedText,
  inventory: Inventory | null,
): readonly Piece[] | null {
  const tables = tablesIn(linesOf(text).lines);
  if (tables.every(({ rows }) => rows.length === 0)) return null;
  const pieces = tables.flatMap((table) => piecesOfTable(table, where, inventory));
  const rest = tables.flatMap((table) => table.rest);
  const messages = [
    ...readFleetSummary(rest),
    ...(hasSummary(rest) ? [] : ['the table has no summary below it, so rows may be missing']),
  ];
  if (messages.length === 0) return pieces;
  const issues: readonly Issue[] = messages.map((message) => ({ code: 'warning', message }));
  const { sled } = sledOfTable({ rack: null, name, serial: null, cubby: null }, null);
  return [...pieces, { ...EMPTY_PIECE, where, sled, text: '', isNobodys: true, issues }];
}

/** A piece for each sled of a table. */
function piecesOfTable(table: FleetTable, where: string, inventory: Inventory | null): readonly Piece[] {
  const expanded = withThreeForOne(table);
  const bySled = new Map<string, { readonly sled: TableSled; readonly at: number[] }>();
  for (const [at, row] of table.rows.entries()) {
    const sled = sledIn(table.headings, row);
    const key = JSON.stringify(sled);
    const found = bySled.get(key);
    if (found === undefined) bySled.set(key, { sled, at: [at] });
    else found.at.push(at);
  }
  return [...bySled.values()].map(({ sled, at }): Piece => {
    const who = sledOfTable(sled, inventory);
    const said = at
      .flatMap((i) => table.notes.get(i) ?? [])
      .map((note) => `the table notes of a row: ${note}`);
    return {
      ...EMPTY_PIECE,
      ...who,
      where,
      text: asScriptText(
        expanded.headings,
        at.map((i) => expanded.rows[i] ?? []),
      ),
      notes: [...who.notes, ...said],
    };
  });
}

/** The tables of a text, one after another; what stands before the first is with it. */
function tablesIn(lines: readonly string[]): readonly FleetTable[] {
  const starts = lines.flatMap((line, at) => (isHeadings(line) ? [at] : []));
  return starts.map((start, i) => {
    const table = tableIn(lines.slice(start, starts[i + 1]));
    return i === 0 ? { ...table, rest: [...lines.slice(0, start), ...table.rest] } : table;
  });
}

/** The table whose headings are the first line. */
function tableIn(lines: readonly string[]): FleetTable {
  const headings = cellsOf(lines[0] ?? '');
  const rows: (readonly string[])[] = [];
  const notes = new Map<number, string>();
  const rest: string[] = [];
  let isOver = false;
  for (const line of lines.slice(1)) {
    const cells = cellsOf(line);
    isOver ||= line.trim() === '' || line.startsWith('(');
    if (!isOver && rows.length > 0 && line.startsWith('    ')) {
      const at = rows.length - 1;
      notes.set(at, [notes.get(at), line.trim()].filter((part) => part !== undefined).join(' '));
    } else if (!isOver && cells.length === headings.length) {
      const note = headings.at(-1) === 'NOTE' ? cells.at(-1) : undefined;
      if (note !== undefined && note !== '-') notes.set(rows.length, note);
      rows.push(cells);
    } else rest.push(line);
  }
  return { headings, rows, notes, rest };
}

/** `SLED  ZONE  PID …`, `RACK  SERIAL  CUBBY  ZONE  PID …`: no script's table begins like this. */
function isHeadings(line: string): boolean {
  const headings = cellsOf(line);
  const zone = headings.indexOf('ZONE');
  const ofSled = headings.slice(0, Math.max(0, zone));
  return (
    ofSled.length > 0 &&
    headings[zone + 1] === 'PID' &&
    ofSled.every((heading) => OF_SLED.includes(heading)) &&
    (ofSled.includes('SLED') || ofSled.includes('RACK'))
  );
}

/** A cell may have blanks, but not two of them, which stand between cells. */
function cellsOf(line: string): readonly string[] {
  return line.trim().split(/ {2,}/);
}

function sledIn(headings: readonly string[], row: readonly string[]): TableSled {
  const cell = (heading: string): string | null => {
    const text = row[headings.indexOf(heading)];
    return text === undefined || text === '-' ? null : text;
  };
  const id = cell('SLED');
  const slash = id?.indexOf('/') ?? -1;
  const [rack, name] =
    id === null || slash < 0 ? [cell('RACK'), id] : [id.slice(0, slash), id.slice(slash + 1)];
  const cubby = cell('CUBBY');
  // The short column of a terminal has the cubby where it is known.
  const short = name !== null && /^\d{1,2}$/.test(name) ? name : null;
  return {
    rack,
    name: short === null ? name : null,
    serial: cell('SERIAL'),
    cubby: cubby === null ? (short === null ? null : Number(short)) : Number(cubby),
  };
}

/** `LRC 0/968/0` as `LRC0 0  LRC1 968  LRC2 0`. */
function withThreeForOne({ headings, rows }: FleetTable): Pick<FleetTable, 'headings' | 'rows'> {
  const isOne = headings.map((_, at) => {
    const cells = rows.map((row) => row[at] ?? '-');
    return cells.some((cell) => THREE.test(cell)) && cells.every((cell) => cell === '-' || THREE.test(cell));
  });
  // States that no row has are three nevertheless.
  const isThree = (at: number): boolean => isOne[at] === true || headings[at] === 'DS';
  return {
    headings: headings.flatMap((heading, at) =>
      isThree(at) ? [0, 1, 2].map((n) => heading + n) : [heading],
    ),
    rows: rows.map((row) =>
      row.flatMap((cell, at) => {
        if (!isThree(at)) return [cell];
        return cell === '-' ? ['-', '-', '-'] : cell.split('/');
      }),
    ),
  };
}

const THREE = /^[\w-]+\/[\w-]+\/[\w-]+$/;

/** The rows of one sled as a script on it would have printed them: a word a cell. */
function asScriptText(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = headings.map((heading) => !OF_SLED.includes(heading) && heading !== 'NOTE');
  // A narrow table of states has no room for ids; that none is known is another matter than a table that has none.
  const isNamed = headings.includes('UPSTAIRS') || headings.includes('SESSION');
  const lacksIds = headings.includes('DS2') && !isNamed;
  const lines = rows.map((row) =>
    row
      .flatMap((cell, at) => (kept[at] === true ? [headings[at] === 'ZONE' ? wholeZone(cell) : cell] : []))
      .map((cell) => cell.replaceAll(/\s+/g, '_')),
  );
  return [headings.filter((_, at) => kept[at]), ...lines]
    .map((words, at) => (lacksIds ? [at === 0 ? 'UPSTAIRS' : '-', ...words] : words))
    .map((words) => `${words.join(' ')}\n`)
    .join('');
}
