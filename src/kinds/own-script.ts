import type { Cell, Column, Row } from '../model/column.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { parseAnything } from '../parse/anything.ts';
import { cellOf } from '../parse/cell.ts';
import { columnNameOf } from '../parse/column-names.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { UNKNOWN_SCRIPT, type ScriptHabits } from '../parse/print-habits.ts';
import { settleCounts } from '../parse/repeated-counts.ts';
import { settlePrints } from '../parse/repeated-prints.ts';

/** What may change a system; dtrace takes these only with -w, or with the pragma (dtrace.md: Destructive Actions). */
const DESTRUCTIVE = /\b(stop|raise|copyout|copyoutstr|system|freopen|breakpoint|panic|chill)\s*\(/;
const PRAGMA = /^\s*#pragma\s+D\s+option\s+destructive\b/m;

/** Why a D script may change the sled that it runs on, in a few words; null where nothing of it can. */
export function destructiveReason(text: string): string | null {
  const program = text.replaceAll(/\/\*[^]*?\*\/|"(?:\\.|[^"\\\n])*"/g, ' ');
  if (PRAGMA.test(program)) return 'it has the option destructive';
  const action = DESTRUCTIVE.exec(program)?.[1];
  return action === undefined ? null : `it uses ${action}()`;
}

/** A user's D script as it is put on a sled: with a clause that ends it, whatever it does. */
export function withTimeLimit(text: string, seconds: number): string {
  return `${text.trimEnd()}\n\n/* Added by cruc-fleet: the time limit. */\ntick-${seconds}s\n{\n\texit(0);\n}\n`;
}

/**
 * A probe of a user's own D script. Tables under headings, histograms, counts and lines of JSON are recognised;
 * every other line is text, which is shown as it is. `habits` say how it prints: see `scriptHabits`.
 */
export function ownScript(
  name: string,
  file: string,
  args: readonly string[],
  habits: ScriptHabits = UNKNOWN_SCRIPT,
): ProbeSpec {
  return {
    name,
    summary: `the script ${name}`,
    shape: 'rows',
    script: file,
    needs: ['run-d.sh'],
    takes: { pid: 'no', volume: false },
    seconds: 30,
    interval: 0,
    firesFor: 'ios',
    cost: 'what the script costs',
    arguments: () => args,
    columns: [],
    key: [],
    read(result, { seconds }) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(name, result) };
      const { pieces, histograms, counts, issues } = parseAnything(result.stdout, habits);
      const rows: Row[] = [];
      const lines: string[] = [];
      let limitAt: number | null = null;
      for (const piece of pieces) {
        switch (piece.kind) {
          case 'table':
            for (const cells of piece.rows) rows.push(tableRow(piece.headings, cells));
            break;
          case 'json':
            for (const value of piece.values) lines.push(JSON.stringify(value));
            break;
          case 'firings':
            for (const { probe, text } of piece.firings) {
              if (probe === `:tick-${seconds}s` && text === '') limitAt = lines.length;
              lines.push(`${probe} ${text}`.trimEnd());
            }
            break;
          case 'other':
            for (const line of piece.lines) lines.push(line);
            break;
          case 'histograms':
          case 'counts':
            // Of all pieces together, below: one piece may hold what another held.
            break;
        }
      }
      // That the clause of the time limit fired is nothing that the script has to say.
      if (limitAt !== null) lines.splice(limitAt, 1);
      const settled = settlePrints(histograms, habits.histograms);
      const counted = settleCounts(counts, habits.counts);
      return {
        status: 'answer',
        rows: [...rows, ...counted.rows],
        distributions: settled.distributions.map(({ keys, histogram }) => ({
          keys: ownKeys(keys),
          histogram,
        })),
        text: lines.map((line) => `${line}\n`).join(''),
        issues: [...readMessages(result.stderr), ...issues, ...settled.issues],
        notes: [...settled.notes, ...counted.notes],
      };
    },
    check: () => [],
  };
}

/** Where a row comes from is said under these names, in every answer. */
const OURS = ['rack', 'sled', 'serial', 'cubby', 'sled_status', 'sled_error'];

function tableRow(headings: readonly string[], cells: readonly string[]): Row {
  const taken = new Set<string>();
  return Object.fromEntries(
    headings.map((heading, i): [string, Cell] => {
      const column = columnNameOf(heading);
      return [freeName(column, taken), cellOf(column, cells[i] ?? '-')];
    }),
  );
}

/** Keys that a script names itself, `sled=x`, beside which the sled's own stand. */
function ownKeys(keys: Row): Row {
  const taken = new Set<string>();
  return Object.fromEntries(Object.entries(keys).map(([name, cell]) => [freeName(name, taken), cell]));
}

/** The name of a column that is neither ours nor that of another one before it: `script_sled`, `pid_2`. */
function freeName(column: string, taken: Set<string>): string {
  const own = OURS.includes(column) ? `script_${column}` : column;
  let free = own;
  for (let n = 2; taken.has(free); n++) free = `${own}_${n}`;
  taken.add(free);
  return free;
}

/** Columns for rows whose columns nobody declared, in the order in which they first come. */
export function columnsOfRows(rows: readonly Row[]): readonly Column[] {
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return [...names].map((name) => ({
    name,
    heading: name.toUpperCase(),
    kind: rows.some((row) => typeof row[name] === 'number') ? 'count' : 'text',
    help: 'as the script prints it',
    narrow: true,
    undeclared: true,
  }));
}
