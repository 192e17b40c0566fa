import { compileAssignment, compileStep } from './assignment.ts';
import { isExpression, type Expression } from './ast.ts';
import { constantCode, constantOf, intCode, textCode, type Code } from './code.ts';
import { castCode, dereference, stringOf } from './conversions.ts';
import type { Environment } from './environment.ts';
import { CompileError } from './errors.ts';
import type { Frame } from './frame.ts';
import { isAction, isAggregator, isSubroutine } from './function-names.ts';
import { compileIndex, compileName, compileScoped, isNamed } from './names.ts';
import { binaryCode, conditionalCode, unaryCode } from './operators.ts';
import { REGISTERS, registersOf } from './registers.ts';
import { compileSubroutine } from './subroutines.ts';
import { STRING, integerNamed, type DType } from './types.ts';

/** Compiles an expression, declaring variables at their first assignment. Throws CompileError. */
export function compileExpression(env: Environment, e: Expression): Code {
  if (env.isPart) return compilePart(env, e);
  env.isPart = true;
  try {
    const code = compilePart(env, e);
    if (FITTING.has(e) || fits(env, e)) return code;
  } finally {
    env.isPart = false;
  }
  throw new CompileError('Insufficient registers to generate code', 0);
}

/** Expressions that take no more registers than there are: a program that ran before is the same tree. */
const FITTING = new WeakSet<Expression>();

function fits(env: Environment, e: Expression): boolean {
  const { offset, inlines } = env;
  const isText = (part: Expression): boolean => isTextual(env, part);
  const isFitting = registersOf(e, { inlines, isText, parameters: new Map() }) <= REGISTERS;
  env.offset = offset;
  if (isFitting) FITTING.add(e);
  return isFitting;
}

/** Whether a part of what was compiled is a text. What an inline names its parameters is not known here. */
function isTextual(env: Environment, part: Expression): boolean {
  try {
    return compilePart(env, part).kind === 'text';
  } catch (error) {
    if (error instanceof CompileError) return false;
    throw error;
  }
}

function compilePart(env: Environment, e: Expression): Code {
  switch (e.kind) {
    case 'int':
      return constantCode(e.type, e.line, e.value);
    case 'string': {
      const { value } = e;
      return textCode(STRING, e.line, () => value, value);
    }
    case 'name':
      return compileName(env, e.name, e.line, compileExpression);
    case 'scoped':
      return compileScoped(env, e);
    case 'index':
      return compileIndex(env, e, compileExpression);
    case 'call':
      return compileCall(env, e);
    case 'aggregation':
      throw new CompileError(`aggregation may not be used in an expression: @${e.name}`, e.line);
    case 'unary':
      return compileUnary(env, e);
    case 'step':
      return compileStep(env, e, compileExpression);
    case 'binary':
      return binaryCode(env, e.op, compileExpression(env, e.left), compileExpression(env, e.right), e.line);
    case 'assign':
      return compileAssignment(env, e, compileExpression);
    case 'conditional':
      return compileConditional(env, e);
    case 'cast':
      return castCode(env, e.type, compileExpression(env, e.operand), e.line);
    case 'member':
      return compileMember(env, e);
    case 'sizeof':
      return compileSizeof(env, e.of, e.line);
    case 'comma':
      return compileComma(env, e);
  }
}

/** The size of a type or of a literal is a constant; that of another expression is known at run time only. */
function compileSizeof(env: Environment, of: DType | Expression, line: number): Code {
  const type = isExpression(of) ? compileExpression(env, of).type : of;
  if (type.kind === 'void') throw new CompileError('cannot apply sizeof to an operand of unknown size', line);
  const size = integerNamed('size_t');
  if (isExpression(of) && of.kind === 'string') return constantCode(size, line, BigInt(of.value.length + 1));
  const bytes = BigInt(sizeOf(env, type));
  return isExpression(of) && of.kind !== 'int'
    ? intCode(size, line, () => bytes)
    : constantCode(size, line, bytes);
}

function sizeOf(env: Environment, type: DType): number {
  if (type.kind === 'int') return type.size;
  return type.kind === 'string' ? env.options.strsize : 8;
}

/** `c ? a : b`. Where `c` is a constant, the other branch is not even looked at. */
function compileConditional(env: Environment, e: Extract<Expression, { kind: 'conditional' }>): Code {
  const condition = compileExpression(env, e.condition);
  const known = constantOf(condition);
  if (known !== null) return compileExpression(env, known === 0n ? e.no : e.yes);
  if (isActionCall(e.yes) || isActionCall(e.no)) {
    throw new CompileError('action cannot be used in a conditional context', e.line);
  }
  return conditionalCode(condition, compileExpression(env, e.yes), compileExpression(env, e.no), e.line);
}

function isActionCall(e: Expression): boolean {
  return e.kind === 'call' && isAction(e.name);
}

function compileComma(env: Environment, e: Extract<Expression, { kind: 'comma' }>): Code {
  if (isActionCall(e.left) || isActionCall(e.right)) {
    throw new CompileError('operator , operands cannot be actions', e.line);
  }
  return sequence(compileExpression(env, e.left), compileExpression(env, e.right));
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
      throw addressOf(e.operand, e.line);
    default:
      return unaryCode(e.op, operand, e.line);
  }
}

/** Nothing that the simulated compiler knows has an address. */
function addressOf(operand: Expression, line: number): CompileError {
  const isVariable = isNamed(operand) || operand.kind === 'aggregation' || operand.kind === 'index';
  const what = isVariable
    ? 'cannot take address of dynamic variable'
    : 'unacceptable operand for unary & operator';
  return new CompileError(what, line);
}
