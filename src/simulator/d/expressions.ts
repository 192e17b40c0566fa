import type { Key } from './aggregation.ts';
import { isExpression, type Expression, type Inline } from './ast.ts';
import { builtIn } from './built-ins.ts';
import { asText, constantCode, intCode, textCode, type Code } from './code.ts';
import { addVariable, nextOffset, reserve, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { argument, type Frame } from './frame.ts';
import { isAggregator, isSubroutine } from './function-names.ts';
import { binaryCode, castCode, conditionalCode, dereference, stringOf, unaryCode } from './operators.ts';
import { isGlob } from './probe-description.ts';
import { compileSubroutine } from './subroutines.ts';
import { INT64, STRING, UINT64, VOID_POINTER, integerNamed, wrap, type DType } from './types.ts';
import {
  assign,
  badReference,
  checkKeys,
  fixType,
  readPlace,
  readVariable,
  tupleRun,
  undeclared,
} from './variable-code.ts';
import { placeOf, type Place, type Variable } from './variables.ts';

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

type Index = Extract<Expression, { kind: 'index' }>;

function compileIndex(env: Environment, e: Index): Code {
  const { array } = e;
  if (array.kind === 'name') {
    if (array.name === 'args' && !env.variables.global.has('args')) return compileArgs(env, e);
    if (env.inlines.has(array.name) && !env.variables.global.has(array.name)) {
      return expandInline(
        env,
        array.name,
        e.keys.map((k) => compileExpression(env, k)),
        e.line,
      );
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

function compileArgs(env: Environment, e: Index): Code {
  const [key] = e.keys;
  const index = key === undefined ? null : compileExpression(env, key);
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
    bound.set(
      parameter.name,
      arg.kind === 'int' && parameter.type.kind === 'int' ? castCode(env, parameter.type, arg, line) : arg,
    );
  });
  const outer = env.parameters;
  env.parameters = bound;
  env.expanding.push(name);
  const value = compileExpression(env, inline.value);
  env.expanding.pop();
  env.parameters = outer;
  return castInline(env, inline.type, value, line);
}

/** Compiles an inline on its own, so that a mistake in it is found even where nothing uses it. */
export function checkInline(env: Environment, inline: Inline): void {
  const args = (inline.parameters ?? []).map(({ type }) =>
    type.kind === 'string'
      ? textCode(type, inline.line, () => null)
      : intCode(type.kind === 'int' ? type : VOID_POINTER, inline.line, () => 0n),
  );
  expandInline(env, inline.name, args, inline.line);
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
  return compileSubroutine(
    env,
    e.name,
    e.args.map((arg) => compileExpression(env, arg)),
    e.line,
  );
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
    const isReadOnly =
      builtIn(array.name, e.line) !== null || array.name === 'args' || env.inlines.has(array.name);
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
  if (e.op === null) {
    const value = compileExpression(env, e.value);
    const { variable, place } = target(env, e.target, '=');
    fixType(env, variable, value, e.line);
    return assign(env, variable, place, value, '=', e.line);
  }
  const op = `${e.op}=`;
  const { variable, place } = target(env, e.target, op);
  if (variable.type === null) {
    variable.type = INT64;
    reserve(env, variable);
  }
  const value = compileExpression(env, e.value);
  const result = binaryCode(env, e.op, readPlace(place, variable, e.line), value, e.line);
  return assign(env, variable, place, result, op, e.line);
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
  if (old.kind !== 'int')
    throw new CompileError(`operator ${e.op} requires an operand of scalar type`, e.line);
  const by = e.op === '++' ? 1n : -1n;
  const { prefix } = e;
  return intCode(type, e.line, (f) => {
    const before = old.run(f);
    const after = wrap(before + by, type);
    place.store(f, after);
    return prefix ? after : before;
  });
}
