import type { Sled } from '../model/sled.ts';
import { nearest } from '../yaml/nearest.ts';
import { naturally } from '../model/sled-order.ts';

/** A term of `--label`: `k=v`, `k!=v` (also true of a sled without `k`) or `k` (has it, whatever its value). */
export interface LabelTerm {
  readonly matches: (sled: Sled) => boolean;
  /** Why it is mistyped: no sled of the pool has such a label. Else null. */
  readonly wrong: string | null;
}

/** Reads a term of `--label` and looks whether any of the sleds has what it names. */
export function labelTerm(term: string, pool: readonly Sled[]): LabelTerm {
  const match = /^([^=!]+)(?:(!?=)(.*))?$/.exec(term);
  const key = match?.[1]?.trim() ?? '';
  const operator = match?.[2];
  const value = match?.[3]?.trim() ?? '';
  if (key === '') return { matches: () => false, wrong: 'a label is key=value, key!=value or key' };

  const has = (sled: Sled): boolean =>
    Object.hasOwn(sled.labels, key) && (operator === undefined || sled.labels[key] === value);
  const matches = operator === '!=' ? (sled: Sled): boolean => !has(sled) : has;
  return {
    matches,
    wrong: pool.some(has) ? null : missing(key, operator === undefined ? null : value, pool),
  };
}

function missing(key: string, value: string | null, pool: readonly Sled[]): string {
  const keys = new Set(pool.flatMap((sled) => Object.keys(sled.labels)));
  if (value === null || !keys.has(key)) {
    const [near] = nearest(key, keys);
    const hint = near === undefined ? '' : `did you mean ${near}? `;
    return `no sled has the label ${key}; ${hint}${there([...keys], 'labels')}`;
  }
  const values = new Set(pool.flatMap((sled) => sled.labels[key] ?? []));
  return `no sled has ${key}=${value}; ${there([...values], `values of ${key}`)}`;
}

function there(words: readonly string[], what: string): string {
  if (words.length === 0) return `there are no ${what}`;
  const shown = [...words].sort(naturally).slice(0, 12).join(', ');
  return `there are the ${what} ${shown}${words.length > 12 ? ', ...' : ''}`;
}
