import { clear, normalize, truncate, type Aggregation } from './aggregation.ts';
import { compileAggregation, scalar } from './aggregation-statement.ts';
import type { Expression } from './ast.ts';
import type { Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import { isAggregator, isDestructive, isSubroutine } from './function-names.ts';
import {
  aggregationArgument,
  compilePrinta,
  compilePrintf,
  compileTrace,
  countAction,
  mismatch,
  type Action,
} from './print-actions.ts';

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
