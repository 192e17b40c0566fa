/** Which of the three downstairs of an upstairs. */
export type Downstairs = 0 | 1 | 2;

export const DOWNSTAIRS: readonly Downstairs[] = [0, 1, 2];

/**
 * Whom an incident is about. This and the family of its rule are its identity: the sled and the PID are not, since a
 * live migration or a restart leaves it the same incident.
 */
export interface Subject {
  readonly rack: string;
  /** Null where it is about a sled or a rack. */
  readonly zone: string | null;
  readonly upstairsId: string | null;
  readonly downstairs: Downstairs | null;
  /** `rack/name`, only where it is about a sled. */
  readonly sled: string | null;
}

/** The particulars of something that is wrong: where it is, and how it is there. */
export interface Sight {
  /** One sentence, without the names of the subject: `downstairs 1 is faulted`. */
  readonly message: string;
  /** The sleds that saw it, `rack/name`; several for an upstairs that is active twice. Empty for a rack. */
  readonly sleds: readonly string[];
  readonly cubby: number | null;
  readonly pid: number | null;
  readonly sessionId: string | null;
  /** States of the three downstairs, where it is about an upstairs. */
  readonly states: readonly string[] | null;
  /** Counters by downstairs, where they are known: what a mail shows beside the states. */
  readonly counters: SightCounters | null;
  /** What somebody has to do something about for it to end, by name; one that is new is told of. */
  readonly causes?: readonly string[] | undefined;
  /** When what it says began, where that was before it was enough to be said. */
  readonly since?: number | undefined;
}

export interface SightCounters {
  readonly repairsCompleted: readonly (number | null)[];
  readonly repairsAborted: readonly (number | null)[];
  readonly connected: readonly (number | null)[];
  readonly replaced: readonly (number | null)[];
  readonly extentsRepaired: readonly (number | null)[];
  readonly extentsConfirmed: readonly (number | null)[];
  /** Extent under live repair now; 0 is none. */
  readonly extent: number | null;
}

/** The particulars of something that is not of an upstairs. */
export function sightWithoutUpstairs(
  message: string,
  where: Partial<Pick<Sight, 'sleds' | 'cubby' | 'causes' | 'since'>> = {},
): Sight {
  return {
    message,
    sleds: [],
    cubby: null,
    pid: null,
    sessionId: null,
    states: null,
    counters: null,
    ...where,
  };
}
