import { fail, take, type Cursor } from './cursor.ts';
import type { Token } from './tokens.ts';
import { INT, LONG, LONG_LONG, UINT, ULONG, ULONG_LONG, type IntType } from './types.ts';

const NUMBER = /(0[xX][0-9a-fA-F]+|[0-9]+)([uUlL]*)/y;
const OCTAL = /[0-7]{1,3}/y;
const HEX = /x([0-9a-fA-F]+)/y;
const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** An integer constant at the cursor, or null. */
export function takeNumber(cursor: Cursor): Token | null {
  const number = take(cursor, NUMBER);
  if (number === null) return null;
  const [text, digits = '0', suffix = ''] = number;
  if (/[.eE]/.test(cursor.text[cursor.position] ?? '')) {
    fail(cursor, 'floating-point constants are not permitted');
  }
  const value = magnitude(cursor, digits);
  const type = literalType(cursor, value, digits, suffix);
  return { kind: 'int', text, line: cursor.line, value: BigInt.asIntN(64, value), type };
}

/** The value of a macro that stands for an integer, which may have a sign. */
export function signedNumber(cursor: Cursor, text: string, written: string): Token {
  const digits = written.replace(/^[+-]/, '');
  const value = magnitude(cursor, digits);
  const type = literalType(cursor, value, digits, '');
  const wide = BigInt.asIntN(64, written.startsWith('-') ? -value : value);
  return { kind: 'int', text, line: cursor.line, value: wide, type };
}

function magnitude(cursor: Cursor, digits: string): bigint {
  if (/^0[xX]/.test(digits)) return BigInt(digits);
  if (!/^0[0-9]/.test(digits)) return BigInt(digits);
  const bad = /[89]/.exec(digits);
  if (bad) fail(cursor, `integer constant ${digits} contains invalid digit ${bad[0]}`);
  return BigInt(`0o${digits.slice(1)}`);
}

/** The first type that holds the value, of those that its suffix and its base allow. */
function literalType(cursor: Cursor, value: bigint, digits: string, suffix: string): IntType {
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
  return fail(cursor, `integer constant ${digits} cannot be represented in any built-in integral type`);
}

/** The string constant at the cursor, which is at its quote. */
export function takeString(cursor: Cursor): Token {
  const { line } = cursor;
  return { kind: 'string', line, value: takeQuoted(cursor, '"'), text: '"' };
}

/** The character constant at the cursor, which is at its quote. */
export function takeCharacter(cursor: Cursor): Token {
  const bytes = takeQuoted(cursor, "'");
  if (bytes === '') fail(cursor, 'empty character constant');
  if (bytes.length > 8) fail(cursor, 'character constant is too long');
  let value = 0n;
  for (const c of bytes) value = (value << 8n) | BigInt(c.charCodeAt(0));
  const wide = bytes.length > 4;
  return {
    kind: 'int',
    text: `'${bytes}'`,
    line: cursor.line,
    value: BigInt.asIntN(wide ? 64 : 32, value),
    type: wide ? LONG : INT,
  };
}

function takeQuoted(cursor: Cursor, quote: string): string {
  let value = '';
  cursor.position++;
  for (;;) {
    const c = cursor.text[cursor.position];
    if (c === undefined || c === '\n') {
      const where = quote === '"' ? 'string literal' : 'character constant';
      fail(cursor, `${c === undefined ? 'end-of-file' : 'newline'} encountered in ${where}`);
    }
    cursor.position++;
    if (c === quote) return value;
    value += c === '\\' ? takeEscape(cursor) : c;
  }
}

/** What an escape stands for, whose backslash was read. */
function takeEscape(cursor: Cursor): string {
  const octal = take(cursor, OCTAL);
  if (octal) return byte(Number.parseInt(octal[0], 8));
  const hex = take(cursor, HEX);
  if (hex) return byte(Number.parseInt(hex[1] ?? '0', 16));
  const c = cursor.text[cursor.position] ?? '';
  cursor.position++;
  if (c === '\n') {
    cursor.line++;
    return '';
  }
  return ESCAPES[c] ?? c;
}

function byte(value: number): string {
  return String.fromCharCode(value & 0xff);
}
