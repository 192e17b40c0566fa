import { CompileError } from './errors.ts';
import { INT, LONG, LONG_LONG, UINT, ULONG, ULONG_LONG, type IntType } from './types.ts';

export type Token =
  | {
      readonly kind: 'int';
      readonly text: string;
      readonly line: number;
      readonly value: bigint;
      readonly type: IntType;
    }
  | { readonly kind: 'string'; readonly text: string; readonly line: number; readonly value: string }
  | {
      readonly kind: 'name' | 'punctuation' | 'predicate-end' | 'end';
      readonly text: string;
      readonly line: number;
    };

/** What `$1`, `$$1`, `$target` … stand for. */
export interface Macros {
  /** $0 and on: the script's name, then the arguments. */
  readonly arguments: readonly string[];
  readonly variables: ReadonlyMap<string, bigint>;
  /** `-x defaultargs`, which a pragma may set too. */
  readonly defaults: () => boolean;
}

export interface LexerOptions {
  readonly macros: Macros;
  /** Called for each `#pragma` line, with what follows the word. */
  readonly onPragma: (text: string, line: number) => void;
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
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const PROBE_TEXT = /[-$:_.?*\\[\]!`A-Za-z0-9]+/y;
const NUMBER = /(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const MACRO = /\$\$?(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*)/y;

/** The tokens of a D program, whose characters are bytes. Throws CompileError. */
export function createLexer(text: string, options: LexerOptions): Lexer {
  let position = 0;
  let line = 1;
  let inPredicate = false;
  let peeked: { token: Token; position: number; line: number } | null = null;
  const referenced = new Set<number>();

  function fail(message: string): never {
    throw new CompileError(message, line);
  }

  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = position;
    return pattern.exec(text);
  }

  function skipBlanks(): void {
    for (;;) {
      const c = text[position];
      if (c === '\n') {
        line++;
        position++;
      } else if (c === ' ' || c === '\t' || c === '\r' || c === '\f' || c === '\v') {
        position++;
      } else if (c === '/' && text[position + 1] === '*') {
        skipComment();
      } else if (c === '#' && /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, position - 80), position))) {
        controlLine();
      } else {
        return;
      }
    }
  }

  function skipComment(): void {
    const end = text.indexOf('*/', position + 2);
    const inner = text.slice(position + 2, end === -1 ? undefined : end);
    const nested = inner.indexOf('/*');
    if (nested !== -1) {
      line += count(inner.slice(0, nested));
      fail('/* encountered inside a comment');
    }
    line += count(inner);
    if (end === -1) fail('end-of-file encountered before matching */');
    position = end + 2;
  }

  function controlLine(): void {
    const end = text.indexOf('\n', position);
    const whole = text.slice(position, end === -1 ? undefined : end);
    position = end === -1 ? text.length : end;
    if (whole.startsWith('#!')) return;
    const words = whole.slice(1).trim();
    if (words === '' || /^(?:line\b|ident\b|[0-9])/.test(words)) return;
    const pragma = /^pragma\b\s*(.*)$/.exec(words);
    if (pragma) {
      options.onPragma(pragma[1] ?? '', line);
      return;
    }
    const error = /^error\b\s*(.*)$/.exec(words);
    if (error) fail(`#error: ${error[1] ?? ''}`);
    fail(`invalid control directive: #${/^\S+/.exec(words)?.[0] ?? ''}`);
  }

  function macroText(macro: string): string {
    const name = macro.replace(/^\$\$?/, '');
    if (/^[0-9]/.test(name)) {
      const number = Number(name);
      const value = options.macros.arguments[number];
      if (value === undefined && !options.macros.defaults()) fail(`macro argument ${macro} is not defined`);
      referenced.add(number);
      return value ?? '';
    }
    const value = options.macros.variables.get(name);
    if (value === undefined) fail(`macro variable ${macro} is not defined`);
    return String(value);
  }

  function macroToken(macro: string): Token {
    const value = macroText(macro);
    if (macro.startsWith('$$')) return { kind: 'string', text: macro, line, value };
    if (value === '') return { kind: 'int', text: macro, line, value: 0n, type: INT };
    if (/^[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)$/.test(value)) {
      const negative = value.startsWith('-');
      const digits = value.replace(/^[+-]/, '');
      const type = literalType(magnitude(digits), digits, '');
      const wide = negative ? -magnitude(digits) : magnitude(digits);
      return { kind: 'int', text: macro, line, value: BigInt.asIntN(64, wide), type };
    }
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) return { kind: 'name', text: value, line };
    return { kind: 'string', text: macro, line, value: value.replace(/^"(.*)"$/s, '$1') };
  }

  function magnitude(digits: string): bigint {
    if (/^0[xX]/.test(digits)) return BigInt(digits);
    if (!/^0[0-9]/.test(digits)) return BigInt(digits);
    const bad = /[89]/.exec(digits);
    if (bad) fail(`integer constant ${digits} contains invalid digit ${bad[0]}`);
    return BigInt(`0o${digits.slice(1)}`);
  }

  function literalType(value: bigint, digits: string, suffix: string): IntType {
    const unsigned = /u/i.test(suffix);
    const longs = suffix.replaceAll(/u/gi, '').length;
    const decimal = !digits.startsWith('0') || digits === '0';
    for (const type of [INT, UINT, LONG, ULONG, LONG_LONG, ULONG_LONG]) {
      if (longs >= 1 && type.size === 4) continue;
      if (longs >= 2 && !type.name.endsWith('long long')) continue;
      if (unsigned && type.signed) continue;
      if (!unsigned && decimal && !type.signed) continue;
      if (value < 1n << BigInt(type.size * 8 - (type.signed ? 1 : 0))) return type;
    }
    if (value < 1n << 64n) return ULONG_LONG;
    return fail(`integer constant ${digits} cannot be represented in any built-in integral type`);
  }

  function quoted(quote: string): string {
    let value = '';
    position++;
    for (;;) {
      const c = text[position];
      if (c === undefined || c === '\n') {
        const where = quote === '"' ? 'string literal' : 'character constant';
        fail(`${c === undefined ? 'end-of-file' : 'newline'} encountered in ${where}`);
      }
      position++;
      if (c === quote) return value;
      value += c === '\\' ? escape() : c;
    }
  }

  function escape(): string {
    const octal = match(/[0-7]{1,3}/y);
    if (octal) {
      position += octal[0].length;
      return String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff);
    }
    const hex = match(/x([0-9a-fA-F]+)/y);
    if (hex) {
      position += hex[0].length;
      return String.fromCharCode(Number.parseInt(hex[1] ?? '0', 16) & 0xff);
    }
    const c = text[position] ?? '';
    position++;
    if (c === '\n') {
      line++;
      return '';
    }
    return ESCAPES[c] ?? c;
  }

  function character(): Token {
    const bytes = quoted("'");
    if (bytes === '') fail('empty character constant');
    if (bytes.length > 8) fail('character constant is too long');
    let value = 0n;
    for (const c of bytes) value = (value << 8n) | BigInt(c.charCodeAt(0));
    const wide = bytes.length > 4;
    return {
      kind: 'int',
      text: `'${bytes}'`,
      line,
      value: BigInt.asIntN(wide ? 64 : 32, value),
      type: wide ? LONG : INT,
    };
  }

  function lex(): Token {
    skipBlanks();
    const c = text[position];
    if (c === undefined) return { kind: 'end', text: '', line };
    if (c === '"') return { kind: 'string', line, value: quoted('"'), text: '"' };
    if (c === "'") return character();
    const macro = match(MACRO);
    if (macro) {
      position += macro[0].length;
      return macroToken(macro[0]);
    }
    const number = match(NUMBER);
    if (number) {
      position += number[0].length;
      if (/[.eE]/.test(text[position] ?? '')) fail('floating-point constants are not permitted');
      const value = magnitude(number[1] ?? '0');
      const type = literalType(value, number[1] ?? '0', number[2] ?? '');
      return { kind: 'int', text: number[0], line, value: BigInt.asIntN(64, value), type };
    }
    const word = match(WORD);
    if (word) {
      position += word[0].length;
      return { kind: 'name', text: word[0], line };
    }
    if (c === '*' && text[position + 1] === '/') fail('*/ encountered outside a comment');
    if (c === '/' && inPredicate && /^\/\s*(?:[{;/]|$)/.test(text.slice(position))) {
      position++;
      return { kind: 'predicate-end', text: '/', line };
    }
    const long = PUNCTUATION.find((p) => text.startsWith(p, position));
    const symbol = long ?? (SINGLE.includes(c) ? c : null);
    if (symbol === null) fail(`syntax error near "${c}"`);
    position += symbol.length;
    return { kind: 'punctuation', text: symbol, line };
  }

  function peek(): Token {
    if (peeked === null) {
      const from = { position, line };
      const token = lex();
      peeked = { token, position, line };
      position = from.position;
      line = from.line;
    }
    return peeked.token;
  }

  return {
    referenced,
    peek,
    next() {
      const token = peek();
      if (peeked !== null) {
        position = peeked.position;
        line = peeked.line;
      }
      peeked = null;
      return token;
    },
    line: () => line,
    setPredicate(on) {
      inPredicate = on;
      peeked = null;
    },
    peekProbeText() {
      peeked = null;
      skipBlanks();
      return match(PROBE_TEXT)?.[0] ?? '';
    },
    takeProbeText() {
      peeked = null;
      skipBlanks();
      const found = match(PROBE_TEXT)?.[0] ?? '';
      position += found.length;
      const replaced = found.replaceAll(/\$\$?(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*)/g, (macro) =>
        macroText(macro),
      );
      return { text: replaced, line };
    },
  };
}

function count(text: string): number {
  return text.split('\n').length - 1;
}
