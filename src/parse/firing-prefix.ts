/** What dtrace prints before each record when it is not quiet. */
export interface FiringPrefix {
  readonly cpu: number;
  /** Of the probe. */
  readonly id: number;
  /** `function:name`, `:tick-5s`. */
  readonly probe: string;
  /** What the record itself holds. */
  readonly rest: string;
}

/** The headings that dtrace prints once, before the first record. */
export function isFiringHeader(line: string): boolean {
  return /^\s*CPU\s+ID\s+FUNCTION:NAME\s*$/.test(line);
}

/** Columns of `"%3d %6d %32s "` up to the end of the name, less the blanks before a CPU of one digit that a paste loses. */
const PREFIX_COLUMNS = 41;

/**
 * Reads `"%3d %6d %32s "` (cmd/dtrace/dtrace.c of illumos) at the start of a line: CPU, probe, `function:name`. The name
 * ends in column 43 or, being longer, after it, which tells it from a row of the same words.
 */
export function readFiringPrefix(line: string): FiringPrefix | null {
  const match = /^ *(\d{1,10}) +(\d{1,10}) +([^\s:]*:[^\s:]+)(?: |$)/.exec(line);
  if (match === null) return null;
  const [whole, cpu, id, probe] = match;
  if (cpu === undefined || id === undefined || probe === undefined) return null;
  if (whole.trimEnd().length < PREFIX_COLUMNS) return null;
  return { cpu: Number(cpu), id: Number(id), probe, rest: line.slice(whole.length) };
}
