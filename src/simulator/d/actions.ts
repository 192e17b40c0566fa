import { clear, normalize, truncate, update, type Aggregation } from './aggregation.ts';
import type { Expression } from './ast.ts';
import { intCode, type Code, type IntCode } from './code.ts';
import { aggregationNamed, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { checkKeys, compileExpression, tupleRun } from './expressions.ts';
import { isAggregator, isDestructive, isSubroutine, type AggregatorName } from './function-names.ts';
import type { Frame } from './frame.ts';
import type { Buckets } from './histogram.ts';
import {
  aggregationArgument, compilePrinta, compilePrintf, compileTrace, countAction, mismatch, type Action,
} from './print-actions.ts';
import { INT64 } from './types.ts';

/** Compiles one statement that is no `if`. Throws CompileError. */
export function compileStatement(env: Environment, e: Expression): Action {
  if (e.kind === 'aggregation') throw new CompileError('expression has null effect', e.line);
  if (e.kind === 'assign' && e.target.kind === 'aggregation') return compileAggregation(env, e.target, e);
  if (e.kind === 'call' && !isSubroutine(e.name)) return compileAction(env, e);
  if (!hasEffect(e)) {
    compileExpression(env, e);
    throw new CompileError('expression has null effect', e.line);
  }
  const action = countAction(env, 0);
  const code = compileExpression(env, e);
  if (code.kind === 'members') throw new CompileError('expression has null effect', e.line);
  const { run } = code;
  return (frame) => {
    frame.action = action;
    run(frame);
  };
}

function hasEffect(e: Expression): boolean {
  switch (e.kind) {
    case 'assign':
    case 'step':
    case 'call':
      return true;
    case 'int':
    case 'string':
    case 'name':
    case 'scoped':
    case 'aggregation':
    case 'sizeof':
      return false;
    case 'index':
      return e.keys.some(hasEffect);
    case 'unary':
    case 'cast':
      return hasEffect(e.operand);
    case 'binary':
    case 'comma':
      return hasEffect(e.left) || hasEffect(e.right);
    case 'conditional':
      return hasEffect(e.condition) || hasEffect(e.yes) || hasEffect(e.no);
    case 'member':
      return hasEffect(e.object);
  }
}

type Call = Extract<Expression, { kind: 'call' }>;

function compileAction(env: Environment, e: Call): Action {
  const { name, args, line } = e;
  switch (name) {
    case 'printf':
      return compilePrintf(env, args, line);
    case 'printa':
      return compilePrinta(env, args, line);
    case 'trace':
      return compileTrace(env, args, line);
    case 'exit':
      return compileExit(env, args, line);
    case 'clear': {
      if (args.length !== 1) throw mismatch('clear', args.length, '1', line);
      return onAggregation(env, 'clear', args, line, (a) => clear(a));
    }
    case 'denormalize': {
      if (args.length !== 1) throw mismatch('denormalize', args.length, '1', line);
      return onAggregation(env, 'denormalize', args, line, (a) => normalize(a, 1n));
    }
    case 'trunc': {
      if (args.length < 1) throw mismatch('trunc', args.length, 'at least 1', line);
      if (args.length > 2) throw mismatch('trunc', args.length, 'no more than 2', line);
      return onAggregation(env, 'trunc', args, line, (a, n) => truncate(a, n === null ? null : Number(n)));
    }
    case 'normalize': {
      if (args.length !== 2) throw mismatch('normalize', args.length, '2', line);
      return onAggregation(env, 'normalize', args, line, (a, n) => {
        if (n !== null && n !== 0n) normalize(a, BigInt.asUintN(64, n));
      });
    }
    default:
      if (isAggregator(name)) {
        throw new CompileError(`${name}( ) may only be assigned to an aggregation`, line);
      }
      if (isDestructive(name)) return compileDestructive(env, e);
      throw new CompileError(`${name}( ) is not available on this simulated sled`, line);
  }
}

/** Actions that change the system run only with `-w`, and the simulated system has nothing to change. */
function compileDestructive(env: Environment, e: Call): Action {
  env.destructive = true;
  for (const arg of e.args) compileExpression(env, arg);
  const action = countAction(env, 8);
  return (frame) => {
    frame.action = action;
  };
}

function scalar(env: Environment, name: string, number: number, e: Expression | undefined, line: number): IntCode {
  const code = e === undefined || e.kind === 'aggregation' ? null : compileExpression(env, e);
  if (code?.kind !== 'int') {
    throw new CompileError(`${name}( ) argument #${number} must be of scalar type`, line);
  }
  return code;
}

function compileExit(env: Environment, args: readonly Expression[], line: number): Action {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) throw mismatch('exit', args.length, '1', line);
  const action = countAction(env, 8);
  const status = scalar(env, 'exit', 1, arg, line);
  const { progress } = env;
  return (frame) => {
    frame.action = action;
    const value = Number(BigInt.asUintN(32, status.run(frame)));
    progress.exiting = true;
    frame.record.push(() => {
      progress.status = value;
      return '';
    });
  };
}

/** An action that works on the printing side's snapshot, when its record is read. */
function onAggregation(
  env: Environment,
  name: string,
  args: readonly Expression[],
  line: number,
  apply: (aggregation: Aggregation, number: bigint | null) => void,
): Action {
  const aggregation = aggregationArgument(env, name, args[0], 1, line);
  const action = countAction(env, 8);
  const number = args.length > 1 ? scalar(env, name, 2, args[1], line) : null;
  return (frame) => {
    frame.action = action;
    const value = number === null ? null : number.run(frame);
    frame.record.push(() => {
      apply(aggregation, value);
      return '';
    });
  };
}

// ---- aggregations

type Target = Extract<Expression, { kind: 'aggregation' }>;
type Assignment = Extract<Expression, { kind: 'assign' }>;

function compileAggregation(env: Environment, target: Target, e: Assignment): Action {
  const call = e.value;
  if (e.op !== '=') {
    throw new CompileError(`operator ${e.op} may not be applied to an aggregation: @${target.name}`, e.line);
  }
  if (call.kind !== 'call') {
    throw new CompileError(`@${target.name} must be assigned the result of an aggregating function`, e.line);
  }
  const { name } = call;
  if (!isAggregator(name)) {
    throw new CompileError(`${name}( ) is not an aggregating function`, e.line);
  }
  const aggregation = aggregationNamed(env, target.name, target.line);
  const keys: Code[] = target.keys.map((key) => {
    countAction(env, 0);
    return compileExpression(env, key);
  });
  aggregation.keyTypes ??= keys.map((key) => key.type);
  checkKeys(target.name, '@', aggregation.keyTypes, keys, target.line);
  const tuple = tupleRun(env, keys);
  const action = countAction(env, 0);
  const { buckets, value, increment } = compileFunction(env, name, call.args, call.line);
  fixFunction(aggregation, name, buckets, e.line);
  const first = action - keys.length;
  return (frame: Frame) => {
    frame.action = Math.max(1, first);
    const key = tuple(frame);
    frame.action = action;
    update(aggregation, key, value.run(frame), increment === null ? 1n : increment.run(frame));
  };
}

function fixFunction(aggregation: Aggregation, name: AggregatorName, buckets: Buckets | null, line: number): void {
  if (aggregation.function === null) {
    aggregation.function = name;
    aggregation.buckets = buckets;
    aggregation.functionLine = line;
    return;
  }
  if (aggregation.function !== name) {
    const { name: own, function: previous, functionLine } = aggregation;
    throw new CompileError(
      `aggregation redefined: @${own}\n\t current: @${own} = ${name}( )\n\tprevious: @${own} = ${previous}( ) : line ${functionLine}`,
      line,
    );
  }
  if (JSON.stringify(aggregation.buckets) !== JSON.stringify(buckets)) {
    throw new CompileError(
      `${name}( ) parameters do not match previous declaration of @${aggregation.name} : line ${aggregation.functionLine}`,
      line,
    );
  }
}

interface AggregatingFunction {
  readonly buckets: Buckets | null;
  readonly value: IntCode;
  readonly increment: IntCode | null;
}

const ZERO = intCode(INT64, 0, () => 0n);

function compileFunction(
  env: Environment,
  name: AggregatorName,
  args: readonly Expression[],
  line: number,
): AggregatingFunction {
  const count = (least: number, most: number): void => {
    if (args.length >= least && args.length <= most) return;
    const atLeast = least === most ? '' : 'at least ';
    const noun = args.length === 1 ? 'arg' : 'args';
    throw new CompileError(
      `${name}( ) prototype mismatch: ${args.length} ${noun} passed, ${atLeast}${least} expected`,
      line,
    );
  };
  const at = (index: number): IntCode => scalar(env, name, index + 1, args[index], line);
  const optional = (index: number): IntCode | null => (args[index] === undefined ? null : at(index));
  switch (name) {
    case 'count':
      count(0, 0);
      return { buckets: null, value: ZERO, increment: null };
    case 'quantize':
      count(1, 2);
      return { buckets: { kind: 'quantize' }, value: at(0), increment: optional(1) };
    case 'lquantize':
      count(3, 5);
      return { buckets: linearBuckets(env, args, line), value: at(0), increment: optional(4) };
    case 'llquantize':
      count(5, 6);
      return { buckets: logLinearBuckets(env, args, line), value: at(0), increment: optional(5) };
    default:
      count(1, 1);
      return { buckets: null, value: at(0), increment: null };
  }
}

function constant(env: Environment, name: string, args: readonly Expression[], index: number, line: number): number {
  const arg = args[index];
  const code = arg === undefined ? null : compileExpression(env, arg);
  if (code?.kind !== 'int' || code.constant === null) {
    throw new CompileError(`${name}( ) argument #${index} must be an integer constant`, line);
  }
  return Number(code.constant);
}

function linearBuckets(env: Environment, args: readonly Expression[], line: number): Buckets {
  const base = constant(env, 'lquantize', args, 1, line);
  const limit = constant(env, 'lquantize', args, 2, line);
  const step = args.length > 3 ? constant(env, 'lquantize', args, 3, line) : 1;
  if (base >= limit) {
    throw new CompileError('lquantize( ) base (argument #1) must be less than limit (argument #2)', line);
  }
  if (step <= 0) throw new CompileError('lquantize( ) step (argument #3) must be a positive integer', line);
  const levels = Math.floor((limit - base) / step);
  if (levels === 0) throw new CompileError('lquantize( ) step (argument #3) too large: no buckets', line);
  if (levels > 0xffff) throw new CompileError('lquantize( ) step (argument #3) too small', line);
  return { kind: 'lquantize', base, step, levels };
}

function logLinearBuckets(env: Environment, args: readonly Expression[], line: number): Buckets {
  const factor = constant(env, 'llquantize', args, 1, line);
  const low = constant(env, 'llquantize', args, 2, line);
  const high = constant(env, 'llquantize', args, 3, line);
  const steps = constant(env, 'llquantize', args, 4, line);
  if (factor < 2) throw new CompileError('llquantize( ) factor (argument #1) must be two or more', line);
  if (low < 0 || low >= high) {
    throw new CompileError('llquantize( ) low (argument #2) must be less than high (argument #3)', line);
  }
  if (steps < factor) {
    throw new CompileError('llquantize( ) factor (argument #1) must be less than or equal to the number of linear steps per magnitude (argument #4)', line);
  }
  if (steps % factor !== 0) {
    throw new CompileError('llquantize( ) factor (argument #1) must evenly divide the number of linear steps per magnitude (argument #4)', line);
  }
  if (factor ** (high + 1) >= 2 ** 63) {
    throw new CompileError('llquantize( ) factor (argument #1) raised to power of high magnitude (argument #3) overflows 64-bits', line);
  }
  return { kind: 'llquantize', factor, low, high, steps };
}
