import { textOfAddress, untilNul, type Code } from './code.ts';
import type { Frame } from './frame.ts';
import { baseName, STRING, type DType } from './types.ts';

/** What a pointer points to: null for `void`. A string is an array of characters. Undefined for other types. */
function pointedTo(type: DType): string | null | undefined {
  if (type.kind === 'string') return 'char';
  if (type.kind !== 'pointer' && type.kind !== 'bytes') return undefined;
  if (type.target === null) return null;
  return type.target.kind === 'int' ? baseName(type.target) : type.target.name;
}

/** Whether both are pointers (or strings) that go together. `void *` goes with all of them. */
function pointersAgree(left: DType, right: DType): boolean {
  const a = pointedTo(left);
  const b = pointedTo(right);
  if (a === undefined || b === undefined) return false;
  return a === null || b === null || a === b;
}

/** Whether it is the constant 0, which stands for NULL where a pointer or a string is wanted. */
function isZero(code: Code): boolean {
  return code.kind === 'int' && code.type.kind === 'int' && code.constant === 0n;
}

/** Whether a value may stand where this type is wanted: as an argument, as a key, or as what is assigned. */
export function fits(type: DType, code: Code): boolean {
  if (code.type.kind === 'int') {
    return type.kind === 'int' || (pointedTo(type) !== undefined && isZero(code));
  }
  return typesFit(type, code.type);
}

/** Whether any value of the second type may stand where the first is wanted. */
export function typesFit(type: DType, given: DType): boolean {
  if (type.kind === 'int' || given.kind === 'int') return type.kind === given.kind;
  return pointersAgree(type, given) || (type.kind === 'struct' && type.name === given.name);
}

/** Whether two values may be compared, or be the two values of `?:`. */
export function comparable(left: Code, right: Code): boolean {
  return fits(left.type, right) || fits(right.type, left) || left.type.name === right.type.name;
}

/** Whether what is compared are texts. */
export function areTexts(left: Code, right: Code): boolean {
  return left.type.kind === 'string' || right.type.kind === 'string';
}

/**
 * The value as a string, where it may stand for one. A pointer faults when it is followed, because no address of a
 * process is one of the kernel's.
 */
export function asText(code: Code, offset: number | null = null): ((frame: Frame) => string | null) | null {
  if (code.kind === 'text') return code.run;
  if (!fits(STRING, code)) return null;
  if (code.kind === 'int') return textOfAddress(code.run, offset);
  if (code.kind !== 'bytes') return null;
  const { run } = code;
  return (frame) => untilNul(run(frame));
}
