import type { RunResult } from '../model/transport.ts';
import { readNamedWords } from './named-words.ts';
import { quoteLine } from './quote-line.ts';

/** The version of the marks that is read. */
const VERSION = 1;

/** What a text of `cruc-fleet script` printed on one sled, as `scripts/one-text.sh` marks it. */
export interface MarkedText {
  /** Random, of the text: all its answers have it. */
  readonly word: string;
  /** What the sled calls itself: its serial. */
  readonly host: string;
  /** What was asked: `probe=ds-state seconds=3 interval=0`. */
  readonly about: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Null where it was not seen: the answer is cut. */
  readonly end: TextEnd | null;
  /** Lines between the marks that are none of the answer's. */
  readonly strange: readonly string[];
}

interface TextEnd {
  readonly status: number;
  /** Lines that it wrote on its two outputs. */
  readonly lines: number;
  readonly errors: number;
}

/** A line that is of no answer, or an answer with what stands on its first line before it, as a tool's heading. */
export type MarkedPart =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'answer'; readonly before: string; readonly answer: MarkedText };

interface Open {
  readonly before: string;
  readonly word: string;
  readonly host: string;
  readonly about: string;
  readonly out: string[];
  readonly err: string[];
  readonly strange: string[];
  /** Lines that are the answer's only if more of it follows. */
  pending: string[];
}

/** What stands before the word of every mark; a cheap look before the pattern. */
const MARK = 'cruc-fleet ';
const BEGIN = /^cruc-fleet ([0-9a-f]{12}) begin (\d{1,4}) (\S{1,255})(?: (.*))?$/s;
const END = /^cruc-fleet ([0-9a-f]{12}) end (\d{1,9}) (\d{1,9}) (\d{1,9})( open)?$/;

/** Whether an answer begins anywhere in the text. */
export function hasMarks(text: string): boolean {
  return /cruc-fleet [0-9a-f]{12} begin \d/.test(text);
}

/**
 * The answers in some lines, in their order, and the lines that are of none. Data cannot be mistaken, since each of its
 * lines has a character before it; a line without one is strange where more of the answer follows it.
 */
export function splitMarked(lines: readonly string[]): readonly MarkedPart[] {
  const parts: MarkedPart[] = [];
  let open: Open | null = null;
  const close = (end: (TextEnd & { readonly isOpen: boolean }) | null): void => {
    if (open === null) return;
    const { before, pending, ...rest } = open;
    if (end !== null) rest.strange.push(...pending.filter((line) => line.trim() !== ''));
    parts.push({ kind: 'answer', before, answer: answerOf(rest, end) });
    if (end === null) parts.push(...pending.map((line) => ({ kind: 'line' as const, line })));
    open = null;
  };
  for (const line of lines) {
    if (open !== null && keepData(open, line)) continue;
    const at = line.indexOf(MARK);
    const mark = at < 0 ? '' : line.slice(at).trimEnd();
    const begin = BEGIN.exec(mark);
    const end: RegExpExecArray | null = open === null ? null : END.exec(mark);
    if (begin !== null) {
      close(null);
      open = begun(line.slice(0, at).trimEnd(), begin);
    } else if (end !== null && end[1] === open?.word) {
      const [, , status, count, errors, isOpen] = end;
      close({
        status: Number(status),
        lines: Number(count),
        errors: Number(errors),
        isOpen: isOpen !== undefined,
      });
    } else if (open === null) parts.push({ kind: 'line', line });
    else open.pending.push(line);
  }
  close(null);
  return parts;
}

function begun(before: string, [, word = '', version, host = '', about = '']: RegExpExecArray): Open {
  const known = Number(version) === VERSION ? about : `version=${version}`;
  return { before, word, host, about: known, out: [], err: [], strange: [], pending: [] };
}

/** Keeps a line of data; false where it is none. What was copied may be indented. */
function keepData(open: Open, line: string): boolean {
  const start = line.length - line.trimStart().length;
  const sign = line.charAt(start);
  if (sign !== '|' && sign !== '!') return false;
  open.strange.push(...open.pending.filter((each) => each.trim() !== ''));
  open.pending = [];
  (sign === '|' ? open.out : open.err).push(line.slice(start + 1));
  return true;
}

function answerOf(
  { word, host, about, out, err, strange }: Omit<Open, 'before' | 'pending'>,
  end: (TextEnd & { readonly isOpen: boolean }) | null,
): MarkedText {
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
  const stdout = text(out);
  return {
    word,
    host,
    about,
    stdout: end?.isOpen === true ? stdout.slice(0, -1) : stdout,
    stderr: text(err),
    end: end === null ? null : { status: end.status, lines: end.lines, errors: end.errors },
    strange,
  };
}

/** The end of the command on the sled, and why there may be more than what is here; null where all is. */
export function endOfMarked(answer: MarkedText): { readonly result: RunResult; readonly cut: string | null } {
  const { stdout, stderr, end, strange } = answer;
  return {
    result: { stdout, stderr, exitStatus: end?.status ?? 0, signalName: null },
    cut: cutOf(stdout, stderr, end, strange),
  };
}

function cutOf(
  stdout: string,
  stderr: string,
  end: TextEnd | null,
  strange: readonly string[],
): string | null {
  const [first] = strange;
  if (end === null) return 'cut: the end of the answer did not arrive';
  const lines = countLines(stdout);
  if (lines !== end.lines) return `cut: ${lines} of ${end.lines} lines arrived`;
  const errors = countLines(stderr);
  if (errors !== end.errors) return `cut: ${errors} of ${end.errors} lines of standard error arrived`;
  return first === undefined
    ? null
    : `cut: a line may have been broken, since this is within the answer: ${quoteLine(first)}`;
}

function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Why an answer is not one to this question, as the end of a sentence; null where it is. */
export function otherQuestion(answer: Pick<MarkedText, 'about'>, about: string): string | null {
  if (answer.about === about) return null;
  const words = readNamedWords(answer.about);
  const version = words?.get('version');
  if (version !== undefined)
    return `its marks are of version ${version}, which this cruc-fleet does not read`;
  return `it answers another question (${answer.about === '' ? 'which is not said' : answer.about}) than ${about}`;
}
