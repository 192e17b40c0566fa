import { Fault } from './errors.ts';
import type { Frame } from './frame.ts';
import type { BytesType, DType, IntType, PointerType, StringType, VoidType } from './types.ts';

/** A compiled expression: its type, and a function that gives its value for a firing. May throw Fault. */
export type Code = IntCode | TextCode | BytesCode | MembersCode | VoidCode;

export interface IntCode {
  readonly kind: 'int';
  readonly type: IntType | PointerType;
  readonly line: number;
  /** The value in a register of 64 bits, as a signed integer. */
  readonly run: (frame: Frame) => bigint;
  /** Whether the value is not 0. */
  readonly test: (frame: Frame) => boolean;
  /** The value, where the compiler knows it. */
  readonly constant: bigint | null;
}
export interface TextCode {
  readonly kind: 'text';
  readonly type: StringType;
  readonly line: number;
  readonly run: (frame: Frame) => string | null;
  readonly constant: string | null;
}
export interface BytesCode {
  readonly kind: 'bytes';
  readonly type: BytesType;
  readonly line: number;
  readonly run: (frame: Frame) => string;
}
/** A structure that the D library translates (`curpsinfo`). */
export interface MembersCode {
  readonly kind: 'members';
  readonly type: DType;
  readonly line: number;
  readonly members: ReadonlyMap<string, Code>;
}
export interface VoidCode {
  readonly kind: 'void';
  readonly type: VoidType;
  readonly line: number;
  readonly run: (frame: Frame) => void;
}

export function intCode(
  type: IntType | PointerType,
  line: number,
  run: (frame: Frame) => bigint,
  constant: bigint | null = null,
): IntCode {
  return { kind: 'int', type, line, run, test: (frame) => run(frame) !== 0n, constant };
}

/** A truth value, of type int. */
export function testCode(type: IntType, line: number, test: (frame: Frame) => boolean): IntCode {
  return { kind: 'int', type, line, run: (frame) => (test(frame) ? 1n : 0n), test, constant: null };
}

/** The value of an integer that the compiler knows, or null. A cast to a pointer is none. */
export function constantOf(code: Code): bigint | null {
  return code.kind === 'int' && code.type.kind === 'int' ? code.constant : null;
}

export function constantCode(type: IntType | PointerType, line: number, value: bigint): IntCode {
  return { kind: 'int', type, line, run: () => value, test: () => value !== 0n, constant: value };
}

export function textCode(
  type: StringType,
  line: number,
  run: (frame: Frame) => string | null,
  constant: string | null = null,
): TextCode {
  return { kind: 'text', type, line, run, constant };
}

/** The characters before the first NUL. */
export function untilNul(bytes: string): string {
  const end = bytes.indexOf('\0');
  return end === -1 ? bytes : bytes.slice(0, end);
}

/** The string at an address: NULL for 0, else a fault, because no address of a process is one of the kernel's. */
export function textOfAddress(
  run: (frame: Frame) => bigint,
  offset: number | null,
): (frame: Frame) => string | null {
  return (frame) => {
    const address = run(frame);
    if (address === 0n) return null;
    throw new Fault('invalid address', BigInt.asUintN(64, address), offset);
  };
}

/** A string that is loaded: NULL is a fault then. */
export function loaded(text: string | null, offset: number | null): string {
  if (text === null) throw new Fault('invalid address', 0n, offset);
  return text;
}
