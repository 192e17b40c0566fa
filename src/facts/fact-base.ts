import type { Fact, FactKind, FactOf } from './fact.ts';
import type { FactSet, Origin } from './fact-set.ts';
import type { Claim } from './value.ts';

/** A fact with where it comes from. */
export interface Told<Kind extends FactKind> {
  readonly fact: FactOf<Kind>;
  readonly origin: Origin;
}

/** All facts of some sources, found by kind and by what they are about. */
export interface FactBase {
  readonly sets: readonly FactSet[];
  all<Kind extends FactKind>(kind: Kind): readonly Told<Kind>[];
  /** Those of a kind whose field has this value. */
  by<Kind extends FactKind>(
    kind: Kind,
    field: keyof FactOf<Kind> & string,
    value: string,
  ): readonly Told<Kind>[];
}

export function createFactBase(sets: readonly FactSet[]): FactBase {
  const byKind = new Map<FactKind, { readonly fact: Fact; readonly origin: Origin }[]>();
  for (const set of sets) {
    for (const fact of set.facts) {
      const list = byKind.get(fact.kind);
      const told = { fact, origin: set };
      if (list === undefined) byKind.set(fact.kind, [told]);
      else list.push(told);
    }
  }
  const indexes = new Map<string, Map<string, unknown[]>>();
  const all = <Kind extends FactKind>(kind: Kind): readonly Told<Kind>[] =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were put there by their kind
    (byKind.get(kind) ?? []) as unknown as readonly Told<Kind>[];
  return {
    sets,
    all,
    by: <Kind extends FactKind>(kind: Kind, field: keyof FactOf<Kind> & string, value: string) => {
      const key = `${kind} ${field}`;
      let index = indexes.get(key);
      if (index === undefined) {
        index = new Map();
        for (const told of all(kind)) {
          const at = told.fact[field];
          if (typeof at !== 'string') continue;
          const list = index.get(at);
          if (list === undefined) index.set(at, [told]);
          else list.push(told);
        }
        indexes.set(key, index);
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index of a kind holds that kind
      return (index.get(value) ?? []) as readonly Told<Kind>[];
    },
  };
}

/** What facts say of one field; those that do not say it make no claim. */
export function claimsOf<Kind extends FactKind, T>(
  told: readonly Told<Kind>[],
  field: (fact: FactOf<Kind>) => T | null,
): readonly Claim<T>[] {
  return told.flatMap(({ fact, origin }) => {
    const value = field(fact);
    return value === null ? [] : [{ value, origin }];
  });
}
