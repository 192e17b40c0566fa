/** Functions that give a value, and may stand in any expression. */
export const SUBROUTINES = [
  'alloca',
  'basename',
  'bcopy',
  'cleanpath',
  'copyin',
  'copyinstr',
  'copyinto',
  'dirname',
  'getmajor',
  'getminor',
  'htonl',
  'htonll',
  'htons',
  'index',
  'inet_ntoa',
  'inet_ntoa6',
  'inet_ntop',
  'json',
  'lltostr',
  'msgdsize',
  'msgsize',
  'mutex_owned',
  'mutex_owner',
  'mutex_type_adaptive',
  'mutex_type_spin',
  'ntohl',
  'ntohll',
  'ntohs',
  'progenyof',
  'rand',
  'rindex',
  'rw_iswriter',
  'rw_read_held',
  'rw_write_held',
  'speculation',
  'strchr',
  'strjoin',
  'strlen',
  'strrchr',
  'strstr',
  'strtok',
  'strtoll',
  'substr',
  'tolower',
  'toupper',
  'getf',
  'ddi_pathname',
] as const;

/** Functions that may stand as a statement only. */
export const ACTIONS = [
  'trace',
  'tracemem',
  'print',
  'printf',
  'printa',
  'stack',
  'ustack',
  'jstack',
  'sym',
  'mod',
  'func',
  'usym',
  'umod',
  'ufunc',
  'uaddr',
  'exit',
  'clear',
  'trunc',
  'normalize',
  'denormalize',
  'setopt',
  'speculate',
  'commit',
  'discard',
  'ftruncate',
] as const;

/** Actions that change the system: refused without `-w`. */
export const DESTRUCTIVE = [
  'stop',
  'raise',
  'copyout',
  'copyoutstr',
  'system',
  'freopen',
  'breakpoint',
  'panic',
  'chill',
] as const;

export const AGGREGATORS = [
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'stddev',
  'quantize',
  'lquantize',
  'llquantize',
] as const;

export type AggregatorName = (typeof AGGREGATORS)[number];

/** Every function that the compiler knows by name. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set([
  ...SUBROUTINES,
  ...ACTIONS,
  ...DESTRUCTIVE,
  ...AGGREGATORS,
]);

export function isAggregator(name: string): name is AggregatorName {
  return AGGREGATORS.some((a) => a === name);
}

export function isSubroutine(name: string): boolean {
  return SUBROUTINES.some((s) => s === name);
}

export function isDestructive(name: string): boolean {
  return DESTRUCTIVE.some((d) => d === name);
}

/** Whether it may stand as a statement only. */
export function isAction(name: string): boolean {
  return ACTIONS.some((a) => a === name) || isDestructive(name);
}
