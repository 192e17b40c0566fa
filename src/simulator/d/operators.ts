import type { BinaryOp } from './ast.ts';
import {
  asText,
  constantCode,
  intCode,
  isNull,
  loaded,
  testCode,
  textCode,
  type Code,
  type IntCode,
} from './code.ts';
import { nextOffset, type Environment } from './environment.ts';
import { CompileError, Fault } from './errors.ts';
import type { Frame } from './frame.ts';
import { INT, STRING, VOID_POINTER, promote, wrap, type DType, type IntType } from './types.ts';

type Run = (frame: Frame) => bigint;

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const signed = (value: bigint): bigint => BigInt.asIntN(64, value);

function incompatible(op: string, left: Code, right: Code, line: number): CompileError {
  return new CompileError(
    `operands have incompatible types: "${left.type.name}" ${op} "${right.type.name}"`,
    line,
  );
}

function intType(code: IntCode): IntType {
  return code.type.kind === 'int' ? code.type : { kind: 'int', name: code.type.name, size: 8, signed: false };
}

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

type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

function comparison(op: Comparison, left: Code, right: Code, line: number): Code {
  const leftText = asText(left);
  const rightText = asText(right);
  if (leftText !== null && rightText !== null && (left.kind === 'text' || right.kind === 'text')) {
    return testCode(INT, line, compareTexts(op, leftText, rightText));
  }
  if (left.kind !== 'int' || right.kind !== 'int') throw incompatible(op, left, right, line);
  const isSigned = promote(intType(left), intType(right)).signed;
  return testCode(INT, line, compareIntegers(op, left.run, right.run, isSigned));
}

/** NULL compares like the empty string. */
function compareTexts(
  op: Comparison,
  left: (frame: Frame) => string | null,
  right: (frame: Frame) => string | null,
): (frame: Frame) => boolean {
  switch (op) {
    case '==':
      return (f) => (left(f) ?? '') === (right(f) ?? '');
    case '!=':
      return (f) => (left(f) ?? '') !== (right(f) ?? '');
    case '<':
      return (f) => (left(f) ?? '') < (right(f) ?? '');
    case '<=':
      return (f) => (left(f) ?? '') <= (right(f) ?? '');
    case '>':
      return (f) => (left(f) ?? '') > (right(f) ?? '');
    case '>=':
      return (f) => (left(f) ?? '') >= (right(f) ?? '');
  }
}

function compareIntegers(
  op: Comparison,
  left: Run,
  right: Run,
  isSigned: boolean,
): (frame: Frame) => boolean {
  switch (op) {
    case '==':
      return (f) => left(f) === right(f);
    case '!=':
      return (f) => left(f) !== right(f);
    case '<':
      return isSigned ? (f) => left(f) < right(f) : (f) => unsigned(left(f)) < unsigned(right(f));
    case '<=':
      return isSigned ? (f) => left(f) <= right(f) : (f) => unsigned(left(f)) <= unsigned(right(f));
    case '>':
      return isSigned ? (f) => left(f) > right(f) : (f) => unsigned(left(f)) > unsigned(right(f));
    case '>=':
      return isSigned ? (f) => left(f) >= right(f) : (f) => unsigned(left(f)) >= unsigned(right(f));
  }
}

function logical(op: '&&' | '||' | '^^', left: Code, right: Code, line: number): Code {
  if (left.kind !== 'int' || right.kind !== 'int') {
    throw new CompileError(`operator ${op} requires operands of scalar type`, line);
  }
  const a = left.test;
  const b = right.test;
  if (op === '&&') return testCode(INT, line, (f) => a(f) && b(f));
  if (op === '||') return testCode(INT, line, (f) => a(f) || b(f));
  return testCode(INT, line, (f) => a(f) !== b(f));
}

type Arithmetic = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';

function arithmetic(environment: Environment, op: Arithmetic, left: Code, right: Code, line: number): Code {
  if (left.kind !== 'int' || right.kind !== 'int') {
    if (op === '+' || op === '-') throw incompatible(op, left, right, line);
    const wanted = op === '*' || op === '/' ? 'arithmetic' : 'integral';
    throw new CompileError(`operator ${op} requires operands of ${wanted} type`, line);
  }
  const isPointer = left.type.kind === 'pointer' || right.type.kind === 'pointer';
  if (isPointer && op !== '+' && op !== '-') {
    const wanted = op === '*' || op === '/' ? 'arithmetic' : 'integral';
    throw new CompileError(`operator ${op} requires operands of ${wanted} type`, line);
  }
  const shift = op === '<<' || op === '>>';
  const type = shift ? promote(intType(left), INT) : promote(intType(left), intType(right));
  if ((op === '/' || op === '%') && right.constant === 0n) {
    throw new CompileError('expression contains division by zero', line);
  }
  const combine = combiner(op, type.signed, nextOffset(environment));
  const result = isPointer ? VOID_POINTER : type;
  if (left.constant !== null && right.constant !== null) {
    return constantCode(result, line, combine(left.constant, right.constant));
  }
  const first = left.run;
  const second = right.run;
  return intCode(result, line, (f) => combine(first(f), second(f)));
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
  if (op === '!') {
    const { test } = operand;
    return testCode(INT, line, (f) => !test(f));
  }
  const type = promote(intType(operand), INT);
  if (op === '+') return intCode(type, line, operand.run, operand.constant);
  const { run } = operand;
  const change = op === '-' ? (value: bigint): bigint => signed(-value) : (value: bigint): bigint => ~value;
  if (operand.constant !== null) return constantCode(type, line, change(operand.constant));
  return intCode(type, line, (f) => change(run(f)));
}

/** `c ? a : b`. */
export function conditionalCode(condition: Code, yes: Code, no: Code, line: number): Code {
  if (condition.kind !== 'int') throw new CompileError('operator ?: expression must be of scalar type', line);
  const { test } = condition;
  const yesText = asText(yes);
  const noText = asText(no);
  if (yesText !== null && noText !== null && (yes.kind === 'text' || no.kind === 'text')) {
    return textCode(STRING, line, (f) => (test(f) ? yesText(f) : noText(f)));
  }
  if (yes.kind === 'void' && no.kind === 'void') {
    return { kind: 'void', type: yes.type, line, run: (f) => (test(f) ? yes.run(f) : no.run(f)) };
  }
  if (yes.kind !== 'int' || no.kind !== 'int') {
    throw new CompileError('operator ?: operands must have compatible types', line);
  }
  const bothPointers = yes.type.kind === 'pointer' && no.type.kind === 'pointer';
  const type = bothPointers ? yes.type : promote(intType(yes), intType(no));
  return intCode(type, line, (f) => (test(f) ? yes.run(f) : no.run(f)));
}

/** `(type)x`. */
export function castCode(environment: Environment, type: DType, operand: Code, line: number): Code {
  const invalid = (): CompileError =>
    new CompileError(`invalid cast expression: "${operand.type.name}" to type "${type.name}"`, line);
  switch (type.kind) {
    case 'int': {
      if (operand.kind !== 'int') throw invalid();
      if (operand.constant !== null) return constantCode(type, line, wrap(operand.constant, type));
      const { run } = operand;
      // A register already holds what a type of the same size or a wider one would.
      if (operand.type.kind === 'int' && operand.type.name === type.name) return { ...operand, type };
      return intCode(type, line, (f) => wrap(run(f), type));
    }
    case 'pointer':
      if (operand.kind === 'int') return intCode(type, line, operand.run, operand.constant);
      if (operand.kind === 'bytes') {
        return { ...operand, type: { kind: 'bytes', name: type.name, target: type.target } };
      }
      throw invalid();
    case 'string':
      return stringOf(environment, operand, line);
    case 'void':
      if (operand.kind === 'members') throw invalid();
      return {
        kind: 'void',
        type,
        line,
        run: (f) => {
          operand.run(f);
        },
      };
    default:
      throw invalid();
  }
}

/** `stringof(x)`, `(string)x`. */
export function stringOf(environment: Environment, operand: Code, line: number): Code {
  const offset = nextOffset(environment);
  if (operand.kind === 'text') return operand;
  if (operand.kind === 'bytes') {
    const { run } = operand;
    return textCode(STRING, line, (f) => {
      const bytes = run(f);
      const end = bytes.indexOf('\0');
      return (end === -1 ? bytes : bytes.slice(0, end)).slice(0, environment.options.strsize - 1);
    });
  }
  if (isNull(operand)) return textCode(STRING, line, () => null);
  if (operand.kind === 'int' && operand.type.kind === 'pointer') {
    // An address of the process is no address of the kernel's.
    const { run } = operand;
    return textCode(STRING, line, (f) => {
      throw new Fault('invalid address', unsigned(run(f)), offset);
    });
  }
  throw new CompileError(`stringof( ) argument must be a string or pointer: "${operand.type.name}"`, line);
}

/** `*p`: only of bytes that copyin brought in. */
export function dereference(environment: Environment, operand: Code, line: number): Code {
  const offset = nextOffset(environment);
  if (operand.kind === 'bytes' && operand.type.target?.kind === 'int') {
    const type = operand.type.target;
    const { run } = operand;
    return intCode(type, line, (f) => {
      const bytes = run(f);
      if (bytes.length < type.size) throw new Fault('invalid address', 0n, offset);
      let value = 0n;
      for (let i = type.size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes.charCodeAt(i));
      return wrap(value, type);
    });
  }
  if (operand.kind === 'int' && operand.type.kind === 'pointer' && operand.type.target?.kind === 'int') {
    const { run } = operand;
    return intCode(operand.type.target, line, (f) => {
      throw new Fault('invalid address', unsigned(run(f)), offset);
    });
  }
  throw new CompileError(`cannot dereference "${operand.type.name}"`, line);
}

/** A function that gives a key's value. A text is cut as strsize says; NULL is a fault. */
export function keyRun(environment: Environment, code: Code): (frame: Frame) => bigint | string {
  const text = asText(code);
  if (text !== null && code.kind === 'text') {
    const offset = nextOffset(environment);
    const { options } = environment;
    return (f) => {
      const key = loaded(text(f), offset);
      return key.length < options.strsize ? key : key.slice(0, options.strsize - 1);
    };
  }
  if (code.kind !== 'int') {
    throw new CompileError(`key of type "${code.type.name}" is not of scalar or string type`, code.line);
  }
  const { run, type } = code;
  return type.kind === 'int' && type.size < 8 ? (f) => wrap(run(f), type) : run;
}
