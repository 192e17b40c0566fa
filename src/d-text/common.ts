import { wrapped, type Clause } from './d-program.ts';

/** What every script has: it prints what it says and nothing else, its arguments may be left out. */
export const QUIET = ['quiet', 'defaultargs'] as const;

/** What makes the output come soon. */
export const LIVELY = ['switchrate=10hz', 'statusrate=10hz'] as const;

/** The last paragraph of every header: where the script comes from. */
export function madeBy(source: string): readonly string[] {
  return wrapped(`Made by "npm run scripts" of ${source}: change that, not this file.`, 108);
}

/** The arguments of a script, in their order. */
export interface Arguments {
  /** `$1` for the first one. */
  readonly at: (name: string) => string;
  /** `dtrace -Z -s x.d PID [SECONDS [INTERVAL]]`. */
  readonly usage: string;
}

/** Those arguments; a first one in capitals without a bracket is needed. */
export function argumentsOf(script: string, names: readonly string[], isFirstNeeded = false): Arguments {
  const needed = isFirstNeeded ? names.slice(0, 1) : [];
  const nested = names
    .slice(needed.length)
    .toReversed()
    .reduce((inner, name) => `[${name}${inner === '' ? '' : ` ${inner}`}]`, '');
  return {
    at: (name) => `$${names.indexOf(name) + 1}`,
    usage: ['dtrace -Z -s', script, ...needed, nested].filter((word) => word !== '').join(' '),
  };
}

/** Says how a script is used and ends it, where its arguments are wrong. */
export function usageClause(predicate: string, { usage }: Arguments): Clause {
  return {
    probes: ['dtrace:::BEGIN'],
    predicate,
    body: [String.raw`printf("usage: ${usage}\n");`, 'exit(2);'],
  };
}

/** The clause that ends the program: the last one of every script. */
export const EXIT_CLAUSE: Clause = {
  probes: ['tick-1s'],
  predicate: 'elapsed >= limit',
  body: ['exit(0);'],
};

/** A number that was given, or its default. */
export function given(argument: string, otherwise: number): string {
  return `${argument} > 0 ? ${argument} : ${otherwise}`;
}

/** Keeps when it is, for what says when an interval ended: at the beginning, and at each tick. */
const KEEP_TIME = ['now = timestamp;', 'wall = walltimestamp;'] as const;

/** The first interval begins. */
export const INTERVALS_BEGIN = ['number = 0;', ...KEEP_TIME, 'since = now;'] as const;

/** A second is over, and with it an interval where one is due. */
export const INTERVAL_TICK = [
  'elapsed++;',
  ...KEEP_TIME,
  'this->rows = elapsed >= due && elapsed < limit;',
] as const;

/**
 * The last interval ends. Nothing is counted any more after the exit() of a tick, and END comes when dtrace notices it: a
 * tenth of a second later, or more.
 */
export const INTERVALS_END = [
  'now = elapsed < limit ? timestamp : now;',
  'wall = elapsed < limit ? walltimestamp : wall;',
] as const;

/** The next interval begins where one ended. */
export const NEXT_INTERVAL = ['number++;', 'since = now;'] as const;

/** Says how long an interval was, and when it ended. */
export const SAY_INTERVAL = String.raw`printf("interval=%d elapsed_ns=%d time_ns=%d\n", number, now - since, wall);`;
