import { CompileError } from './errors.ts';
import { shown, type DType, type IntType } from './types.ts';

/** One conversion of a printf format: `%-10.3s`. */
export interface Conversion {
  readonly kind: 'conversion';
  /** `-`, `0`, `+`, blank, `#`, `'`. */
  readonly flags: string;
  readonly width: number | '*' | null;
  readonly precision: number | '*' | null;
  /** `%@d`: the aggregation's value. */
  readonly aggregation: boolean;
  /** `h`, `hh`, `l`, `ll`, `L` or nothing. */
  readonly length: string;
  readonly letter: string;
}

export type FormatPart = { readonly kind: 'text'; readonly text: string } | Conversion;

const INTEGERS = 'char, short, int, long, or long long';
const STRINGS = 'char [] or string (or use stringof)';
const PROTOTYPES: Readonly<Record<string, string>> = {
  d: INTEGERS,
  i: INTEGERS,
  u: INTEGERS,
  x: INTEGERS,
  X: INTEGERS,
  o: INTEGERS,
  c: 'char, short, or int',
  s: STRINGS,
  S: STRINGS,
  p: 'pointer or integer',
  a: 'pointer or integer',
  A: 'pointer or integer',
  Y: 'int64_t',
  T: 'int64_t',
  f: 'float, double, or long double',
  e: 'float, double, or long double',
  g: 'float, double, or long double',
  k: 'stack',
};

/** The parts of a printf or printa format. Throws CompileError for a conversion that does not exist. */
export function parseFormat(format: string, line: number): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  let text = '';
  let number = 0;
  for (let i = 0; i < format.length;) {
    if (format[i] !== '%') {
      text += format[i];
      i++;
      continue;
    }
    if (format[i + 1] === '%') {
      text += '%';
      i += 2;
      continue;
    }
    number++;
    const pattern = /%([-+ #0'?@]*)(\*|\d+)?(?:\.(\*|\d*))?(@?)(hh|h|ll|l|L|w)?([a-zA-Z])?/y;
    pattern.lastIndex = i;
    const match = pattern.exec(format);
    const letter = match?.[6];
    if (!match || letter === undefined) {
      throw new CompileError(`format conversion #${number} has no conversion character`, line);
    }
    if (PROTOTYPES[letter] === undefined) {
      throw new CompileError(
        `format conversion #${number} name expected before end of format string: %${letter}`,
        line,
      );
    }
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
    const flags = match[1] ?? '';
    parts.push({
      kind: 'conversion',
      flags: flags.replaceAll(/[?@]/g, ''),
      width: flags.includes('?') ? 16 : widthOf(match[2]),
      precision: match[3] === '' ? 0 : widthOf(match[3]),
      aggregation: flags.includes('@') || match[4] === '@',
      length: match[5] ?? '',
      letter,
    });
    i += match[0].length;
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function widthOf(text: string | undefined): number | '*' | null {
  if (text === undefined) return null;
  return text === '*' ? '*' : Number(text);
}

/**
 * Matches a format's conversions with the types of the arguments that follow it, as the compiler does.
 * Throws CompileError with the compiler's messages.
 */
export function checkFormat(
  functionName: string,
  parts: readonly FormatPart[],
  types: readonly DType[],
  options: {
    readonly line: number;
    /** The type that `%@` shows; `void` where any conversion does. Null where there is no aggregation. */
    readonly aggregate: DType | null;
    /** Where the values stand in the call: messages count the arguments before them. */
    readonly first: number;
  },
): void {
  const { line, first } = options;
  let used = 0;
  const conversions = parts.filter((p) => p.kind === 'conversion');
  conversions.forEach((c, index) => {
    const name = c.length + c.letter;
    const stars = [c.width === '*' ? '*' : '', c.precision === '*' ? '.*' : ''].filter((s) => s !== '');
    for (const star of stars) {
      const type = types[used];
      if (type === undefined) {
        throw new CompileError(
          `${functionName}( ) prototype mismatch: conversion #${index + 1} (%${name}) is missing a corresponding "${star}" argument`,
          line,
        );
      }
      if (type.kind !== 'int') {
        throw new CompileError(
          `${functionName}( ) argument #${used + first + 1} is incompatible with conversion #${index + 1} prototype:\n` +
            `\tconversion: % ${star} ${name}\n\t prototype: int\n\t  argument: ${type.name}`,
          line,
        );
      }
      used++;
    }
    let type: DType | undefined;
    let what = 'aggregating action';
    if (c.aggregation) {
      if (options.aggregate === null) {
        throw new CompileError(
          `%@ conversion requires an aggregation and is not for use with ${functionName}( )`,
          line,
        );
      }
      type = options.aggregate;
    } else {
      type = types[used];
      what = `argument #${used + first + 1}`;
      used++;
      if (type === undefined) {
        throw new CompileError(
          `${functionName}( ) prototype mismatch: conversion #${index + 1} (%${name}) is missing a corresponding value argument`,
          line,
        );
      }
    }
    const isHistogram = c.aggregation && type.kind === 'void';
    if (!isHistogram && !accepts(c, type)) {
      throw new CompileError(
        `${functionName}( ) ${what} is incompatible with conversion #${index + 1} prototype:\n` +
          `\tconversion: %${name}\n\t prototype: ${prototypeOf(c)}\n\t  argument: ${type.name}`,
        line,
      );
    }
  });
  if (options.aggregate === null && used < types.length) {
    throw new CompileError(
      `${functionName}( ) prototype mismatch: only ${used} arguments required by this format string`,
      line,
    );
  }
}

const LENGTHS: Readonly<Record<string, { readonly size: number; readonly name: string }>> = {
  hh: { size: 1, name: 'char' },
  h: { size: 2, name: 'short' },
  l: { size: 8, name: 'long' },
  ll: { size: 8, name: 'long long' },
};

function prototypeOf(c: Conversion): string {
  const length = LENGTHS[c.length];
  if (length === undefined) return PROTOTYPES[c.letter] ?? '';
  return 'di'.includes(c.letter) ? length.name : `unsigned ${length.name}`;
}

function accepts(c: Conversion, type: DType): boolean {
  switch (c.letter) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o': {
      if (type.kind !== 'int') return false;
      const length = LENGTHS[c.length];
      return length === undefined || length.size === type.size;
    }
    case 'c':
      return type.kind === 'int' && type.size <= 4;
    case 's':
    case 'S':
      return type.kind === 'string';
    case 'Y':
    case 'T':
      return type.kind === 'int' && type.size === 8;
    case 'p':
    case 'a':
    case 'A':
      return type.kind === 'int' || type.kind === 'pointer' || type.kind === 'bytes';
    default:
      return false;
  }
}

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
