/** What `scripts/guard.sh` says around a command, and what stands between its marks. */
export interface Marked {
  /** The begin mark was seen: the guard ran, and the login's shell with it. */
  readonly begun: boolean;
  /** What was printed before it, by a start-up file of the login perhaps; all of it, where nothing began. */
  readonly before: string;
  /** What the command printed. */
  readonly body: string;
  /** What came behind the last mark. */
  readonly after: string;
  /** What the guard wants the reader to know. */
  readonly notes: readonly string[];
  /** Why not all that the command printed is here, as the guard knows it. */
  readonly cut: string | null;
  /** Who holds the lock, where the command was not started for it. */
  readonly busy: string | null;
  /** What stood in the way of the privileges that it was to run with; null where nothing did. */
  readonly unprivileged: string | null;
  /** The command's end; null where it was not seen. */
  readonly end: MarkedEnd | null;
  /** Why the guard ended the command. */
  readonly stopped: StopReason | null;
}

export interface MarkedEnd {
  readonly status: number;
  /** True: signal `status - 128` ended it. Most shells cannot tell. */
  readonly isSignal: boolean;
  /** Lines and bytes that the command wrote, where the guard could count. */
  readonly written: { readonly lines: number; readonly bytes: number } | null;
}

/** `gone`: our end of the connection went, or was silent; `limit`: the time was over; `signal`: somebody ended it. */
export type StopReason = 'gone' | 'limit' | 'signal';

/** Reads the marks of a run's word in what a command gave. Text without marks has not begun. */
export function readMarks(stdout: string, word: string): Marked {
  const begin = `\ncruc-fleet ${word} begin\n`;
  const start = stdout.indexOf(begin);
  if (start < 0) return { ...NOTHING, before: stdout };
  const before = stdout.slice(0, start);
  let rest = stdout.slice(start + begin.length);
  const notes: string[] = [];
  let busy: string | null = null;
  let unprivileged: string | null = null;
  let cut: string | null = null;
  let end: MarkedEnd | null = null;
  let stopped: StopReason | null = null;
  let body = '';
  for (;;) {
    const mark = nextMark(rest, word);
    if (mark === null) break;
    // Only what stands before the end is the command's: a mark's own first newline is all that lies between marks.
    body += end === null && stopped === null && cut === null ? rest.slice(0, mark.from) : '';
    rest = rest.slice(mark.to);
    if (mark.key === 'note') notes.push(mark.text);
    else if (mark.key === 'busy') busy = mark.text;
    else if (mark.key === 'unprivileged') unprivileged = mark.text;
    else if (mark.key === 'cut') cut = mark.text;
    else if (mark.key === 'end') end ??= endOf(mark.text);
    else if (mark.key === 'stopped') stopped ??= reasonOf(mark.text);
  }
  if (end !== null || stopped !== null)
    return { begun: true, before, body, after: rest, notes, cut, busy, unprivileged, end, stopped };
  return { begun: true, before, body: body + rest, after: '', notes, cut, busy, unprivileged, end, stopped };
}

/** What a command printed on standard error behind the guard's mark there, and before it. */
export function readErrorMark(
  stderr: string,
  word: string,
): { readonly before: string; readonly body: string } {
  const begin = `\ncruc-fleet ${word} begin\n`;
  const start = stderr.indexOf(begin);
  if (start < 0) return { before: '', body: stderr };
  return { before: stderr.slice(0, start), body: stderr.slice(start + begin.length) };
}

const NOTHING: Marked = {
  begun: false,
  before: '',
  body: '',
  after: '',
  notes: [],
  cut: null,
  busy: null,
  unprivileged: null,
  end: null,
  stopped: null,
};

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly key: string;
  readonly text: string;
}

function nextMark(text: string, word: string): Mark | null {
  const head = `\ncruc-fleet ${word} `;
  const from = text.indexOf(head);
  const to = from < 0 ? -1 : text.indexOf('\n', from + 1);
  // A mark whose line has not ended was cut: it says nothing.
  if (to < 0) return null;
  const [, key = '', rest = ''] = /^(\S+) ?(.*)$/s.exec(text.slice(from + head.length, to)) ?? [];
  return { from, to: to + 1, key, text: rest };
}

function endOf(text: string): MarkedEnd | null {
  const [, status, lines, bytes, signal] = /^(\d+)(?: (\d+) (\d+))?( signal)?$/.exec(text) ?? [];
  if (status === undefined) return null;
  const written = lines === undefined ? null : { lines: Number(lines), bytes: Number(bytes) };
  return { status: Number(status), written, isSignal: signal !== undefined };
}

function reasonOf(text: string): StopReason {
  return text === 'gone' || text === 'limit' ? text : 'signal';
}

/** Takes the marks out of text that is shown as it arrives; lines of the command pass in whole. */
export function createMarkFilter(word: string): (text: string) => string {
  const head = `cruc-fleet ${word} `;
  let begun = false;
  let pending = '';
  return (text) => {
    pending += text;
    if (!begun) {
      const begin = `\n${head}begin\n`;
      const start = pending.indexOf(begin);
      if (start < 0) return '';
      pending = pending.slice(start + begin.length);
      begun = true;
    }
    const end = pending.lastIndexOf('\n') + 1;
    const lines = pending.slice(0, end).split('\n').slice(0, -1);
    pending = pending.slice(end);
    const shown: string[] = [];
    for (const line of lines) {
      if (!line.startsWith(head)) shown.push(line);
      // The empty line before a mark is the mark's own, which ends a line that the command did not.
      else if (shown.at(-1) === '') shown.pop();
    }
    return shown.map((line) => `${line}\n`).join('');
  };
}
