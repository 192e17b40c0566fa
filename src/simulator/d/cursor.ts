import { CompileError } from './errors.ts';

/** A place in the text of a D program, whose characters are bytes. */
export interface Cursor {
  readonly text: string;
  position: number;
  line: number;
}

/** Called for each `#pragma` line, with what follows the word. */
export type OnPragma = (text: string, line: number) => void;

export function fail(cursor: Cursor, message: string): never {
  throw new CompileError(message, cursor.line);
}

/** What a sticky pattern finds at the cursor, which stays where it is. */
export function match(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.position;
  return pattern.exec(cursor.text);
}

/** What a sticky pattern finds at the cursor, which goes behind it. */
export function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  const found = match(cursor, pattern);
  if (found !== null) cursor.position += found[0].length;
  return found;
}

const LINE_START = /(?:^|\n)[ \t]*$/;
/** How far back the begin of a line is looked for. */
const MOST_INDENT = 80;

/** Goes to the next character that is not part of a blank, comment or control line. */
export function skipBlanks(cursor: Cursor, onPragma: OnPragma): void {
  const { text } = cursor;
  for (;;) {
    const c = text[cursor.position];
    if (c === '\n') {
      cursor.line++;
      cursor.position++;
    } else if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\v') {
      cursor.position++;
    } else if (c === '/' && text[cursor.position + 1] === '*') {
      skipComment(cursor);
    } else if (c === '#' && isLineStart(cursor)) {
      skipControlLine(cursor, onPragma);
    } else {
      return;
    }
  }
}

function isLineStart({ text, position }: Cursor): boolean {
  return LINE_START.test(text.slice(Math.max(0, position - MOST_INDENT), position));
}

function skipComment(cursor: Cursor): void {
  const start = cursor.position + 2;
  const end = cursor.text.indexOf('*/', start);
  const inner = cursor.text.slice(start, end === -1 ? undefined : end);
  const nested = inner.indexOf('/*');
  if (nested !== -1) {
    cursor.line += newlines(inner.slice(0, nested));
    fail(cursor, '/* encountered inside a comment');
  }
  cursor.line += newlines(inner);
  if (end === -1) fail(cursor, 'end-of-file encountered before matching */');
  cursor.position = end + 2;
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}

function skipControlLine(cursor: Cursor, onPragma: OnPragma): void {
  const whole = take(cursor, /[^\n]*/y)?.[0] ?? '';
  if (whole.startsWith('#!')) return;
  const words = whole.slice(1).trim();
  if (words === '' || /^(?:line\b|ident\b|[0-9])/.test(words)) return;
  const pragma = /^pragma\b\s*(.*)$/.exec(words);
  if (pragma) {
    onPragma(pragma[1] ?? '', cursor.line);
    return;
  }
  const error = /^error\b\s*(.*)$/.exec(words);
  if (error) fail(cursor, `#error: ${error[1] ?? ''}`);
  fail(cursor, `invalid control directive: #${/^\S+/.exec(words)?.[0] ?? ''}`);
}
