import type { Key } from './aggregation.ts';
import type { Expression } from './ast.ts';
import { builtIn } from './built-ins.ts';
import { intCode, type Code } from './code.ts';
import { dereference } from './conversions.ts';
import type { Compile, Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { argument, type Frame } from './frame.ts';
import { expandInline } from './inlines.ts';
import { binaryCode } from './operators.ts';
import { isGlob } from './probe-description.ts';
import { UINT64 } from './types.ts';
import { badReference, checkKeys, readVariable, tupleRun, undeclared, unresolved } from './variable-code.ts';
import type { Variable } from './variables.ts';

/** A bare name: a parameter, a variable, what is built in, or an inline. */
export function compileName(env: Environment, name: string, line: number, compile: Compile): Code {
  const parameter = env.parameters?.get(name);
  if (parameter !== undefined) return parameter;
  const variable = env.variables.global.get(name);
  if (variable !== undefined) {
    if (variable.kind !== 'scalar') throw badReference(variable, 'scalar', line);
    return readVariable(env, variable, null, line);
  }
  const known = builtIn(name, line);
  if (known !== null) return known;
  if (env.inlines.has(name)) return expandInline(env, name, [], line, compile);
  throw unresolved(name, line);
}

/** `this->x` or `self->x`. */
export function compileScoped(env: Environment, e: Extract<Expression, { kind: 'scoped' }>): Code {
  const variable = env.variables[e.scope].get(e.name);
  if (variable === undefined) throw undeclared(e.scope, e.name, e.line);
  if (variable.kind !== 'scalar') throw badReference(variable, 'scalar', e.line);
  return readVariable(env, variable, null, e.line);
}

export type Index = Extract<Expression, { kind: 'index' }>;

/** `x[keys]`. */
export function compileIndex(env: Environment, e: Index, compile: Compile): Code {
  const { array, keys, line } = e;
  if (array.kind === 'name' && !env.variables.global.has(array.name)) {
    if (array.name === 'args') return compileArgs(env, e, compile);
    if (env.inlines.has(array.name)) {
      const args = keys.map((key) => compile(env, key));
      return expandInline(env, array.name, args, line, compile);
    }
  }
  if (!isNamed(array)) return compileElement(env, e, compile);
  const variable = subscripted(env, array);
  if (variable === null) return compileElement(env, e, compile);
  if (variable === undefined) throw undeclared(scopeOf(array), array.name, line);
  return readVariable(env, variable, compileKeys(env, variable, e, compile), line);
}

export type Named = Extract<Expression, { kind: 'name' | 'scoped' }>;

export function isNamed(e: Expression): e is Named {
  return e.kind === 'name' || e.kind === 'scoped';
}

export function scopeOf(e: Named): Variable['scope'] {
  return e.kind === 'name' ? 'global' : e.scope;
}

/** The associative array before a `[`: null for all that is none, undefined for a name that is new. */
export function subscripted(env: Environment, array: Named): Variable | null | undefined {
  const scope = scopeOf(array);
  const variable = env.variables[scope].get(array.name);
  if (variable?.kind === 'array') return variable;
  const isNew = variable === undefined || variable.type === null;
  if (scope === 'this' && isNew) {
    throw new CompileError(
      `local variables may not be used as associative arrays: ${array.name}`,
      array.line,
    );
  }
  if (variable !== undefined) return null;
  return scope === 'global' && isKnownName(env, array.name, array.line) ? null : undefined;
}

/** A name that is not a variable of the program, but stands for something. */
export function isKnownName(env: Environment, name: string, line: number): boolean {
  return (env.parameters?.has(name) ?? false) || builtIn(name, line) !== null || env.inlines.has(name);
}

/** `x[i]` where `x` is not an associative array: the same as `*(x + i)`. */
export function compileElement(env: Environment, e: Index, compile: Compile): Code {
  const array = compile(env, e.array);
  const [first, ...others] = e.keys.map((key) => compile(env, key));
  if (first === undefined) throw new CompileError('syntax error near "]"', e.line);
  const sum = binaryCode(env, '+', array, first, e.line);
  if (others.length > 0) {
    const what = isNamed(e.array) ? `scalar variable ${e.array.name}` : 'expression';
    throw new CompileError(`cannot access ${what} as an associative array`, e.line);
  }
  return dereference(env, sum, e.line);
}

/** Compiles the keys of an array, whose types the first use fixes. */
export function compileKeys(
  env: Environment,
  variable: Variable,
  e: Index,
  compile: Compile,
): (frame: Frame) => readonly Key[] {
  const codes = e.keys.map((key) => compile(env, key));
  variable.keys ??= codes.map((code) => code.type);
  checkKeys(variable.name, '', variable.keys, codes, e.line);
  return tupleRun(env, variable.keys, codes);
}

function compileArgs(env: Environment, e: Index, compile: Compile): Code {
  const [key] = e.keys;
  const index = key === undefined ? null : compile(env, key);
  if (index?.kind !== 'int' || index.constant === null || e.keys.length !== 1) {
    throw new CompileError('args[ ] may only be indexed by an integer constant', e.line);
  }
  const { probes } = env;
  if (
    probes === null ||
    isGlob(probes.description.provider) ||
    probes.description.provider === '' ||
    probes.matched !== 1
  ) {
    throw new CompileError(
      `args[ ] may not be referenced because probe description ${probes?.text ?? ''} matches an unstable set of probes`,
      e.line,
    );
  }
  const at = Number(index.constant);
  if (at < 0 || at > 9) {
    throw new CompileError(`index ${at} is out of range for ${probes.text} args[ ]`, e.line);
  }
  return intCode(UINT64, e.line, (frame) => argument(frame, at));
}
