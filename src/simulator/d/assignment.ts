import type { BinaryOp, Expression } from './ast.ts';
import { intCode, type Code } from './code.ts';
import { incompatible } from './comparison.ts';
import { addVariable, nextOffset, reserve, type Compile, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import {
  compileElement,
  compileKeys,
  isKnownName,
  isNamed,
  scopeOf,
  subscripted,
  type Index,
} from './names.ts';
import { binaryCode, wantedOperands } from './operators.ts';
import { INT64, wrap } from './types.ts';
import { assign, badReference, fixType, readPlace, undeclared } from './variable-code.ts';
import { placeOf, type Place, type Variable } from './variables.ts';

interface Target {
  readonly variable: Variable;
  readonly place: Place;
}

/** The variable that an expression names as a target, created where it is new, and the keys of its element. */
function target(env: Environment, e: Expression, op: string, compile: Compile): Target {
  if (e.kind === 'index') return elementTarget(env, e, op, compile);
  if (!isNamed(e)) throw unwritable(e, op);
  const scope = scopeOf(e);
  const known = env.variables[scope].get(e.name);
  if (known === undefined && scope === 'global' && (e.name === 'args' || isKnownName(env, e.name, e.line))) {
    throw unwritable(e, op);
  }
  const variable = known ?? addVariable(env, scope, e.name, 'scalar');
  if (variable.kind !== 'scalar') throw badReference(variable, 'scalar', e.line);
  return { variable, place: placeOf(env.pool, variable, null) };
}

function elementTarget(env: Environment, e: Index, op: string, compile: Compile): Target {
  const { array } = e;
  const isReadOnly = array.kind === 'name' && (array.name === 'args' || env.inlines.has(array.name));
  if (isReadOnly && !env.variables.global.has(array.name)) throw unwritable(e, op);
  const known = isNamed(array) ? subscripted(env, array) : null;
  if (known === null || !isNamed(array)) {
    compileElement(env, e, compile);
    throw unwritable(e, op);
  }
  const variable = known ?? addVariable(env, scopeOf(array), array.name, 'array');
  const keys = compileKeys(env, variable, e, compile);
  return { variable, place: placeOf(env.pool, variable, keys) };
}

function unwritable(e: Expression, op: string): CompileError {
  const isPlace =
    isNamed(e) || e.kind === 'index' || e.kind === 'member' || (e.kind === 'unary' && e.op === '*');
  return new CompileError(
    isPlace
      ? `operator ${op} can only be applied to a writable variable`
      : `operator ${op} requires modifiable lvalue as an operand`,
    e.line,
  );
}

type Assignment = Extract<Expression, { kind: 'assign' }>;

/** `x = y`, `x += y` and their like. */
export function compileAssignment(env: Environment, e: Assignment, compile: Compile): Code {
  if (e.target.kind === 'aggregation') {
    throw new CompileError(`aggregation may not be assigned in an expression: @${e.target.name}`, e.line);
  }
  if (e.op === null) {
    const value = compile(env, e.value);
    const { variable, place } = target(env, e.target, '=', compile);
    fixType(env, variable, value, e.line);
    return assign(env, variable, place, value, '=', e.line);
  }
  return compileUpdate(env, e, e.op, compile);
}

/** `x op= y`: only of a variable that has a value already. */
function compileUpdate(env: Environment, e: Assignment, operator: BinaryOp, compile: Compile): Code {
  const op = `${operator}=`;
  if ((operator === '/' || operator === '%') && e.value.kind === 'int' && e.value.value === 0n) {
    throw new CompileError('expression contains division by zero', e.line);
  }
  const { variable, place } = target(env, e.target, op, compile);
  if (variable.type === null) throw undeclared(variable.scope, variable.name, e.line);
  const old = readPlace(place, variable, e.line);
  const value = compile(env, e.value);
  checkUpdate(operator, old, value, e.line);
  return assign(env, variable, place, binaryCode(env, operator, old, value, e.line), op, e.line);
}

function checkUpdate(operator: BinaryOp, old: Code, value: Code, line: number): void {
  if (old.type.kind === 'int' && value.type.kind === 'int') return;
  const wanted = wantedOperands(operator);
  if (wanted !== null)
    throw new CompileError(`operator ${operator}= requires operands of ${wanted} type`, line);
  if (old.type.kind === 'string' || value.type.kind === 'string') {
    throw incompatible(`${operator}=`, old, value, line);
  }
  if (old.type.kind !== 'pointer' || old.type.target === null) {
    throw new CompileError(`operator ${operator}= requires left-hand scalar operand of known size`, line);
  }
}

/** `x++`, `--x`. A new variable is an `int64_t`. */
export function compileStep(
  env: Environment,
  e: Extract<Expression, { kind: 'step' }>,
  compile: Compile,
): Code {
  const { variable, place } = target(env, e.target, e.op, compile);
  if (variable.type === null) {
    variable.type = INT64;
    reserve(env, variable);
  }
  const { type } = variable;
  nextOffset(env);
  const old = readPlace(place, variable, e.line);
  if (old.kind !== 'int') {
    throw new CompileError(`operator ${e.op} requires operand of scalar type`, e.line);
  }
  if (type?.kind !== 'int') {
    throw new CompileError(`operator ${e.op} requires an operand of known size`, e.line);
  }
  const by = e.op === '++' ? 1n : -1n;
  const { prefix } = e;
  return intCode(type, e.line, (f) => {
    const before = old.run(f);
    const after = wrap(before + by, type);
    place.store(f, after);
    return prefix ? after : before;
  });
}
