import { characterSet, literal, matchesParts, wildcards, type GlobPart } from '../../model/glob.ts';
import type { ProbeSite } from '../machine.ts';

/** A probe's four names. */
export interface ProbeNames {
  readonly provider: string;
  readonly module: string;
  readonly function: string;
  readonly name: string;
}

export type ProbeField = keyof ProbeNames;

const FIELDS: readonly ProbeField[] = ['provider', 'module', 'function', 'name'];

/**
 * The four patterns of a probe description; an empty one matches everything. Null when it has too many fields.
 * `last` is the field that the rightmost part is (`name` but for `-P`, `-m` and `-f`).
 */
export function parseDescription(text: string, last: ProbeField = 'name'): ProbeNames | null {
  const parts = text.split(':');
  const end = FIELDS.indexOf(last);
  if (parts.length > end + 1) return null;
  const names: Record<ProbeField, string> = { provider: '', module: '', function: '', name: '' };
  parts.forEach((part, i) => {
    const field = FIELDS[end + 1 - parts.length + i];
    if (field !== undefined) names[field] = part;
  });
  return names;
}

/** `provider:module:function:name`, as messages write a description. */
export function describeProbe(names: ProbeNames): string {
  return `${names.provider}:${names.module}:${names.function}:${names.name}`;
}

/** Whether a probe is one of those that a description names. */
export function matchesProbe(description: ProbeNames, probe: ProbeNames | ProbeSite): boolean {
  return (
    matchesGlob(description.name, probe.name) &&
    matchesGlob(description.provider, probe.provider) &&
    matchesGlob(description.function, probe.function) &&
    matchesGlob(description.module, probe.module)
  );
}

export function isGlob(pattern: string): boolean {
  return /[*?[\]\\]/.test(pattern);
}

/** The kernel's matching: `*`, `?`, `[a-z]`, `[!…]`, backslash; case counts; an empty pattern matches all. */
export function matchesGlob(pattern: string, text: string): boolean {
  if (pattern === '' || pattern === '*') return true;
  if (!isGlob(pattern)) return pattern === text;
  const parts = globParts(pattern);
  return parts !== null && matchesParts(parts, text);
}

/** Null where a bracket or a backslash has no end: the kernel matches nothing then. */
function globParts(pattern: string): readonly GlobPart[] | null {
  const parts: GlobPart[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charAt(i);
    if (c === '[') {
      const [set, not = '', inside = ''] = /^\[(!?)(\]?[^\]]*)\]/.exec(pattern.slice(i)) ?? [];
      if (set === undefined) return null;
      parts.push(characterSet(not + inside));
      i += set.length - 1;
    } else if (c === '\\') {
      i++;
      if (i === pattern.length) return null;
      parts.push(literal(pattern.charAt(i)));
    } else parts.push(...wildcards(c));
  }
  return parts;
}

/** The period of a `tick-5s` or `profile-997` in nanoseconds; null when the name is not one of these probes. */
export function tickPeriod(
  name: string,
): { readonly kind: 'tick' | 'profile'; readonly period: bigint } | null {
  const match = /^(tick|profile)-(\d+)([a-z]*)$/.exec(name);
  if (!match) return null;
  const value = BigInt(match[2] ?? '0');
  if (value === 0n) return null;
  const unit = UNITS[match[3] ?? ''];
  if (unit === undefined) return null;
  const period = unit === 0n ? 1_000_000_000n / value : value * unit;
  // The profile provider refuses periods below 200 µs.
  if (period < 200_000n) return null;
  return { kind: match[1] === 'profile' ? 'profile' : 'tick', period };
}

const UNITS: Readonly<Record<string, bigint>> = {
  '': 0n,
  hz: 0n,
  ns: 1n,
  nsec: 1n,
  us: 1000n,
  usec: 1000n,
  ms: 1_000_000n,
  msec: 1_000_000n,
  s: 1_000_000_000n,
  sec: 1_000_000_000n,
  m: 60_000_000_000n,
  min: 60_000_000_000n,
  h: 3_600_000_000_000n,
  hour: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  day: 86_400_000_000_000n,
};
