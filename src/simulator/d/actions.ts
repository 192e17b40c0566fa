import { clear, normalize, truncate, type Aggregation } from './aggregation.ts';
import { compileAggregation, scalar } from './aggregation-statement.ts';
import type { Expression } from './ast.ts';
import { constantOf, type Code } from './code.ts';
import { asText, fits } from './compatibility.ts';
import type { Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import { isAggregator, isDestructive, isSubroutine } from './function-names.ts';
import {
  aggregationArgument,
  compilePrint,
  compilePrinta,
  compilePrintf,
  compileTrace,
  countAction,
  mismatch,
  type Action,
} from './print-actions.ts';
import { setOption } from './options.ts';
import { INT, STRING, type DType } from './types.ts';

/** Compiles one statement that is no `if`. Throws CompileError. */
export function compileStatement(env: Environment, e: Expression): Action {
  switch (e.kind) {
    case 'aggregation':
      throw new CompileError(`expression has null effect: @${e.name}`, e.line);
    case 'assign':
      if (e.target.kind === 'aggregation') return compileAggregation(env, e.target, e);
      break;
    case 'call':
      if (!isSubroutine(e.name)) return compileAction(env, e);
      break;
    case 'conditional': {
      const known = constantOf(compileExpression(env, e.condition));
      if (known !== null) return compileStatement(env, known === 0n ? e.no : e.yes);
      break;
    }
    default:
  }
  const action = countAction(env, 0);
  const code = compileExpression(env, e);
  if (code.kind === 'members') return () => {};
  const { run } = code;
  return (frame) => {
    frame.action = action;
    run(frame);
  };
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
    case 'print':
      return compilePrint(env, args, line);
    case 'setopt':
      return compileSetopt(env, args, line);
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
  const status = argumentCode(env, 'exit', { number: 1, type: INT, written: 'int' }, arg, line);
  if (status.kind !== 'int') throw mismatch('exit', 1, '1', line);
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

/** `setopt(name)`, `setopt(name, value)`: the option changes when the record is read. */
function compileSetopt(env: Environment, args: readonly Expression[], line: number): Action {
  if (args.length < 1 || args.length > 2) throw mismatch('setopt', args.length, 'at least 1', line);
  const action = countAction(env, 8);
  const [name, value] = args.map((arg, i) =>
    asText(argumentCode(env, 'setopt', { number: i + 1, type: STRING, written: 'const char *' }, arg, line)),
  );
  const { options } = env;
  return (frame) => {
    frame.action = action;
    const option = name?.(frame) ?? '';
    const setting = value?.(frame) ?? null;
    frame.record.push(() => {
      setOption(options, option, setting);
      return '';
    });
  };
}

/** An argument of the type that the action wants. Throws CompileError for another. */
function argumentCode(
  env: Environment,
  name: string,
  wanted: { readonly number: number; readonly type: DType; readonly written: string },
  arg: Expression,
  line: number,
): Code {
  const code = compileExpression(env, arg);
  if (fits(wanted.type, code)) return code;
  throw new CompileError(
    `${name}( ) argument #${wanted.number} is incompatible with prototype:\n\tprototype: ${wanted.written}\n\t argument: ${code.type.name}`,
    line,
  );
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
