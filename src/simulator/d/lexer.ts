import { fail, match, skipBlanks, take, type Cursor, type OnPragma } from './cursor.ts';
import { takeCharacter, takeNumber, takeString } from './literals.ts';
import { replaceMacros, takeMacro, type Macros, type MacroUse } from './macros.ts';
import type { Token } from './tokens.ts';

export interface LexerOptions {
  readonly macros: Macros;
  readonly onPragma: OnPragma;
}

export interface Lexer {
  peek(): Token;
  next(): Token;
  line(): number;
  /** In a predicate a `/` before `{`, `;`, `/` or the end of the text closes it. */
  setPredicate(on: boolean): void;
  /** Skips blanks, then the next word or probe description, if the text continues with one. */
  peekProbeText(): string;
  takeProbeText(): { readonly text: string; readonly line: number };
  /** The macro arguments that were used, by number. */
  readonly referenced: ReadonlySet<number>;
}

const PUNCTUATION = [
  '<<=',
  '>>=',
  '...',
  '->',
  '++',
  '--',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '^^',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
];
const SINGLE = '+-*/%&|^~!<>=?:;,.()[]{}@';
const PROBE_TEXT = /[-$:_.?*\\[\]!`A-Za-z0-9]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const PREDICATE_END = /\/\s*(?:[{;/]|$)/y;

/** How far the text is read, and the token that was read ahead. */
interface State {
  readonly cursor: Cursor;
  readonly use: MacroUse;
  readonly onPragma: OnPragma;
  inPredicate: boolean;
  ahead: { readonly token: Token; readonly position: number; readonly line: number } | null;
}

/** The tokens of a D program, whose characters are bytes. Throws CompileError. */
export function createLexer(text: string, options: LexerOptions): Lexer {
  const state: State = {
    cursor: { text, position: 0, line: 1 },
    use: { macros: options.macros, referenced: new Set() },
    onPragma: options.onPragma,
    inPredicate: false,
    ahead: null,
  };
  return {
    referenced: state.use.referenced,
    peek: () => peek(state).token,
    next: () => next(state),
    line: () => state.cursor.line,
    setPredicate(on) {
      state.inPredicate = on;
      state.ahead = null;
    },
    peekProbeText: () => peekProbeText(state),
    takeProbeText: () => takeProbeText(state),
  };
}

/** Reads a token ahead: the cursor stays before it. */
function peek(state: State): NonNullable<State['ahead']> {
  const { cursor } = state;
  if (state.ahead !== null) return state.ahead;
  const { position, line } = cursor;
  const token = read(state);
  state.ahead = { token, position: cursor.position, line: cursor.line };
  cursor.position = position;
  cursor.line = line;
  return state.ahead;
}

function next(state: State): Token {
  const { token, position, line } = peek(state);
  state.cursor.position = position;
  state.cursor.line = line;
  state.ahead = null;
  return token;
}

function peekProbeText(state: State): string {
  state.ahead = null;
  skipBlanks(state.cursor, state.onPragma);
  return match(state.cursor, PROBE_TEXT)?.[0] ?? '';
}

function takeProbeText(state: State): { readonly text: string; readonly line: number } {
  state.ahead = null;
  const { cursor } = state;
  skipBlanks(cursor, state.onPragma);
  const found = take(cursor, PROBE_TEXT)?.[0] ?? '';
  return { text: replaceMacros(cursor, state.use, found), line: cursor.line };
}

/** The token at the cursor, which goes behind it. */
function read(state: State): Token {
  const { cursor } = state;
  skipBlanks(cursor, state.onPragma);
  const c = cursor.text[cursor.position];
  if (c === undefined) return { kind: 'end', text: '', line: cursor.line };
  if (c === '"') return takeString(cursor);
  if (c === "'") return takeCharacter(cursor);
  return (
    takeMacro(cursor, state.use) ??
    takeNumber(cursor) ??
    takeWord(cursor) ??
    takePredicateEnd(state) ??
    takePunctuation(cursor, c)
  );
}

function takeWord(cursor: Cursor): Token | null {
  const word = take(cursor, WORD);
  return word === null ? null : { kind: 'name', text: word[0], line: cursor.line };
}

function takePredicateEnd({ cursor, inPredicate }: State): Token | null {
  if (!inPredicate || match(cursor, PREDICATE_END) === null) return null;
  cursor.position++;
  return { kind: 'predicate-end', text: '/', line: cursor.line };
}

function takePunctuation(cursor: Cursor, c: string): Token {
  const { text, position, line } = cursor;
  if (text.startsWith('*/', position)) fail(cursor, '*/ encountered outside a comment');
  const long = PUNCTUATION.find((p) => text.startsWith(p, position));
  const symbol = long ?? (SINGLE.includes(c) ? c : null);
  if (symbol === null) fail(cursor, `syntax error near "${c}"`);
  cursor.position += symbol.length;
  return { kind: 'punctuation', text: symbol, line };
}
