/** How bad an incident can be. `unknown`: part of the picture is missing, which is neither health nor illness. */
export const SEVERITIES = ['warning', 'critical', 'unknown'] as const;

export type IncidentSeverity = (typeof SEVERITIES)[number];

/** What a check says as a whole, each at the place of its exit status as a monitoring plugin: 0, 1, 2 and 3. */
export const LEVELS = ['ok', ...SEVERITIES] as const;

export type Level = (typeof LEVELS)[number];

const BADNESS: Readonly<Record<Level, number>> = { ok: 0, warning: 1, unknown: 2, critical: 3 };

/** Positive where `a` is worse than `b`: `critical`, then `unknown`, `warning`, `ok`. */
export function compareLevels(a: Level, b: Level): number {
  return BADNESS[a] - BADNESS[b];
}

/** The worst of some levels; `ok` where there are none. */
export function worstLevel(levels: Iterable<Level>): Level {
  let worst: Level = 'ok';
  for (const level of levels) if (compareLevels(level, worst) > 0) worst = level;
  return worst;
}
