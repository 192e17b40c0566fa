import { update, type Aggregation } from './aggregation.ts';
import type { Expression } from './ast.ts';
import { intCode, type Code, type IntCode } from './code.ts';
import { aggregationNamed, type Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import { isAggregator, type AggregatorName } from './function-names.ts';
import type { Frame } from './frame.ts';
import type { Buckets } from './aggregated-histogram.ts';
import { countAction, type Action } from './print-actions.ts';
import { INT64 } from './types.ts';
import { checkKeys, tupleRun } from './variable-code.ts';

/** An argument that must be a number. */
export function scalar(
  env: Environment,
  name: string,
  number: number,
  e: Expression | undefined,
  line: number,
): IntCode {
  const code = e === undefined || e.kind === 'aggregation' ? null : compileExpression(env, e);
  if (code?.kind !== 'int') {
    throw new CompileError(`${name}( ) argument #${number} must be of scalar type`, line);
  }
  return code;
}

type Target = Extract<Expression, { kind: 'aggregation' }>;
type Assignment = Extract<Expression, { kind: 'assign' }>;

/** Compiles `@name[keys] = function(…)`. Throws CompileError. */
export function compileAggregation(env: Environment, target: Target, e: Assignment): Action {
  const call = e.value;
  if (e.op !== null) {
    throw new CompileError(`operator ${e.op}= may not be applied to an aggregation: @${target.name}`, e.line);
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
  const tuple = tupleRun(env, aggregation.keyTypes, keys);
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

function fixFunction(
  aggregation: Aggregation,
  name: AggregatorName,
  buckets: Buckets | null,
  line: number,
): void {
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

function constant(
  env: Environment,
  name: string,
  args: readonly Expression[],
  index: number,
  line: number,
): number {
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
    throw new CompileError(
      'llquantize( ) factor (argument #1) must be less than or equal to the number of linear steps per magnitude (argument #4)',
      line,
    );
  }
  if (steps % factor !== 0) {
    throw new CompileError(
      'llquantize( ) factor (argument #1) must evenly divide the number of linear steps per magnitude (argument #4)',
      line,
    );
  }
  if (factor ** (high + 1) >= 2 ** 63) {
    throw new CompileError(
      'llquantize( ) factor (argument #1) raised to power of high magnitude (argument #3) overflows 64-bits',
      line,
    );
  }
  return { kind: 'llquantize', factor, low, high, steps };
}
