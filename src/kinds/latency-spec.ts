/** What tells the beginnings of a process apart: a job's number, with the downstairs, an extent, a volume's IO. */
export type NumberedBy = 'job' | 'client' | 'extent' | 'volume';

/** One type of what is timed: from the firing of `start` to the first one of `done` with the same number. */
export interface Timed {
  readonly type: string;
  readonly by: NumberedBy;
  /** Probes, without their provider. */
  readonly start: string;
  readonly done: readonly [string, ...string[]];
}

/** One type of IO that is timed in parts: taken, then `second`, then the last `third` before `done`. */
export interface TimedInParts {
  readonly type: string;
  readonly taken: string;
  /** The first firing counts. */
  readonly second: string;
  /** The last firing counts. */
  readonly third: string;
  readonly done: string;
}

interface LatencyWords {
  readonly name: string;
  readonly summary: string;
  readonly cost: string;
  readonly provider: 'upstairs' | 'downstairs';
  /** What the script's first comment says beside its keys, a paragraph each: from when to when the time runs first. */
  readonly about: readonly string[];
  /** The keys that stay apart unless a reader says otherwise: whose times the question is about. */
  readonly groups?: readonly ('client' | 'volume' | 'pid')[];
  /** `aggsize` and `dynvarsize` of the script, where they are more than 256k and 4m. */
  readonly aggsize?: '1m';
  readonly dynvarsize?: '16m';
}

/** What an author says of a probe whose script prints histograms of nanoseconds. */
export type LatencySpec = LatencyWords &
  (
    | { readonly kind: 'latency'; readonly timed: readonly Timed[] }
    | { readonly kind: 'latency-in-parts'; readonly timed: readonly TimedInParts[] }
  );

/** The keys of its histograms beside zone, PID and type. */
export function furtherKeys(spec: LatencySpec): readonly ('client' | 'volume' | 'part')[] {
  if (spec.kind === 'latency-in-parts') return ['part'];
  const by = new Set(spec.timed.map((each) => each.by));
  if (by.has('volume')) return ['volume'];
  return by.has('client') ? ['client'] : [];
}

/** Types of IO with a start and a done of one number each. */
export function timed(
  types: readonly string[],
  by: NumberedBy,
  probe: (type: string) => string,
): readonly Timed[] {
  return types.map((type) => ({ type, by, start: `${probe(type)}-start`, done: [`${probe(type)}-done`] }));
}
