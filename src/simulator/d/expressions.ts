import type { Key } from './aggregation.ts';
import { isExpression, type BinaryOp, type Expression } from './ast.ts';
import { builtIn } from './built-ins.ts';
import { asText, constantCode, intCode, textCode, type Code } from './code.ts';
import { addVariable, nextOffset, reserve, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { argument, type Frame, type Stored } from './frame.ts';
import { isAggregator, isSubroutine } from './function-names.ts';
import {
  binaryCode, castCode, conditionalCode, dereference, keyRun, stringOf, unaryCode,
} from './operators.ts';
import { isGlob } from './probe-description.ts';
import { compileSubroutine } from './subroutines.ts';
import { INT64, STRING, UINT64, integerNamed, wrap, type DType } from './types.ts';
import { placeOf, type Place, type Variable } from './variables.ts';

/** What a `this->` variable reads as that this firing did not set: recognisable, to show the mistake. */
export const POISON = 0x0badc0de0badc0den;
export const POISON_TEXT = '<unset clause-local>';

/** Compiles an expression, declaring variables at their first assignment. Throws CompileError. */
export function compileExpression(env: Environment, e: Expression): Code {
  switch (e.kind) {
    case 'int':
      return constantCode(e.type, e.line, e.value);
    case 'string': {
      const { value } = e;
      return textCode(STRING, e.line, () => value, value);
    }
    case 'name':
      return compileName(env, e.name, e.line);
    case 'scoped':
      return readVariable(env, knownVariable(env, e), null, e.line);
    case 'index':
      return compileIndex(env, e);
    case 'call':
      return compileCall(env, e);
    case 'aggregation':
      throw new CompileError(`aggregation may not be used in an expression: @${e.name}`, e.line);
    case 'unary':
      return compileUnary(env, e);
    case 'step':
      return compileStep(env, e);
    case 'binary':
      return binaryCode(env, e.op, compileExpression(env, e.left), compileExpression(env, e.right), e.line);
    case 'assign':
      return compileAssignment(env, e);
    case 'conditional':
      return conditionalCode(
        compileExpression(env, e.condition),
        compileExpression(env, e.yes),
        compileExpression(env, e.no),
        e.line,
      );
    case 'cast':
      return castCode(env, e.type, compileExpression(env, e.operand), e.line);
    case 'member':
      return compileMember(env, e);
    case 'sizeof': {
      const type = isExpression(e.of) ? compileExpression(env, e.of).type : e.of;
      return constantCode(integerNamed('size_t'), e.line, BigInt(sizeOf(env, type)));
    }
    case 'comma': {
      const left = compileExpression(env, e.left);
      const right = compileExpression(env, e.right);
      return sequence(left, right);
    }
  }
}

function sizeOf(env: Environment, type: DType): number {
  if (type.kind === 'int') return type.size;
  return type.kind === 'string' ? env.options.strsize : 8;
}

function sequence(left: Code, right: Code): Code {
  if (left.kind === 'members' || right.kind === 'members') return right;
  const first = left.run;
  const then = <T>(run: (frame: Frame) => T): ((frame: Frame) => T) => {
    return (frame) => {
      first(frame);
      return run(frame);
    };
  };
  switch (right.kind) {
    case 'int':
      return intCode(right.type, right.line, then(right.run));
    case 'text':
      return textCode(right.type, right.line, then(right.run));
    case 'bytes':
      return { ...right, run: then(right.run) };
    case 'void':
      return { ...right, run: then(right.run) };
  }
}

// ---- names and variables

function undeclared(prefix: string, name: string, line: number): CompileError {
  return new CompileError(`${prefix}${name} has not yet been declared or assigned`, line);
}

function badReference(variable: Variable, wanted: Variable['kind'], line: number): CompileError {
  const words = { scalar: 'scalar variable', array: 'associative array' } as const;
  return new CompileError(
    `${words[variable.kind]} '${variable.name}' may not be referenced as ${words[wanted]}`,
    line,
  );
}

function compileName(env: Environment, name: string, line: number): Code {
  const parameter = env.parameters?.get(name);
  if (parameter !== undefined) return parameter;
  const variable = env.variables.global.get(name);
  if (variable !== undefined) {
    if (variable.kind !== 'scalar') throw badReference(variable, 'scalar', line);
    return readVariable(env, variable, null, line);
  }
  const known = builtIn(name, line);
  if (known !== null) return known;
  if (env.inlines.has(name)) return expandInline(env, name, [], line);
  throw undeclared('', name, line);
}

type Scoped = Extract<Expression, { kind: 'scoped' }>;

function knownVariable(env: Environment, e: Scoped): Variable {
  const variable = env.variables[e.scope].get(e.name);
  if (variable === undefined) throw undeclared(`${e.scope}->`, e.name, e.line);
  if (variable.kind !== 'scalar') throw badReference(variable, 'scalar', e.line);
  return variable;
}

/** Compiles a read of a variable, or of the element with these keys. */
function readVariable(
  env: Environment,
  variable: Variable,
  keys: ((frame: Frame) => readonly Key[]) | null,
  line: number,
): Code {
  if (variable.type === null) {
    throw undeclared(variable.scope === 'global' ? '' : `${variable.scope}->`, variable.name, line);
  }
  return readPlace(placeOf(env.pool, variable, keys), variable, line);
}

function readPlace(place: Place, variable: Variable, line: number): Code {
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
    throw new CompileError(`variables of type "${type?.name ?? ''}" are not available on this simulated sled`, line);
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

type Index = Extract<Expression, { kind: 'index' }>;

function compileIndex(env: Environment, e: Index): Code {
  const { array } = e;
  if (array.kind === 'name') {
    if (array.name === 'args' && !env.variables.global.has('args')) return compileArgs(env, e);
    if (env.inlines.has(array.name) && !env.variables.global.has(array.name)) {
      return expandInline(env, array.name, e.keys.map((k) => compileExpression(env, k)), e.line);
    }
  }
  if (array.kind !== 'name' && array.kind !== 'scoped') {
    throw new CompileError('operator [ ] can only be applied to an array or a variable', e.line);
  }
  const scope = array.kind === 'name' ? 'global' : array.scope;
  const variable = env.variables[scope].get(array.name);
  if (variable === undefined) throw undeclared(scope === 'global' ? '' : `${scope}->`, array.name, e.line);
  if (variable.kind !== 'array') throw badReference(variable, 'array', e.line);
  return readVariable(env, variable, compileKeys(env, variable, e.keys, e.line), e.line);
}

/** Compiles the keys of an array, whose types the first use fixes. */
function compileKeys(
  env: Environment,
  variable: Variable,
  keys: readonly Expression[],
  line: number,
): (frame: Frame) => readonly Key[] {
  const codes = keys.map((key) => compileExpression(env, key));
  variable.keys ??= codes.map((code) => code.type);
  checkKeys(variable.name, '', variable.keys, codes, line);
  return tupleRun(env, codes);
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
    const isText = asText(code) !== null && code.kind === 'text';
    if (type === undefined || (type.kind === 'string') === isText) return;
    throw new CompileError(
      `${prefix}${name}[ ] key #${i + 1} is incompatible with prototype:\n\tprototype: ${type.name}\n\t      key: ${code.type.name}`,
      line,
    );
  });
}

/** A function that gives the values of a tuple of keys. */
export function tupleRun(env: Environment, codes: readonly Code[]): (frame: Frame) => readonly Key[] {
  const runs = codes.map((code) => keyRun(env, code));
  const [first, second] = runs;
  if (first !== undefined && runs.length === 1) return (frame) => [first(frame)];
  if (first !== undefined && second !== undefined && runs.length === 2) {
    return (frame) => [first(frame), second(frame)];
  }
  return (frame) => runs.map((run) => run(frame));
}

function compileArgs(env: Environment, e: Index): Code {
  const [key] = e.keys;
  const index = key === undefined ? null : compileExpression(env, key);
  if (index?.kind !== 'int' || index.constant === null || e.keys.length !== 1) {
    throw new CompileError('args[ ] may only be indexed by an integer constant', e.line);
  }
  const { probes } = env;
  if (probes === null || isGlob(probes.description.provider) || probes.description.provider === '' || probes.matched !== 1) {
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

/** Puts an inline's expression in place of its name, its parameters bound to the arguments. */
function expandInline(env: Environment, name: string, args: readonly Code[], line: number): Code {
  const inline = env.inlines.get(name);
  if (inline === undefined || env.expanding.includes(name)) throw undeclared('', name, line);
  const parameters = inline.parameters ?? [];
  if (parameters.length !== args.length) {
    const noun = args.length === 1 ? 'arg' : 'args';
    throw new CompileError(
      `${name}[ ] prototype mismatch: ${args.length} ${noun} passed, ${parameters.length} expected`,
      line,
    );
  }
  const bound = new Map<string, Code>();
  parameters.forEach((parameter, i) => {
    const arg = args[i];
    if (arg === undefined) return;
    const accepted = parameter.type.kind === 'string' ? asText(arg) !== null : arg.kind === 'int';
    if (!accepted) {
      throw new CompileError(
        `${name}[ ] argument #${i + 1} is incompatible with prototype:\n\tprototype: ${parameter.type.name}\n\t argument: ${arg.type.name}`,
        line,
      );
    }
    bound.set(parameter.name, arg.kind === 'int' && parameter.type.kind === 'int' ? castCode(env, parameter.type, arg, line) : arg);
  });
  const outer = env.parameters;
  env.parameters = bound;
  env.expanding.push(name);
  const value = compileExpression(env, inline.value);
  env.expanding.pop();
  env.parameters = outer;
  return castInline(env, inline.type, value, line);
}

function castInline(env: Environment, type: DType, value: Code, line: number): Code {
  if (type.kind === 'string') {
    if (asText(value) !== null) return value;
    throw inlineMismatch(type, value, line);
  }
  if (value.kind !== 'int') throw inlineMismatch(type, value, line);
  return castCode(env, type, value, line);
}

function inlineMismatch(type: DType, value: Code, line: number): CompileError {
  return new CompileError(
    `inline definition uses incompatible types: "${type.name}" = "${value.type.name}"`,
    line,
  );
}

// ---- calls, members, unary

type Call = Extract<Expression, { kind: 'call' }>;

function compileCall(env: Environment, e: Call): Code {
  if (isAggregator(e.name)) {
    throw new CompileError(`${e.name}( ) may only be assigned to an aggregation`, e.line);
  }
  if (!isSubroutine(e.name)) {
    throw new CompileError(
      `${e.name}( ) may not be called from a D expression (D program context required)`,
      e.line,
    );
  }
  return compileSubroutine(env, e.name, e.args.map((arg) => compileExpression(env, arg)), e.line);
}

function compileMember(env: Environment, e: Extract<Expression, { kind: 'member' }>): Code {
  const object = compileExpression(env, e.object);
  if (object.kind !== 'members') {
    throw new CompileError(
      `operator -> cannot be applied to a forward declaration or "${object.type.name}"`,
      e.line,
    );
  }
  const member = object.members.get(e.name);
  if (member === undefined) {
    throw new CompileError(`${e.name} is not a member of ${object.type.name}`, e.line);
  }
  return member;
}

function compileUnary(env: Environment, e: Extract<Expression, { kind: 'unary' }>): Code {
  const operand = compileExpression(env, e.operand);
  switch (e.op) {
    case 'stringof':
      return stringOf(env, operand, e.line);
    case '*':
      return dereference(env, operand, e.line);
    case '&':
      throw new CompileError('operator & is not available on this simulated sled', e.line);
    default:
      return unaryCode(e.op, operand, e.line);
  }
}

// ---- assignment

/** The variable that an expression names as a target, created where it is new, and the keys of its element. */
function target(
  env: Environment,
  e: Expression,
  op: string,
): { readonly variable: Variable; readonly place: Place } {
  const array = e.kind === 'index' ? e.array : e;
  if (array.kind !== 'name' && array.kind !== 'scoped') {
    throw new CompileError(`operator ${op} requires modifiable lvalue as an operand`, e.line);
  }
  const scope = array.kind === 'name' ? 'global' : array.scope;
  const kind = e.kind === 'index' ? 'array' : 'scalar';
  if (scope === 'global' && !env.variables.global.has(array.name)) {
    const isReadOnly = builtIn(array.name, e.line) !== null || array.name === 'args' || env.inlines.has(array.name);
    if (isReadOnly || (env.parameters?.has(array.name) ?? false)) {
      throw new CompileError(`operator ${op} can only be applied to a writable variable`, e.line);
    }
  }
  const variable = env.variables[scope].get(array.name) ?? addVariable(env, scope, array.name, kind);
  if (variable.kind !== kind) throw badReference(variable, kind, e.line);
  const keys = e.kind === 'index' ? compileKeys(env, variable, e.keys, e.line) : null;
  return { variable, place: placeOf(env.pool, variable, keys) };
}

function compileAssignment(env: Environment, e: Extract<Expression, { kind: 'assign' }>): Code {
  if (e.target.kind === 'aggregation') {
    throw new CompileError(`aggregation may not be assigned in an expression: @${e.target.name}`, e.line);
  }
  if (e.op === '=') {
    const value = compileExpression(env, e.value);
    const { variable, place } = target(env, e.target, '=');
    fixType(env, variable, value, e.line);
    return assign(env, variable, place, value, '=', e.line);
  }
  const { variable, place } = target(env, e.target, e.op);
  if (variable.type === null) {
    variable.type = INT64;
    reserve(env, variable);
  }
  const value = compileExpression(env, e.value);
  const op = e.op.slice(0, -1) as BinaryOp;
  const result = binaryCode(env, op, readPlace(place, variable, e.line), value, e.line);
  return assign(env, variable, place, result, e.op, e.line);
}

function fixType(env: Environment, variable: Variable, value: Code, line: number): void {
  if (variable.type !== null) return;
  if (value.kind === 'void' || value.kind === 'members') {
    throw new CompileError(`cannot assign a value of type "${value.type.name}"`, line);
  }
  variable.type = value.type;
  reserve(env, variable);
}

function assign(env: Environment, variable: Variable, place: Place, value: Code, op: string, line: number): Code {
  const { type } = variable;
  const incompatible = (): CompileError =>
    new CompileError(
      `operands have incompatible types: "${type?.name ?? ''}" ${op} "${value.type.name}"`,
      line,
    );
  if (type?.kind === 'string') {
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
  if (type?.kind === 'bytes') {
    if (value.kind !== 'bytes') throw incompatible();
    return {
      ...value,
      run: (f) => {
        const bytes = value.run(f);
        place.store(f, bytes);
        return bytes;
      },
    };
  }
  if (value.kind !== 'int' || (type?.kind !== 'int' && type?.kind !== 'pointer')) throw incompatible();
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

function compileStep(env: Environment, e: Extract<Expression, { kind: 'step' }>): Code {
  const { variable, place } = target(env, e.target, e.op);
  if (variable.type === null) {
    variable.type = INT64;
    reserve(env, variable);
  }
  const { type } = variable;
  if (type?.kind !== 'int') {
    throw new CompileError(`operator ${e.op} requires an operand of scalar type`, e.line);
  }
  nextOffset(env);
  const old = readPlace(place, variable, e.line);
  if (old.kind !== 'int') throw new CompileError(`operator ${e.op} requires an operand of scalar type`, e.line);
  const by = e.op === '++' ? 1n : -1n;
  const { prefix } = e;
  return intCode(type, e.line, (f) => {
    const before = old.run(f);
    const after = wrap(before + by, type);
    place.store(f, after);
    return prefix ? after : before;
  });
}
