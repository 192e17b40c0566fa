/** The options of one consumer, as `-x` and `#pragma D option` set them. Times in nanoseconds, sizes in bytes. */
export interface Options {
  bufsize: number;
  aggsize: number;
  strsize: number;
  dynvarsize: number;
  switchrate: bigint;
  aggrate: bigint;
  statusrate: bigint;
  quiet: boolean;
  zdefs: boolean;
  defaultargs: boolean;
  argref: boolean;
  destructive: boolean;
  flowindent: boolean;
  rawbytes: boolean;
  temporal: boolean;
  aggsortkey: boolean;
  aggsortkeypos: number;
  aggsortpos: number;
  aggsortrev: boolean;
  bufpolicy: 'switch' | 'ring' | 'fill';
  /** Only this CPU is traced. */
  cpu: number | null;
}

const MB = 1024 * 1024;
const SECOND = 1_000_000_000n;

/** The defaults of the `dtrace` command. */
export function defaultOptions(): Options {
  return {
    bufsize: 4 * MB,
    aggsize: 4 * MB,
    strsize: 256,
    dynvarsize: MB,
    switchrate: SECOND,
    aggrate: SECOND,
    statusrate: SECOND,
    quiet: false,
    zdefs: false,
    defaultargs: false,
    argref: false,
    destructive: false,
    flowindent: false,
    rawbytes: false,
    temporal: true,
    aggsortkey: false,
    aggsortkeypos: 0,
    aggsortpos: 0,
    aggsortrev: false,
    bufpolicy: 'switch',
    cpu: null,
  };
}

const SIZES = ['bufsize', 'aggsize', 'strsize', 'dynvarsize', 'aggsortkeypos', 'aggsortpos', 'cpu'] as const;
const RATES = ['switchrate', 'aggrate', 'statusrate'] as const;
/** Flags of the compiler take no value; those of the consumer may be given one (`quiet=yes`). */
const COMPILER_FLAGS = ['zdefs', 'defaultargs', 'argref'] as const;
const CONSUMER_FLAGS = [
  'quiet',
  'destructive',
  'flowindent',
  'rawbytes',
  'temporal',
  'aggsortkey',
  'aggsortrev',
] as const;
/** Options that exist and change nothing that a simulated sled shows. Their values are still read. */
const UNUSED_SIZES = new Set(
  'nspec specsize stackframes jstackframes jstackstrsize ustackframes stackindent pgmax preallocate'.split(
    ' ',
  ),
);
const UNUSED_FLAGS = new Set(
  (
    'grabanon aggpack aggzoom agghist aggpercpu amin core cpp cpphdrs ctypes dtypes debug define droptags dump ' +
    'empty encoding errtags evaltime incdir iregs kdefs knodefs late lazyload ldpath libdir linkmode linktype ' +
    'nolibs pspec setenv stdc strip syslibdir tree tregs udefs undef unodefs unsetenv verbose version'
  ).split(' '),
);
const RATE_UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  nsec: 1n,
  us: 1000n,
  usec: 1000n,
  ms: 1_000_000n,
  msec: 1_000_000n,
  s: SECOND,
  sec: SECOND,
  m: 60n * SECOND,
  min: 60n * SECOND,
  h: 3600n * SECOND,
  hour: 3600n * SECOND,
  d: 86_400n * SECOND,
  day: 86_400n * SECOND,
};

const BAD_NAME = 'Invalid option name';
const BAD_VALUE = 'Invalid value for specified option';

function named<T extends string>(names: readonly T[], name: string): T | null {
  return names.find((n) => n === name) ?? null;
}

/** Sets one option. Null when it is set, else why not, as libdtrace says it. */
export function setOption(options: Options, name: string, value: string | null): string | null {
  const size = named(SIZES, name);
  if (size !== null) return setSize(options, size, value);
  const rate = named(RATES, name);
  if (rate !== null) return setRate(options, rate, value);
  const flag = named(CONSUMER_FLAGS, name);
  if (flag !== null) return setFlag(options, flag, value);
  const compilerFlag = named(COMPILER_FLAGS, name);
  if (compilerFlag !== null) {
    if (value !== null) return BAD_VALUE;
    options[compilerFlag] = true;
    return null;
  }
  if (name === 'bufpolicy') {
    if (value !== 'switch' && value !== 'ring' && value !== 'fill') return BAD_VALUE;
    options.bufpolicy = value;
    return null;
  }
  if (UNUSED_SIZES.has(name)) return value !== null && parseSize(value) !== null ? null : BAD_VALUE;
  if (name === 'cleanrate') return value !== null && parseRate(value) !== null ? null : BAD_VALUE;
  if (name === 'bufresize') return value === 'auto' || value === 'manual' ? null : BAD_VALUE;
  return UNUSED_FLAGS.has(name) ? null : BAD_NAME;
}

function setSize(options: Options, name: (typeof SIZES)[number], value: string | null): string | null {
  const size = value === null ? null : parseSize(value);
  if (size === null) return BAD_VALUE;
  options[name] = size;
  return null;
}

function setRate(options: Options, name: (typeof RATES)[number], value: string | null): string | null {
  const rate = value === null ? null : parseRate(value);
  if (rate === null) return BAD_VALUE;
  options[name] = rate;
  return null;
}

function setFlag(
  options: Options,
  name: (typeof CONSUMER_FLAGS)[number],
  value: string | null,
): string | null {
  if (value === null || /^(?:1|yes|set|enable|on|true)$/i.test(value)) options[name] = true;
  else if (/^(?:0|no|unset|disable|off|false)$/i.test(value)) options[name] = false;
  else if (/^\d+$/.test(value)) options[name] = true;
  else return BAD_VALUE;
  return null;
}

/** Bytes of `4k`, `256K`, `1m`, `2g`, `0x100`; null when it is not a size. */
export function parseSize(text: string): number | null {
  const match = /^(0[xX][0-9a-fA-F]+|\d+)([kKmMgGtT]?)$/.exec(text);
  if (!match) return null;
  const digits = match[1] ?? '0';
  const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
  const octal = /^0[0-7]+$/.test(digits);
  return (octal ? Number.parseInt(digits, 8) : Number(digits)) * 1024 ** power;
}

/** Nanoseconds between two events of `10hz`, `1sec`, `500ms`, `1000` (nanoseconds); null when it is not a rate. */
export function parseRate(text: string): bigint | null {
  const match = /^(\d+)([a-zA-Z]*)$/.exec(text);
  if (!match) return null;
  const value = BigInt(match[1] ?? '0');
  const unit = (match[2] ?? '').toLowerCase();
  if (unit === '') return value;
  if (unit === 'hz') return value === 0n ? 0n : SECOND / value;
  const scale = RATE_UNITS[unit];
  return scale === undefined ? null : value * scale;
}
