export interface IntType {
  readonly kind: 'int';
  readonly name: string;
  readonly size: 1 | 2 | 4 | 8;
  readonly signed: boolean;
}
export interface StringType {
  readonly kind: 'string';
  readonly name: string;
}
/** A pointer. Its value is an address, as an unsigned integer of 8 bytes. */
export interface PointerType {
  readonly kind: 'pointer';
  readonly name: string;
  /** Null for `void *`. */
  readonly target: DType | null;
}
/** Bytes in scratch memory, as `copyin` gives them: `void *` by name, a string of bytes by value. */
export interface BytesType {
  readonly kind: 'bytes';
  readonly name: string;
  /** What `*` makes of the bytes. */
  readonly target: DType | null;
}
export interface StructType {
  readonly kind: 'struct';
  readonly name: string;
}
export interface VoidType {
  readonly kind: 'void';
  readonly name: string;
}
export type DType = IntType | StringType | PointerType | BytesType | StructType | VoidType;

function int(name: string, size: 1 | 2 | 4 | 8, signed: boolean): IntType {
  return { kind: 'int', name, size, signed };
}

export const INT = int('int', 4, true);
export const UINT = int('unsigned int', 4, false);
export const LONG = int('long', 8, true);
export const ULONG = int('unsigned long', 8, false);
export const LONG_LONG = int('long long', 8, true);
export const ULONG_LONG = int('unsigned long long', 8, false);
export const INT64 = int('int64_t', 8, true);
export const UINT64 = int('uint64_t', 8, false);
export const STRING: StringType = { kind: 'string', name: 'string' };
export const VOID: VoidType = { kind: 'void', name: 'void' };
export const VOID_POINTER: PointerType = { kind: 'pointer', name: 'void *', target: null };

const NAMED = new Map<string, DType>(
  [
    int('int8_t', 1, true),
    int('uint8_t', 1, false),
    int('int16_t', 2, true),
    int('uint16_t', 2, false),
    int('int32_t', 4, true),
    int('uint32_t', 4, false),
    INT64,
    UINT64,
    int('intptr_t', 8, true),
    int('uintptr_t', 8, false),
    int('size_t', 8, false),
    int('ssize_t', 8, true),
    int('off_t', 8, true),
    int('uchar_t', 1, false),
    int('ushort_t', 2, false),
    int('uint_t', 4, false),
    int('ulong_t', 8, false),
    int('longlong_t', 8, true),
    int('u_longlong_t', 8, false),
    int('hrtime_t', 8, true),
    int('time_t', 8, true),
    int('pid_t', 4, true),
    int('id_t', 4, true),
    int('uid_t', 4, false),
    int('gid_t', 4, false),
    int('zoneid_t', 4, true),
    int('processorid_t', 4, true),
    int('boolean_t', 4, true),
    STRING,
    VOID,
  ].map((type): [string, DType] => [type.name, type]),
);

/** The type that one word names (`uint64_t`, `string`), or undefined. Words such as `unsigned` are not here. */
export function namedType(name: string): DType | undefined {
  return NAMED.get(name);
}

/** An integer type that the program knows surely, for built-in variables and functions. */
export function integerNamed(name: string): IntType {
  const type = NAMED.get(name);
  if (type?.kind !== 'int') throw new Error(`no integer type ${name}`);
  return type;
}

/** The type of words such as `unsigned long long int`, or null when they name none. */
export function basicType(words: readonly string[]): DType | null {
  const count = (word: string): number => words.filter((w) => w === word).length;
  const rest = words.filter(
    (w) => !['signed', 'unsigned', 'long', 'short', 'int', 'char', 'const', 'volatile'].includes(w),
  );
  if (rest.length === 1 && rest[0] !== undefined) return namedType(rest[0]) ?? null;
  if (rest.length > 1) return null;
  const signed = count('unsigned') === 0;
  const prefix = signed ? '' : 'unsigned ';
  if (count('char') > 0) return int(`${prefix}char`, 1, signed);
  if (count('short') > 0) return int(`${prefix}short`, 2, signed);
  if (count('long') >= 2) return signed ? LONG_LONG : ULONG_LONG;
  if (count('long') === 1) return signed ? LONG : ULONG;
  if (count('int') + count('signed') + count('unsigned') > 0) return signed ? INT : UINT;
  return null;
}

export function pointerTo(target: DType): PointerType {
  const space = target.name.endsWith('*') ? '' : ' ';
  return { kind: 'pointer', name: `${target.name}${space}*`, target: target.kind === 'void' ? null : target };
}

const LONG_LONGS = new Set(['long long', 'unsigned long long', 'longlong_t', 'u_longlong_t', 'hrtime_t']);
const SIZE_NAMES = { 1: 'char', 2: 'short', 4: 'int', 8: 'long' } as const;

/** The basic type behind a name: `long` for `int64_t`. */
export function baseName(type: IntType): string {
  const size = LONG_LONGS.has(type.name) ? 'long long' : SIZE_NAMES[type.size];
  return type.signed ? size : `unsigned ${size}`;
}

/** The type of a sum of two integers: the larger, the unsigned one where the sizes are equal, else the left one. */
export function promote(left: IntType, right: IntType): IntType {
  const rank = (type: IntType): number =>
    type.size * 8 + (type.signed ? 0 : 1) + (LONG_LONGS.has(type.name) ? 0.5 : 0);
  return rank(right) > rank(left) ? right : left;
}

/** A value as a variable of that type holds it, in a register of 64 bits, which is kept as a signed BigInt. */
export function wrap(value: bigint, type: IntType): bigint {
  const bits = type.size * 8;
  if (bits === 64) return BigInt.asIntN(64, value);
  return type.signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

/** A register's value as that type would print it: unsigned types are not negative. */
export function shown(value: bigint, type: IntType): bigint {
  return type.signed ? BigInt.asIntN(type.size * 8, value) : BigInt.asUintN(type.size * 8, value);
}
