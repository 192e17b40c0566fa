const three = (name: string, join = '_'): readonly string[] =>
  [0, 1, 2].map((client) => `${name}${join}${client}`);

const STATES = three('ds', '');
const REPAIRS = [...three('live_repair_completed'), ...three('live_repair_aborted')];

/**
 * The names of the values of a row as version 0.1.0 printed it, by their places: its recordings are read for ever, and
 * nothing else is read by place. Never changes.
 */
export const FORMER_ORDER = {
  'ds-state': STATES,
  'lr-state': [...REPAIRS, ...STATES],
  check: [
    ...REPAIRS,
    ...STATES,
    ...['connected', 'replaced', 'extents_repaired', 'extents_confirmed'].flatMap((name) => three(name)),
    'extent_under_repair',
    'reconciled',
    'reconcile_needed',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;
