/** Something that makes a sled's answer less than whole: a line that no parser knows, drops, a fault. */
export interface Issue {
  readonly code:
    | 'unparsed_line'
    | 'unknown_state'
    /** A report that its upstairs, or dtrace, could not give whole: what it would have said is not known. */
    | 'unreadable'
    /** Samples that are missing, since what they are of could not be told apart. */
    | 'ambiguous'
    | 'drops'
    | 'fault'
    | 'warning'
    | 'contradiction';
  /** One line for people; it holds what was read, cut to a sensible length. */
  readonly message: string;
}

/** How much a finding matters: `critical` is a risk to data or service, `info` is worth knowing. */
export type Severity = 'info' | 'warning' | 'critical';
