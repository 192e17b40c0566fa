import type { Silence } from '../alert/incident.ts';

/** Silences for programs. */
export function silenceJson(silence: Silence, now: number): Record<string, unknown> {
  const { id, racks, sleds, zones, upstairs, rules, reason, by, createdAt, endsAt } = silence;
  return {
    id,
    in_force: endsAt > now,
    racks,
    sleds,
    zones,
    upstairs,
    rules,
    reason,
    by,
    created_at: new Date(createdAt).toISOString(),
    ends_at: new Date(endsAt).toISOString(),
  };
}
