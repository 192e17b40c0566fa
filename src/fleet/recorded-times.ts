import type { VisitTrail } from '../model/trail.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The times of a visit as a recording keeps them, and a report shows them. */
export function timesJson(trail: VisitTrail | undefined): JsonObject {
  return trail === undefined ? {} : { stages_ms: trail.times.stages, steps_ms: trail.times.steps };
}

/** How long the visit took; undefined in a recording of a version that kept no times. Of the steps nothing else is kept. */
export function recordedTrail(json: JsonObject): VisitTrail | undefined {
  const { stages_ms: stages, steps_ms: steps } = json;
  if (!isObject(stages) || !isObject(steps)) return undefined;
  return { times: { stages: numbersIn(stages), steps: numbersIn(steps) }, way: [], ran: null, noise: [] };
}

function numbersIn(values: JsonObject): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
