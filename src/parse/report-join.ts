import { readJson, isJsonObject } from './json-lines.ts';
import { createLineFeed, type LineFeed } from './line-feed.ts';
import { isRunningLine, takeOutRunning, type Running } from './running.ts';

/** A line of a report, and the program that gave it first. */
export interface JoinedLine {
  readonly program: number;
  readonly line: string;
}

/** Joins what programs of `run-d.sh -r upstairs_raw.d` print that run on one sled one after another and overlap. */
export interface ReportJoin {
  /** The lines of reports that no other program has given. */
  push(program: number, text: string): readonly JoinedLine[];
  /** When the first program began and the last one ended, and which processes ran then; null where it is not known. */
  ends(): {
    readonly beganNs: bigint | null;
    readonly endedNs: bigint | null;
    readonly running: Running | null;
  };
}

interface Seen {
  readonly timeNs: bigint;
  readonly programs: Set<number>;
}

interface Program {
  readonly feed: LineFeed;
  beganNs: bigint | null;
  endedNs: bigint | null;
  readonly before: string[];
  readonly after: string[];
}

/** Two programs see one report at times that differ by microseconds; a session has one a second. */
const SAME_REPORT_NS = 500_000_000n;
/** So long a report is remembered at least: longer than programs overlap. */
const REMEMBERED_NS = 30_000_000_000n;
/** A process that hangs is told from one that has not reported yet by a program that ran for so long. */
const SURE_NS = 5_000_000_000n;

/**
 * The same report is one of the same process, text and moment that another program gave. Each is matched once, so that two
 * disks without ids, whose reports may be equal, stay two.
 */
export function createReportJoin(): ReportJoin {
  const programs = new Map<number, Program>();
  let young = new Map<string, Seen[]>();
  let old = new Map<string, Seen[]>();
  let turnedNs = 0n;

  const isNew = (number: number, line: string): boolean => {
    const { text, timeNs } = withoutTime(line);
    if (timeNs === null) return true;
    const apart = difference(timeNs, turnedNs);
    if (apart > REMEMBERED_NS) {
      old = apart > 2n * REMEMBERED_NS ? new Map() : young;
      young = new Map();
      turnedNs = timeNs;
    }
    const same = [...(old.get(text) ?? []), ...(young.get(text) ?? [])].find(
      (seen) => !seen.programs.has(number) && difference(seen.timeNs, timeNs) < SAME_REPORT_NS,
    );
    if (same !== undefined) {
      same.programs.add(number);
      return false;
    }
    const known = young.get(text);
    const seen = { timeNs, programs: new Set([number]) };
    if (known === undefined) young.set(text, [seen]);
    else known.push(seen);
    return true;
  };

  return {
    push(number, text) {
      const program = programs.get(number) ?? newProgram();
      programs.set(number, program);
      return program.feed.push(text).flatMap((line): readonly JoinedLine[] => {
        if (isRunningLine(line)) {
          (line.startsWith('running=before') ? program.before : program.after).push(line);
          return [];
        }
        const began = markOf(line, 'began_ns');
        const ended = markOf(line, 'ended_ns');
        program.beganNs ??= began;
        program.endedNs ??= ended;
        if (began !== null || ended !== null) return [];
        return isNew(number, line) ? [{ program: number, line }] : [];
      });
    },
    ends() {
      const all = [...programs].toSorted(([a], [b]) => a - b).map(([, program]) => program);
      const last = all.at(-1);
      const endedNs = last?.endedNs ?? null;
      const begun = last?.beganNs ?? null;
      const lasted = endedNs === null || begun === null ? 0n : endedNs - begun;
      // What the newest program has not had time to hear was listed by the one before it, too.
      const listed = lasted >= SURE_NS ? last : (all.at(-2) ?? last);
      const lines = [...(listed?.before ?? []), ...(last?.after ?? [])];
      const { running } = takeOutRunning(lines.map((line) => `${line}\n`).join(''));
      return { beganNs: all[0]?.beganNs ?? null, endedNs, running };
    },
  };
}

function newProgram(): Program {
  return { feed: createLineFeed(), beganNs: null, endedNs: null, before: [], after: [] };
}

function difference(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a;
}

/** A report's line without its time, and the time. */
function withoutTime(line: string): { readonly text: string; readonly timeNs: bigint | null } {
  const found = /"time_ns":(\d{1,20}),/.exec(line.slice(0, 400));
  if (found === null) return { text: line, timeNs: null };
  const { 0: whole, 1: digits = '0', index } = found;
  return { text: line.slice(0, index) + line.slice(index + whole.length), timeNs: BigInt(digits) };
}

function markOf(line: string, name: 'began_ns' | 'ended_ns'): bigint | null {
  if (!line.startsWith(`{"${name}"`)) return null;
  const value = readJson(line);
  const ns = isJsonObject(value) ? value[name] : undefined;
  return (typeof ns === 'string' && /^\d{1,20}$/.test(ns)) || typeof ns === 'number' ? BigInt(ns) : null;
}
