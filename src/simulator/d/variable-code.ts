import type { Key } from './aggregation.ts';
import { intCode, textCode, type Code } from './code.ts';
import { asText, fits } from './compatibility.ts';
import { castCode } from './conversions.ts';
import { reserve, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import type { Frame, Stored } from './frame.ts';
import { keyRun } from './operators.ts';
import { wrap, type DType } from './types.ts';
import { placeOf, type Place, type Variable } from './variables.ts';

/** What a `this->` variable reads as that this firing did not set: recognisable, to show the mistake. */
export const POISON = 0x0badc0de0badc0den;
export const POISON_TEXT = '<unset clause-local>';

const PREFIXES = { global: '', this: 'this->', self: 'self->' } as const;

/** A variable that is read before the program gives it a type. */
export function undeclared(scope: Variable['scope'], name: string, line: number): CompileError {
  return new CompileError(
    `${PREFIXES[scope]}${name} has not yet been declared or assigned`,
    line,
    null,
    true,
  );
}

/** A bare name that is not a variable at all. */
export function unresolved(name: string, line: number): CompileError {
  return new CompileError(`failed to resolve ${name}: Unknown variable name`, line, null, true);
}

export function badReference(variable: Variable, wanted: Variable['kind'], line: number): CompileError {
  const words = { scalar: 'scalar variable', array: 'associative array' } as const;
  return new CompileError(
    `${words[variable.kind]} '${variable.name}' may not be referenced as ${words[wanted]}`,
    line,
  );
}

/** Compiles a read of a variable, or of the element with these keys. */
export function readVariable(
  env: Environment,
  variable: Variable,
  keys: ((frame: Frame) => readonly Key[]) | null,
  line: number,
): Code {
  if (variable.type === null) throw undeclared(variable.scope, variable.name, line);
  return readPlace(placeOf(env.pool, variable, keys), variable, line);
}

export function readPlace(place: Place, variable: Variable, line: number): Code {
  const { type } = variable;
  const isLocal = variable.scope === 'this';
  if (type?.kind === 'string') {
    const unset = isLocal ? POISON_TEXT : null;
    return textCode(type, line, (f) => {
      const value = place.load(f);
      if (value === undefined) return unset;
      return typeof value === 'bigint' ? null : value;
    });
  }
  if (type?.kind === 'bytes') {
    return { kind: 'bytes', type, line, run: (f) => textOf(place.load(f)) };
  }
  if (type?.kind !== 'int' && type?.kind !== 'pointer') {
    throw new CompileError(
      `variables of type "${type?.name ?? ''}" are not available on this simulated sled`,
      line,
    );
  }
  const unset = isLocal ? (type.kind === 'int' ? wrap(POISON, type) : POISON) : 0n;
  return intCode(type, line, (f) => {
    const value = place.load(f);
    return typeof value === 'bigint' ? value : unset;
  });
}

function textOf(value: Stored | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Keys must be as many and of such kinds as at the first use. `prefix` is `@` for an aggregation. */
export function checkKeys(
  name: string,
  prefix: string,
  types: readonly DType[],
  codes: readonly Code[],
  line: number,
): void {
  if (types.length !== codes.length) {
    const noun = codes.length === 1 ? 'key' : 'keys';
    throw new CompileError(
      `${prefix}${name}[ ] prototype mismatch: ${codes.length} ${noun} passed, ${types.length} expected`,
      line,
    );
  }
  codes.forEach((code, i) => {
    const type = types[i];
    if (type === undefined || fits(type, code)) return;
    throw new CompileError(
      `${prefix}${name}[ ] key #${i + 1} is incompatible with prototype:\n\tprototype: ${type.name}\n\t      key: ${code.type.name}`,
      line,
    );
  });
}

/** A function that gives the values of a tuple of keys, of these types. */
export function tupleRun(
  env: Environment,
  types: readonly DType[],
  codes: readonly Code[],
): (frame: Frame) => readonly Key[] {
  const runs = codes.map((code, i) => keyRun(env, types[i] ?? code.type, code));
  const [first, second] = runs;
  if (first !== undefined && runs.length === 1) return (frame) => [first(frame)];
  if (first !== undefined && second !== undefined && runs.length === 2) {
    return (frame) => [first(frame), second(frame)];
  }
  return (frame) => runs.map((run) => run(frame));
}

export function fixType(env: Environment, variable: Variable, value: Code, line: number): void {
  if (variable.type !== null) return;
  if (value.kind === 'void' || value.kind === 'members') {
    throw new CompileError(`cannot assign a value of type "${value.type.name}"`, line);
  }
  variable.type = value.type;
  reserve(env, variable);
}

export function assign(
  env: Environment,
  variable: Variable,
  place: Place,
  value: Code,
  op: string,
  line: number,
): Code {
  const { type } = variable;
  const incompatible = (): CompileError =>
    new CompileError(
      `operands have incompatible types: "${type?.name ?? ''}" ${op} "${value.type.name}"`,
      line,
    );
  if (type === null || !fits(type, value)) throw incompatible();
  if (type.kind === 'string') {
    const text = asText(value);
    if (text === null) throw incompatible();
    const { options } = env;
    return textCode(type, line, (f) => {
      const full = text(f);
      const cut = full !== null && full.length >= options.strsize ? full.slice(0, options.strsize - 1) : full;
      place.store(f, cut);
      return cut;
    });
  }
  if (type.kind === 'bytes') {
    const read = value.kind === 'bytes' ? value.run : (): string => '';
    return {
      kind: 'bytes',
      type,
      line,
      run: (f) => {
        const bytes = read(f);
        place.store(f, bytes);
        return bytes;
      },
    };
  }
  if (value.kind !== 'int' || (type.kind !== 'int' && type.kind !== 'pointer')) {
    throw new CompileError(`a "${type.name}" of copied bytes is not available on this simulated sled`, line);
  }
  const { run } = castToVariable(env, type, value);
  return intCode(type, line, (f) => {
    const stored = run(f);
    place.store(f, stored);
    return stored;
  });
}

/** What a store casts: a narrower variable, or one of another signedness. */
function castToVariable(
  env: Environment,
  type: DType,
  value: Extract<Code, { kind: 'int' }>,
): { readonly run: (frame: Frame) => bigint } {
  if (type.kind !== 'int' || value.type.kind !== 'int') return value;
  if (type.size === value.type.size && type.signed === value.type.signed) return value;
  const cast = castCode(env, type, value, value.line);
  return cast.kind === 'int' ? cast : value;
}
