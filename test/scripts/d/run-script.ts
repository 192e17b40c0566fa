import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  startDtrace,
  virtualMachine,
  type FireOptions,
  type VirtualMachine,
} from '../../simulator/d/virtual-machine.ts';

export const SCRIPTS = fileURLToPath(new URL('../../../scripts/', import.meta.url));
export const NAMES = readdirSync(SCRIPTS).filter((name) => name.endsWith('.d'));

export const ZONE_A = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
export const ZONE_B = 'oxz_crucible_pantry_11111111-d933-49fa-b38e-fc4607933d50';
export const UPSTAIRS = '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';
export const SESSION = 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
export const SESSION_2 = 'a666a8bd-8a3e-4b10-b9b4-55f4f2a3d7e1';
export const VOLUME = '5d8b2d34-40e3-4166-84c6-6094ec201d19';
export const VOLUME_2 = 'a416a597-5ec5-417f-a913-e2ee78bff1dc';

export function scriptText(name: string): string {
  return readFileSync(SCRIPTS + name, 'utf8');
}

/** The D program without its comments. */
export function programText(name: string): string {
  return scriptText(name).replace(/\/\*[^]*?\*\//g, '');
}

export interface Running {
  readonly machine: VirtualMachine;
  /** Fires a probe of an upstairs. */
  upstairs(pid: number, probe: string, args?: readonly (bigint | number | string)[], on?: FireOptions): void;
  /** Fires a probe of a downstairs. */
  downstairs(
    pid: number,
    probe: string,
    args?: readonly (bigint | number | string)[],
    on?: FireOptions,
  ): void;
  /** Fires up-status with this report. */
  report(pid: number, report: string, on?: FireOptions): void;
  seconds(count: number): void;
  nanoseconds(count: number): void;
  interrupt(): void;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines that are not empty. */
  readonly lines: readonly string[];
  /** Null while it runs. */
  status(): Promise<number | null>;
}

/** Runs `dtrace -Z -s NAME ARGS` on a sled with these processes: PID and zone. */
export function runScript(
  name: string,
  args: readonly (string | number)[] = [],
  processes: Readonly<Record<number, string>> = { 101: ZONE_A },
  interleave: number | false = false,
): Running {
  return runText(name, scriptText(name), args, processes, interleave);
}

/** The script with another value of one of its options. */
export function runScriptWith(
  name: string,
  option: 'dynvarsize' | 'statusrate',
  value: string,
  args: readonly (string | number)[],
): Running {
  const text = scriptText(name).replace(new RegExp(`(?<=option ${option}=)\\w+`), value);
  return runText(name, text, args, { 101: ZONE_A }, false);
}

function runText(
  name: string,
  text: string,
  args: readonly (string | number)[],
  processes: Readonly<Record<number, string>>,
  interleave: number | false,
): Running {
  const machine = virtualMachine([]);
  for (const [pid, zone] of Object.entries(processes)) machine.addProcess({ pid: Number(pid), zone });
  const argv = ['-Z', '-s', name, ...args.map(String)];
  const session = startDtrace(machine, argv, { [name]: text }, { interleave });
  return {
    machine,
    upstairs: (pid, probe, values, on) => {
      machine.fire(pid, probe, values, on);
    },
    downstairs: (pid, probe, values, on = {}) => {
      machine.fire(pid, probe, values, { provider: 'crucible_downstairs', ...on });
    },
    report: (pid, report, on) => {
      machine.fire(pid, 'up-status', ['stats', report], on);
    },
    seconds: (count) => {
      machine.clock.advance(count * 1000);
    },
    nanoseconds: (count) => {
      machine.clock.advance(count / 1e6);
    },
    interrupt: () => {
      session.run.signal('INT');
    },
    get stdout() {
      return session.stdout;
    },
    get stderr() {
      return session.stderr;
    },
    get lines() {
      return session.stdout.split('\n').filter((line) => line !== '');
    },
    status: () => session.settle(),
  };
}

/** A report of today's Crucible in which every value is another one, with these fields changed or left out. */
export function report(changes: Readonly<Record<string, unknown>> = {}): string {
  const fields: Record<string, unknown> = {
    upstairs_id: UPSTAIRS,
    session_id: SESSION,
    up_count: 35,
    up_counters: {
      apply: 195661,
      action_downstairs: 88512,
      action_guest: 29496,
      action_deferred_block: 13719,
      action_deferred_message: 38399,
      action_flush_check: 19,
      action_stat_check: 10,
      action_control_check: 6,
      action_noop: 25490,
    },
    next_job_id: 570215,
    ds_count: 4350,
    write_bytes_out: 226492416,
    ds_state: ['LiveRepair', 'Active', 'Faulted'],
    ds_io_count: {
      in_progress: [40, 241, 242],
      done: [24, 194, 195],
      skipped: [371, 1, 2],
      error: [3, 4, 5],
    },
    ds_reconciled: 60,
    ds_reconcile_needed: 61,
    ds_reconcile_aborted: 62,
    ds_live_repair_completed: [10, 11, 12],
    ds_live_repair_aborted: [20, 21, 22],
    ds_connected: [30, 31, 32],
    ds_replaced: [50, 51, 52],
    ds_extents_repaired: [9384, 71, 72],
    ds_extents_confirmed: [11640, 81, 82],
    ds_extent_limit: 90,
    ds_delay_us: [12500, 12501, 12502],
    ds_ro_lr_skipped: [0, 0, 0],
    ...changes,
  };
  return JSON.stringify({ ok: fields });
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/**
 * The tables of the output, one for each line of headings, without the words on an interval that is shorter. Throws at
 * a row that does not fit its headings.
 */
export function tablesOf(lines: readonly string[]): readonly Table[] {
  const tables: { columns: readonly string[]; rows: Record<string, string>[] }[] = [];
  for (const line of lines) {
    const words = line.trim().split(/ +/);
    // A word on an interval, or for programs alone.
    if (/^#|^columns$|^(began|ended)_ns=/.test(words[0] ?? '')) continue;
    if (words[0] === 'ZONE') {
      tables.push({ columns: words, rows: [] });
      continue;
    }
    const table = tables.at(-1);
    if (table === undefined) throw new Error(`a row before any headings: ${line}`);
    if (words.length !== table.columns.length) throw new Error(`a row that does not fit: ${line}`);
    table.rows.push(Object.fromEntries(table.columns.map((column, i) => [column, words[i] ?? ''])));
  }
  return tables;
}

/** All rows of all tables. */
export function rowsOf(lines: readonly string[]): readonly Readonly<Record<string, string>>[] {
  return tablesOf(lines).flatMap((table) => table.rows);
}

/** What each histogram counts, by its key line: `{ 'zone=… type=read': { 1024: 2 } }`. Throws at other lines. */
export function histogramsOf(
  lines: readonly string[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const found: Record<string, Record<string, number>> = {};
  let current: Record<string, number> | null = null;
  for (const line of lines) {
    if (line.startsWith('zone=')) {
      if (found[line] !== undefined) throw new Error(`two histograms of one key: ${line}`);
      current = {};
      found[line] = current;
      continue;
    }
    if (/^ +value +-+ Distribution -+ count *$/.test(line)) continue;
    const match = /^ *(-?\d+) \|[@ ]* (\d+) *$/.exec(line);
    if (match === null || current === null) throw new Error(`not a histogram's line: ${line}`);
    const [, bucket = '', count = ''] = match;
    if (count !== '0') current[bucket] = Number(count);
  }
  return found;
}
