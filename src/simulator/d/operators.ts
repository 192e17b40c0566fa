import type { BinaryOp } from './ast.ts';
import { constantCode, constantOf, intCode, loaded, testCode, textCode, type Code } from './code.ts';
import { comparison, incompatible } from './comparison.ts';
import { areTexts, asText, comparable } from './compatibility.ts';
import { nextOffset, type Environment } from './environment.ts';
import { CompileError, Fault } from './errors.ts';
import type { Frame } from './frame.ts';
import { INT, STRING, promote, wrap, type DType, type IntType, type PointerType } from './types.ts';

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

/** `left op right`. Throws CompileError where the operator does not take such operands. */
export function binaryCode(
  environment: Environment,
  op: BinaryOp,
  left: Code,
  right: Code,
  line: number,
): Code {
  switch (op) {
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(op, left, right, line);
    case '&&':
    case '||':
    case '^^':
      return logical(op, left, right, line);
    default:
      return arithmetic(environment, op, left, right, line);
  }
}

function logical(op: '&&' | '||' | '^^', left: Code, right: Code, line: number): Code {
  if (left.kind !== 'int' || right.kind !== 'int') {
    throw new CompileError(`operator ${op} requires operands of scalar type`, line);
  }
  const a = left.test;
  const b = right.test;
  const first = constantOf(left);
  const second = constantOf(right);
  if (first !== null && second !== null) {
    return constantCode(INT, line, LOGIC[op](first !== 0n, second !== 0n) ? 1n : 0n);
  }
  if (op === '&&') return testCode(INT, line, (f) => a(f) && b(f));
  if (op === '||') return testCode(INT, line, (f) => a(f) || b(f));
  return testCode(INT, line, (f) => a(f) !== b(f));
}

const LOGIC = {
  '&&': (a: boolean, b: boolean): boolean => a && b,
  '||': (a: boolean, b: boolean): boolean => a || b,
  '^^': (a: boolean, b: boolean): boolean => a !== b,
};

type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

/** The words of the message for an operator that takes numbers only; null for one that takes pointers too. */
export function wantedOperands(op: BinaryOp): 'arithmetic' | 'integral' | null {
  if (op === '+' || op === '-') return null;
  return op === '*' || op === '/' ? 'arithmetic' : 'integral';
}

function arithmetic(environment: Environment, op: Arithmetic, left: Code, right: Code, line: number): Code {
  if (left.kind !== 'int' || right.kind !== 'int' || left.type.kind !== 'int' || right.type.kind !== 'int') {
    const wanted = wantedOperands(op);
    if (wanted !== null) throw new CompileError(`operator ${op} requires operands of ${wanted} type`, line);
    return pointerArithmetic(op, left, right, line);
  }
  const type = op === '<<' || op === '>>' ? left.type : promote(left.type, right.type);
  if ((op === '/' || op === '%') && right.constant === 0n) {
    throw new CompileError('expression contains division by zero', line);
  }
  const combine = combiner(op, type.signed, nextOffset(environment));
  if (left.constant !== null && right.constant !== null) {
    return constantCode(type, line, combine(left.constant, right.constant));
  }
  const first = left.run;
  const second = right.run;
  return intCode(type, line, (f) => combine(first(f), second(f)));
}

/** `p + 1`, `1 + p`, `p - 1`. The size of what `void *` points to is not known. */
function pointerArithmetic(op: Arithmetic, left: Code, right: Code, line: number): Code {
  const size = (code: Code): bigint | null => {
    if (code.kind !== 'int' || code.type.kind !== 'pointer' || code.type.target === null) return null;
    return code.type.target.kind === 'int' ? BigInt(code.type.target.size) : 8n;
  };
  const add = (pointer: Code, number: Code, bytes: bigint): Code | null => {
    if (pointer.kind !== 'int' || number.kind !== 'int' || number.type.kind !== 'int') return null;
    const base = pointer.run;
    const count = number.run;
    const sign = op === '-' ? -1n : 1n;
    return intCode(pointer.type, line, (f) => signed(base(f) + sign * count(f) * bytes));
  };
  const leftSize = size(left);
  const rightSize = size(right);
  let sum: Code | null = null;
  if (leftSize !== null) sum = add(left, right, leftSize);
  else if (rightSize !== null && op === '+') sum = add(right, left, rightSize);
  if (sum === null) throw incompatible(op, left, right, line);
  return sum;
}

/** What an operator makes of two registers of 64 bits. */
function combiner(op: Arithmetic, isSigned: boolean, offset: number): (a: bigint, b: bigint) => bigint {
  switch (op) {
    case '+':
      return (a, b) => signed(a + b);
    case '-':
      return (a, b) => signed(a - b);
    case '*':
      return (a, b) => signed(a * b);
    case '&':
      return (a, b) => a & b;
    case '|':
      return (a, b) => a | b;
    case '^':
      return (a, b) => a ^ b;
    case '<<':
      return (a, b) => signed(a << (b & 63n));
    case '>>':
      return isSigned ? (a, b) => a >> (b & 63n) : (a, b) => signed(unsigned(a) >> (b & 63n));
    case '/':
    case '%':
      return (a, b) => {
        if (b === 0n) throw new Fault('divide-by-zero', 0n, offset);
        if (isSigned) return signed(op === '/' ? a / b : a % b);
        return signed(op === '/' ? unsigned(a) / unsigned(b) : unsigned(a) % unsigned(b));
      };
  }
}

/** `!x`, `~x`, `-x`, `+x`. */
export function unaryCode(op: '!' | '~' | '-' | '+', operand: Code, line: number): Code {
  const wanted = { '!': 'scalar', '~': 'integral', '-': 'arithmetic', '+': 'arithmetic' }[op];
  if (operand.kind !== 'int' || (operand.type.kind === 'pointer' && op !== '!')) {
    throw new CompileError(`operator ${op} requires an operand of ${wanted} type`, line);
  }
  const { type, run, test } = operand;
  const known = constantOf(operand);
  if (op === '!' || type.kind === 'pointer') {
    return known === null
      ? testCode(INT, line, (f) => !test(f))
      : constantCode(type, line, known === 0n ? 1n : 0n);
  }
  if (op === '+') return intCode(type, line, run, known);
  const change = op === '-' ? (value: bigint): bigint => signed(-value) : (value: bigint): bigint => ~value;
  if (known !== null) return constantCode(type, line, changed(op, change(known), type));
  return intCode(type, line, (f) => change(run(f)));
}

/** An unsigned constant stays as wide as its type when it is negated. */
function changed(op: '-' | '~', value: bigint, type: IntType): bigint {
  return op === '-' && !type.signed ? wrap(value, type) : value;
}

/** `c ? a : b`, where the compiler does not know `c`. */
export function conditionalCode(condition: Code, yes: Code, no: Code, line: number): Code {
  if (condition.kind !== 'int') throw new CompileError('operator ?: expression must be of scalar type', line);
  if (yes.kind === 'members' || no.kind === 'members') {
    throw new CompileError('operator ?: operands cannot be of dynamic type', line);
  }
  const mismatch = (): CompileError =>
    new CompileError('operator ?: operands must have compatible types', line);
  if (!comparable(yes, no)) throw mismatch();
  const { test } = condition;
  if (areTexts(yes, no)) {
    const yesText = asText(yes);
    const noText = asText(no);
    if (yesText === null || noText === null) throw mismatch();
    return textCode(STRING, line, (f) => (test(f) ? yesText(f) : noText(f)));
  }
  if (yes.kind === 'void' && no.kind === 'void') {
    return { kind: 'void', type: yes.type, line, run: (f) => (test(f) ? yes.run(f) : no.run(f)) };
  }
  if (yes.kind === 'bytes' && no.kind === 'bytes') {
    return { ...yes, line, run: (f) => (test(f) ? yes.run(f) : no.run(f)) };
  }
  if (yes.kind !== 'int' || no.kind !== 'int') throw mismatch();
  return intCode(commonType(yes.type, no.type), line, (f) => (test(f) ? yes.run(f) : no.run(f)));
}

function commonType(yes: IntType | PointerType, no: IntType | PointerType): IntType | PointerType {
  if (yes.kind === 'int') return no.kind === 'int' ? promote(yes, no) : no;
  if (no.kind === 'int') return yes;
  return no.target === null ? yes : no;
}

/**
 * A function that gives a key's value, for a key of that type. A text is cut as strsize says; NULL is a fault.
 * Throws CompileError for what can be no key.
 */
export function keyRun(environment: Environment, type: DType, code: Code): (frame: Frame) => bigint | string {
  if (type.kind === 'string') {
    const offset = nextOffset(environment);
    const text = asText(code, offset);
    const { options } = environment;
    if (text !== null) {
      return (f) => {
        const key = loaded(text(f), offset);
        return key.length < options.strsize ? key : key.slice(0, options.strsize - 1);
      };
    }
  }
  if (code.kind !== 'int') {
    throw new CompileError(`key of type "${code.type.name}" is not of scalar or string type`, code.line);
  }
  const { run, type: own } = code;
  return own.kind === 'int' && own.size < 8 ? (f) => wrap(run(f), own) : run;
}
