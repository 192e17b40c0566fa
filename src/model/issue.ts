/** What can make an answer less than whole. */
export const ISSUE_CODES = [
  'cut',
  'unparsed_line',
  'unknown_state',
  // A report that its upstairs, or dtrace, could not give whole: what it would have said is not known.
  'unreadable',
  // Samples that are missing, since what they are of could not be told apart.
  'ambiguous',
  'drops',
  'fault',
  // The login sees no probe of processes that run: nothing is known of them.
  'no_probes',
  'warning',
  'contradiction',
  // Of a merged report: a shard that nobody gave, so that nothing is known of its sleds.
  'missing_shard',
] as const;

/** Something that makes a sled's answer less than whole: a line that no parser knows, drops, a fault. */
export interface Issue {
  readonly code: (typeof ISSUE_CODES)[number];
  /** One line for people; it holds what was read, cut to a sensible length. */
  readonly message: string;
}

/** What a finding can be about; those before `transition` are the health of a row. */
export const FINDING_RULES = [
  'down',
  'critical',
  'degraded',
  'no_report',
  'repairing',
  'transition',
  'live_repair_aborted',
  'active_twice',
  'unreadable',
  'step_failed',
  'other_sled',
  'inventory_differs',
  // Of what runs on a sled: most of the others have another.
  'version_differs',
] as const;

export type FindingRule = (typeof FINDING_RULES)[number];

/** How much a finding matters: `critical` is a risk to data or service, `info` is worth knowing. */
export type Severity = 'info' | 'warning' | 'critical';
