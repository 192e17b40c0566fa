import type { Conversion } from './format-string.ts';
import { shown, type DType, type IntType } from './types.ts';

/** A value of a conversion's argument: an integer in a register of 64 bits, or a text. */
export type Value = bigint | string;

/** One conversion applied to its value. Width pads and never cuts; a precision cuts texts. */
export function formatValue(
  c: Conversion,
  value: Value,
  type: DType,
  width: number | null = c.width === '*' ? null : c.width,
  precision: number | null = c.precision === '*' ? null : c.precision,
): string {
  const flags = width !== null && width < 0 ? `${c.flags}-` : c.flags;
  const columns = Math.abs(width ?? 0);
  if (typeof value === 'string') {
    const text = c.letter === 'S' ? escapeText(value) : value;
    return pad(precision === null || precision < 0 ? text : text.slice(0, precision), columns, flags);
  }
  const integer: IntType = type.kind === 'int' ? type : { kind: 'int', name: '', size: 8, signed: false };
  switch (c.letter) {
    case 'c':
      return pad(String.fromCharCode(Number(BigInt.asUintN(8, value))), columns, flags);
    case 'C':
      return pad(escapeText(String.fromCharCode(Number(BigInt.asUintN(8, value)))), columns, flags);
    case 'Y':
      return pad(calendar(value), columns, flags);
    case 'T':
      return pad(String(value), columns, flags);
    case 'a':
    case 'A':
      return pad(`0x${BigInt.asUintN(64, value).toString(16)}`, columns, flags);
    default:
      return formatInteger(c.letter, value, integer, flags, columns, precision);
  }
}

function formatInteger(
  letter: string,
  value: bigint,
  type: IntType,
  flags: string,
  width: number,
  precision: number | null,
): string {
  const signed = (letter === 'd' || letter === 'i') && type.signed;
  const number = shown(value, signed === type.signed ? type : { ...type, signed });
  const negative = number < 0n;
  let digits = (negative ? -number : number).toString(radix(letter));
  if (letter === 'X') digits = digits.toUpperCase();
  if (precision !== null && precision >= 0) {
    digits = number === 0n && precision === 0 ? '' : digits.padStart(precision, '0');
  }
  let sign = '';
  if (negative) sign = '-';
  else if (signed && flags.includes('+')) sign = '+';
  else if (signed && flags.includes(' ')) sign = ' ';
  if (flags.includes('#') && number !== 0n) {
    if (letter === 'x' || letter === 'X') sign = `0${letter}`;
    if (letter === 'o' && !digits.startsWith('0')) digits = `0${digits}`;
  }
  if (flags.includes('0') && !flags.includes('-') && precision === null) {
    return sign + digits.padStart(width - sign.length, '0');
  }
  return pad(sign + digits, width, flags);
}

function radix(letter: string): number {
  if (letter === 'x' || letter === 'X' || letter === 'p') return 16;
  return letter === 'o' ? 8 : 10;
}

function pad(text: string, width: number, flags: string): string {
  if (text.length >= width) return text;
  return flags.includes('-') ? text.padEnd(width) : text.padStart(width);
}

const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  '\0': String.raw`\0`,
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '"': String.raw`\"`,
  '\\': '\\\\',
};

/** A text as `%S` shows it: C escapes for what does not print. */
function escapeText(text: string): string {
  let out = '';
  for (const c of text) {
    const code = c.charCodeAt(0);
    if (NAMED_ESCAPES[c] !== undefined) out += NAMED_ESCAPES[c];
    else if (code < 0x20 || code > 0x7e) out += `\\${code.toString(8).padStart(3, '0')}`;
    else out += c;
  }
  return out;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Nanoseconds since 1970 as `2026 Aug  4 12:09:34` (the simulated sled keeps UTC). */
function calendar(nanoseconds: bigint): string {
  const date = new Date(Number(nanoseconds / 1_000_000n));
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const day = String(date.getUTCDate()).padStart(2);
  return `${date.getUTCFullYear()} ${MONTHS[date.getUTCMonth()] ?? ''} ${day} ${time}`;
}
