import { CONVERSIONS } from './conversion-names.ts';
import { CompileError } from './errors.ts';
import { UINT64, INT64, type DType } from './types.ts';

/** One conversion of a printf format: `%-10.3s`. */
export interface Conversion {
  readonly kind: 'conversion';
  /** Its place among the conversions of the format, `%%` counted too, from 1. */
  readonly number: number;
  /** `-`, `0`, `+`, blank, `#`, `'`. */
  readonly flags: string;
  readonly width: number | '*' | null;
  readonly precision: number | '*' | null;
  /** `%@d`: the aggregation's value. */
  readonly aggregation: boolean;
  /** The length and the letter: `d`, `lld`. */
  readonly name: string;
  readonly letter: string;
}

export type FormatPart = { readonly kind: 'text'; readonly text: string } | Conversion;

/** The parts of a printf or printa format. Throws CompileError for a conversion that does not exist. */
export function parseFormat(functionName: string, format: string, line: number): readonly FormatPart[] {
  if (format === '') throw new CompileError(`${functionName}( ) format string is empty`, line);
  const parts: FormatPart[] = [];
  let number = 0;
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at);
    const end = percent === -1 ? format.length : percent;
    if (end > at) parts.push({ kind: 'text', text: format.slice(at, end) });
    if (percent === -1) break;
    number++;
    const { part, next } = readConversion(format, percent + 1, number, line);
    parts.push(part);
    at = next;
  }
  return parts;
}

/** What was read so far of one conversion. */
interface Draft {
  flags: string;
  width: number | '*' | null;
  precision: number | '*' | null;
  dotted: boolean;
  aggregation: boolean;
  length: string;
}

/** Reads one conversion, from behind its `%`. Flags, digits and lengths may come in any order. */
function readConversion(
  format: string,
  start: number,
  number: number,
  line: number,
): { readonly part: FormatPart; readonly next: number } {
  const draft: Draft = {
    flags: '',
    width: null,
    precision: null,
    dotted: false,
    aggregation: false,
    length: '',
  };
  const fail = (what: string): never => {
    throw new CompileError(`format conversion #${number} ${what}`, line);
  };
  for (let at = start; ; at++) {
    const c = format[at];
    if (c === undefined) return fail('name expected before end of format string');
    if (c === '%' && at === start) return { part: { kind: 'text', text: '%' }, next: at + 1 };
    if (c === '%') return fail('cannot be combined with other format flags: %%');
    if (c === '$') return fail('uses unsupported positional format (%n$)');
    const digits = /^\d+/.exec(format.slice(at))?.[0];
    if (digits !== undefined && (c !== '0' || draft.dotted || draft.width !== null)) {
      setNumber(draft, Number(digits));
      at += digits.length - 1;
    } else if (c === '*') {
      if ((draft.dotted ? draft.precision : draft.width) === '*') {
        return fail(`has more than one '*' specified for the output precision`);
      }
      setNumber(draft, '*');
    } else if (c === '.') {
      if (draft.dotted) return fail(`has more than one '.' specified`);
      draft.dotted = true;
      draft.precision = 0;
    } else if (!takeFlag(draft, c)) {
      const name = draft.length + c;
      if (!CONVERSIONS.has(name)) return fail(`is undefined: %${name}`);
      const { flags, width, precision, aggregation } = draft;
      return {
        part: { kind: 'conversion', number, flags, width, precision, aggregation, name, letter: c },
        next: at + 1,
      };
    }
  }
}

function setNumber(draft: Draft, value: number | '*'): void {
  if (draft.dotted) draft.precision = value;
  else draft.width = value;
}

/** Takes a flag or a length. False for what is neither, which names the conversion. */
function takeFlag(draft: Draft, c: string): boolean {
  switch (c) {
    case '0':
      draft.flags = `${draft.flags.replaceAll('-', '')}0`;
      return true;
    case '-':
      draft.flags = `${draft.flags.replaceAll('0', '')}-`;
      return true;
    case '#':
    case '+':
    case ' ':
    case "'":
      draft.flags += c;
      return true;
    case '?':
      draft.width = 16;
      return true;
    case '@':
      draft.aggregation = true;
      return true;
    case 'h':
    case 'l':
    case 'L':
    case 'w':
      draft.length += c;
      return true;
    default:
      return false;
  }
}

/** The type of what `%@` shows. */
export function aggregateType(functionName: string | null): DType {
  return functionName === 'count' ? UINT64 : INT64;
}

/**
 * Matches a format's conversions with the types of the arguments that follow it, as the compiler does.
 * Throws CompileError with the compiler's messages.
 */
export function checkFormat(
  functionName: string,
  parts: readonly FormatPart[],
  types: readonly DType[],
  /** The type that `%@` shows. Null where there is no aggregation, and each argument must have its conversion. */
  aggregate: DType | null,
  line: number,
): void {
  let used = 0;
  for (const c of parts) {
    if (c.kind === 'text') continue;
    used += checkStars(functionName, c, types, used, line);
    if (c.aggregation && aggregate === null) {
      throw new CompileError(
        `%@ conversion requires an aggregation and is not for use with ${functionName}( )`,
        line,
      );
    }
    const type = c.aggregation ? aggregate : types[used];
    const what = c.aggregation ? 'aggregating action' : `argument #${used + 2}`;
    if (!c.aggregation) used++;
    if (type === undefined || type === null) {
      throw new CompileError(
        `${functionName}( ) prototype mismatch: conversion #${c.number} (%${c.name}) is missing a corresponding value argument`,
        line,
      );
    }
    const rule = CONVERSIONS.get(c.name);
    if (rule?.accepts(type) !== true) {
      throw new CompileError(
        `${functionName}( ) ${what} is incompatible with conversion #${c.number} prototype:\n` +
          `\tconversion: %${c.name}\n\t prototype: ${rule?.prototype ?? ''}\n\t  argument: ${type.name}`,
        line,
      );
    }
  }
  if (aggregate === null && used < types.length) {
    throw new CompileError(
      `${functionName}( ) prototype mismatch: only ${used} arguments required by this format string`,
      line,
    );
  }
}

/** Checks the arguments of `*`. Returns how many there are. */
function checkStars(
  functionName: string,
  c: Conversion,
  types: readonly DType[],
  used: number,
  line: number,
): number {
  const stars = [c.width === '*' ? '*' : null, c.precision === '*' ? '.*' : null].filter((s) => s !== null);
  stars.forEach((star, i) => {
    const type = types[used + i];
    if (type === undefined) {
      throw new CompileError(
        `${functionName}( ) prototype mismatch: conversion #${c.number} (%${c.name}) is missing a corresponding "${star}" argument`,
        line,
      );
    }
    if (type.kind !== 'int') {
      throw new CompileError(
        `${functionName}( ) argument #${used + i + 2} is incompatible with conversion #${c.number} prototype:\n` +
          `\tconversion: % ${star} ${c.name}\n\t prototype: int\n\t  argument: ${type.name}`,
        line,
      );
    }
  });
  return stars.length;
}
