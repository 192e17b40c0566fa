import type { OtherName } from '../fields/other-columns.ts';

/** A firing that is counted: in which column, and for which type where rows are types of IO. */
export interface Counted {
  readonly column: OtherName;
  /** The probe, without its provider. */
  readonly probe: string;
  readonly type?: string;
}

/** What an author says of a probe that counts firings by process. */
export interface CountTable {
  readonly kind: 'count-table';
  readonly name: string;
  readonly summary: string;
  readonly cost: string;
  readonly provider: 'upstairs' | 'downstairs';
  readonly counted: readonly Counted[];
  /** What a run can be limited to. Of a volume, the probes carry its UUID, which is part of a row. */
  readonly limit: 'pid' | 'needed pid' | 'volume';
  /** How often it prints, in seconds; 0 is at its end only. */
  readonly interval: 0 | 4;
  /** Where a column means something else than in other tables. */
  readonly help?: Partial<Readonly<Record<OtherName, string>>>;
  /** What the script's first comment says beside its columns, a paragraph each. */
  readonly about: readonly string[];
  /** `aggsize` of the script. */
  readonly aggsize?: '1m';
}

/** What names a row of it. */
export function countKeys(table: Pick<CountTable, 'limit' | 'counted'>): readonly OtherName[] {
  return [
    'zone',
    'pid',
    ...(table.limit === 'volume' ? (['volume'] as const) : []),
    ...(table.counted.some(({ type }) => type !== undefined) ? (['type'] as const) : []),
  ];
}

/** Its columns of counts, in their order. */
export function countColumns(table: Pick<CountTable, 'counted'>): readonly OtherName[] {
  return [...new Set(table.counted.map(({ column }) => column))];
}

/** IOs begun and done, a row for each type. */
export function startAndDone(types: readonly string[], probe: (type: string) => string): readonly Counted[] {
  return types.flatMap((type): readonly Counted[] => [
    { column: 'start', type, probe: `${probe(type)}-start` },
    { column: 'done', type, probe: `${probe(type)}-done` },
  ]);
}
