import { baseName, type DType } from './types.ts';

/** What a conversion of a format takes. */
export interface ConversionRule {
  /** As the compiler's message words it. */
  readonly prototype: string;
  readonly accepts: (type: DType) => boolean;
}

const isInteger = (type: DType): boolean => type.kind === 'int';
const isAddress = (type: DType): boolean =>
  type.kind === 'int' || type.kind === 'pointer' || type.kind === 'bytes';
const isNothing = (): boolean => false;
const isString = (type: DType): boolean => type.kind === 'string';
const isSmall = (type: DType): boolean => type.kind === 'int' && type.size <= 4;
const isTime = (type: DType): boolean => type.kind === 'int' && type.size === 8;

/** Only integers whose basic type is one of these. */
function exactly(...bases: readonly string[]): (type: DType) => boolean {
  return (type) => type.kind === 'int' && bases.includes(baseName(type));
}

const takesLongLong = exactly('long long', 'unsigned long long');
const FIXED_64 = new Set(['int64_t', 'uint64_t']);
const isHexLongLong = (type: DType): boolean => takesLongLong(type) || FIXED_64.has(type.name);

const INTEGERS: ConversionRule = {
  prototype: 'char, short, int, long, or long long',
  accepts: isInteger,
};
const STRINGS: ConversionRule = { prototype: 'char [] or string (or use stringof)', accepts: isString };
const ADDRESSES: ConversionRule = { prototype: 'pointer or integer', accepts: isAddress };
const CHARACTERS: ConversionRule = { prototype: 'char, short, or int', accepts: isSmall };
const FLOATS: ConversionRule = { prototype: 'float, double, or long double', accepts: isNothing };
const LONG_FLOATS: ConversionRule = { prototype: 'long double', accepts: isNothing };
const TIMES: ConversionRule = { prototype: 'int64_t', accepts: isTime };
const WIDE_TEXTS: ConversionRule = { prototype: 'wchar_t []', accepts: isNothing };
const WIDE_CHARACTERS: ConversionRule = { prototype: 'int', accepts: exactly('int') };

/** The conversions of one length: `d` and `i` signed, `o` and `u` unsigned, `x` and `X` of both. */
function integersOf(length: string, size: string, hex: (type: DType) => boolean): [string, ConversionRule][] {
  const signed: ConversionRule = { prototype: size, accepts: exactly(size) };
  const unsigned: ConversionRule = {
    prototype: `unsigned ${size}`,
    accepts: exactly(`unsigned ${size}`),
  };
  const both: ConversionRule = { prototype: size, accepts: hex };
  return [
    [`${length}d`, signed],
    [`${length}i`, signed],
    [`${length}o`, unsigned],
    [`${length}u`, unsigned],
    [`${length}x`, both],
    [`${length}X`, both],
  ];
}

function each(names: string, rule: ConversionRule, length = ''): [string, ConversionRule][] {
  return names.split('').map((name) => [`${length}${name}`, rule]);
}

/** Every conversion that there is, by its name: the length and the letter. There is no `hhd` and no `zu`. */
export const CONVERSIONS: ReadonlyMap<string, ConversionRule> = new Map([
  ...each('diouxX', INTEGERS),
  ...each('sS', STRINGS),
  ...each('aAp', ADDRESSES),
  ...each('cC', CHARACTERS),
  ...each('eEfgG', FLOATS),
  ...each('eEfgG', LONG_FLOATS, 'L'),
  ...each('TY', TIMES),
  ...each('k', { prototype: 'stack', accepts: isNothing }),
  ...each('c', WIDE_CHARACTERS, 'l'),
  ...each('c', WIDE_CHARACTERS, 'w'),
  ...each('s', WIDE_TEXTS, 'l'),
  ...each('s', WIDE_TEXTS, 'w'),
  ...integersOf('h', 'short', exactly('short', 'unsigned short')),
  ...integersOf('l', 'long', exactly('long', 'unsigned long')),
  ...integersOf('ll', 'long long', isHexLongLong),
]);
