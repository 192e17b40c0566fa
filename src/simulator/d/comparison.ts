import { asText, areTexts, comparable } from './compatibility.ts';
import { constantCode, testCode, type Code } from './code.ts';
import { CompileError } from './errors.ts';
import type { Frame } from './frame.ts';
import { INT, promote } from './types.ts';

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

export function incompatible(op: string, left: Code, right: Code, line: number): CompileError {
  return new CompileError(
    `operands have incompatible types: "${left.type.name}" ${op} "${right.type.name}"`,
    line,
  );
}

/** `left op right`, of numbers, pointers or texts. Throws CompileError for what cannot be compared. */
export function comparison(op: Comparison, left: Code, right: Code, line: number): Code {
  if (!comparable(left, right)) throw incompatible(op, left, right, line);
  if (areTexts(left, right)) {
    const leftText = asText(left);
    const rightText = asText(right);
    if (leftText === null || rightText === null) throw incompatible(op, left, right, line);
    return testCode(INT, line, compareTexts(op, leftText, rightText));
  }
  if (left.kind !== 'int' || right.kind !== 'int') throw incompatible(op, left, right, line);
  const numbers = left.type.kind === 'int' && right.type.kind === 'int';
  const isSigned = numbers && promote(left.type, right.type).signed;
  const compare = INTEGERS[op];
  const hold = isSigned ? compare : (a: bigint, b: bigint): boolean => compare(unsigned(a), unsigned(b));
  if (numbers && left.constant !== null && right.constant !== null) {
    return constantCode(INT, line, hold(left.constant, right.constant) ? 1n : 0n);
  }
  const first = left.run;
  const second = right.run;
  return testCode(INT, line, (frame) => hold(first(frame), second(frame)));
}

const INTEGERS: Readonly<Record<Comparison, (a: bigint, b: bigint) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

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
