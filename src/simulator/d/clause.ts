import type { Clause, Expression, Statement } from './ast.ts';
import { compileStatement } from './actions.ts';
import type { IntCode } from './code.ts';
import type { Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import { compileExpression } from './expressions.ts';
import type { Frame } from './frame.ts';
import type { ProbeNames } from './probe-description.ts';

/**
 * One step of a clause. An `if` splits a clause into blocks, each with a record of its own: that is why a block
 * begins by reserving room and ends by handing its record over.
 */
export type Step =
  | { readonly kind: 'begin'; readonly size: number }
  | { readonly kind: 'run'; readonly run: (frame: Frame) => void }
  | { readonly kind: 'commit'; readonly records: boolean }
  /** Goes on at `otherwise` when the condition is 0. */
  | { readonly kind: 'branch'; readonly condition: IntCode; readonly otherwise: number }
  | { readonly kind: 'jump'; readonly to: number };

/** A clause that is ready to run, for the probes that its descriptions name. */
export interface CompiledClause {
  readonly descriptions: readonly ProbeNames[];
  readonly predicate: IntCode | null;
  readonly steps: readonly Step[];
}

/** The bytes of a record's own header. */
const RECORD_HEADER = 16;

/**
 * Compiles a clause. The actions come before the predicate, unless they use what only the predicate declares.
 * Throws CompileError, with the region where a program without lines went wrong.
 */
export function compileClause(
  env: Environment,
  clause: Clause,
  descriptions: readonly ProbeNames[],
): CompiledClause {
  const { body, predicate } = clause;
  const compileActions = (): readonly Step[] => inRegion('action list', () => compileBody(env, body));
  if (predicate === null) return { descriptions, predicate: null, steps: compileActions() };
  let steps: readonly Step[] | null = null;
  try {
    steps = compileActions();
  } catch (error) {
    if (!(error instanceof CompileError) || !error.unknownName) throw error;
  }
  const condition = inRegion('predicate', () => compilePredicate(env, predicate));
  return { descriptions, predicate: condition, steps: steps ?? compileActions() };
}

function compileBody(env: Environment, body: Clause['body']): readonly Step[] {
  env.actions = 0;
  // The default action: a record with nothing in it; only the columns of the probe are printed.
  if (body === null || body.length === 0) {
    return [
      { kind: 'begin', size: RECORD_HEADER },
      { kind: 'commit', records: true },
    ];
  }
  const steps: Step[] = [];
  compileBlock(env, body, steps);
  return steps;
}

function compilePredicate(env: Environment, predicate: Expression): IntCode {
  env.offset = 0;
  const code = compileExpression(env, predicate);
  if (code.kind !== 'int') throw new CompileError('predicate result must be of scalar type', predicate.line);
  return code;
}

function inRegion<T>(region: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    throw new CompileError(error.message, error.line, region, error.unknownName);
  }
}

function compileBlock(env: Environment, statements: readonly Statement[], steps: Step[]): void {
  for (let i = 0; i < statements.length;) {
    const statement = statements[i];
    if (statement?.kind === 'if') {
      compileIf(env, statement, steps);
      i++;
      continue;
    }
    const begin = steps.length;
    steps.push({ kind: 'begin', size: 0 });
    env.recordSize = 0;
    for (; i < statements.length; i++) {
      const next = statements[i];
      if (next?.kind !== 'expression') break;
      steps.push({ kind: 'run', run: compileStatement(env, next.expression) });
    }
    const records = env.recordSize > 0;
    steps[begin] = { kind: 'begin', size: records ? env.recordSize + RECORD_HEADER : 0 };
    steps.push({ kind: 'commit', records });
  }
}

function compileIf(env: Environment, statement: Extract<Statement, { kind: 'if' }>, steps: Step[]): void {
  const condition = compileExpression(env, statement.condition);
  if (condition.kind !== 'int') {
    throw new CompileError('predicate result must be of scalar type', statement.line);
  }
  const branch = steps.length;
  steps.push({ kind: 'jump', to: 0 });
  compileBlock(env, statement.yes, steps);
  if (statement.no.length === 0) {
    steps[branch] = { kind: 'branch', condition, otherwise: steps.length };
    return;
  }
  const leave = steps.length;
  steps.push({ kind: 'jump', to: 0 });
  steps[branch] = { kind: 'branch', condition, otherwise: steps.length };
  compileBlock(env, statement.no, steps);
  steps[leave] = { kind: 'jump', to: steps.length };
}
