/**
 * The health of one upstairs session, worst first. This order is the order of every table.
 *
 * - `down`: no downstairs serves; Crucible does not recover from three faulted downstairs by itself.
 * - `critical`: two of three do not serve.
 * - `degraded`: one does not serve.
 * - `no_report`: the process runs and did not report within the window, so nothing is known.
 * - `repairing`: all three take part, and at least one is being repaired or reconciled.
 * - `inactive`: never activated, or deactivated: no guest uses it.
 * - `ok`: three active downstairs.
 */
export const HEALTHS = ['down', 'critical', 'degraded', 'no_report', 'repairing', 'inactive', 'ok'] as const;

export type Health = (typeof HEALTHS)[number];

/** Under repair: its data is not whole yet, and somebody is at work on it. */
const REPAIRING = new Set(['live_repair', 'live_repair_ready', 'reconcile', 'replay']);

/** What a downstairs is in before its upstairs was activated, and after it was deactivated. */
const NOT_ACTIVATED = new Set([
  'new',
  'wait_active',
  'wait_quorum',
  'connecting',
  'disabled',
  'deactivated',
  'negotiation_failed',
]);

/** What a downstairs in this state (a word of `canonicalState`) does for an upstairs that is in use. */
export function roleOf(state: string): 'serves' | 'repairing' | 'lost' {
  if (state === 'active') return 'serves';
  return REPAIRING.has(state) ? 'repairing' : 'lost';
}

/**
 * Judges a session by the states of its three downstairs (snake_case words of `canonicalState`).
 *
 * A downstairs serves when it is `active`. One that is under repair is not counted as lost. All three in states
 * from before activation or after deactivation is `inactive`. Anything else, an unknown word included, is one
 * that does not serve, and their number decides: one is `degraded`, two `critical`, three `down`.
 */
export function sessionHealth(states: readonly [string, string, string]): Health {
  if (states.every((state) => NOT_ACTIVATED.has(state))) return 'inactive';
  const roles = states.map(roleOf);
  switch (roles.filter((role) => role === 'lost').length) {
    case 0:
      return roles.includes('repairing') ? 'repairing' : 'ok';
    case 1:
      return 'degraded';
    case 2:
      return 'critical';
    default:
      return 'down';
  }
}

/** Whether somebody should look: everything but `ok` and `inactive`. This is what `--degraded` keeps. */
export function needsAttention(health: Health): health is Exclude<Health, 'ok' | 'inactive'> {
  return health !== 'ok' && health !== 'inactive';
}

/** Position in the order worst first; a cell that is not a health sorts last. */
export function healthRank(cell: unknown): number {
  const health = asHealth(cell);
  return health === null ? HEALTHS.length : HEALTHS.indexOf(health);
}

/** A cell as a health, or null when it is none. */
export function asHealth(cell: unknown): Health | null {
  return HEALTHS.find((health) => health === cell) ?? null;
}
