import { fail, take, type Cursor } from './cursor.ts';
import { signedNumber } from './literals.ts';
import type { Token } from './tokens.ts';
import { INT } from './types.ts';

/** What `$1`, `$$1`, `$target` … stand for. */
export interface Macros {
  /** $0 and on: the script's name, then the arguments. */
  readonly arguments: readonly string[];
  readonly variables: ReadonlyMap<string, bigint>;
  /** `-x defaultargs`, which a pragma may set too. */
  readonly defaults: () => boolean;
}

/** The macros of a program that is being read, and which of its arguments it used, by number. */
export interface MacroUse {
  readonly macros: Macros;
  readonly referenced: Set<number>;
}

const MACRO = /\$\$?(?:[0-9]+|[A-Za-z_][A-Za-z0-9_]*)/y;
const INTEGER = /^[+-]?(?:0[xX][0-9a-fA-F]+|[0-9]+)$/;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The token that the macro at the cursor stands for, or null where there is none. */
export function takeMacro(cursor: Cursor, use: MacroUse): Token | null {
  const macro = take(cursor, MACRO)?.[0];
  if (macro === undefined) return null;
  const { line } = cursor;
  const value = macroText(cursor, use, macro);
  if (macro.startsWith('$$')) return { kind: 'string', text: macro, line, value };
  if (value === '') return { kind: 'int', text: macro, line, value: 0n, type: INT };
  if (INTEGER.test(value)) return signedNumber(cursor, macro, value);
  if (IDENTIFIER.test(value)) return { kind: 'name', text: value, line };
  return { kind: 'string', text: macro, line, value: value.replace(/^"(.*)"$/s, '$1') };
}

/**
 * A probe description with the values of its macros in their place. A field has one macro at most; a name goes to the
 * end of its field, and an argument has no default.
 */
export function replaceMacros(cursor: Cursor, { macros, referenced }: MacroUse, text: string): string {
  return text.replaceAll(/\$(?:\$(?=[^:]))?(\d*)([^:]*)/g, (_macro, digits: string, rest: string) => {
    const value = digits === '' ? macros.variables.get(rest) : macros.arguments[Number(digits)];
    if (value === undefined) {
      fail(cursor, `invalid probe description "${text}": Undefined macro variable in probe description`);
    }
    if (digits === '') return String(value);
    referenced.add(Number(digits));
    return value + rest;
  });
}

function macroText(cursor: Cursor, { macros, referenced }: MacroUse, macro: string): string {
  const name = macro.replace(/^\$\$?/, '');
  if (/^[0-9]/.test(name)) {
    const number = Number(name);
    const value = macros.arguments[number];
    if (value === undefined && !macros.defaults()) fail(cursor, `macro argument ${macro} is not defined`);
    referenced.add(number);
    return value ?? '';
  }
  const value = macros.variables.get(name);
  if (value === undefined) fail(cursor, `macro variable ${macro} is not defined`);
  return String(value);
}
