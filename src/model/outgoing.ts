import type { FleetError } from './error.ts';

/**
 * One rendered mail, as plain JSON: it may lie in a spool between runs. Everything that a message needs is in
 * it, so that it is the same message, byte for byte, however often it is composed.
 */
export interface OutgoingMail {
  readonly id: string;
  /** `cruc-fleet <fleet@example.com>`, the address alone, or the name of a local user. */
  readonly from: string;
  /** One address each, as `from` is. The To line names all, also where only some have still to get it. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** Null: the mail is plain text alone. */
  readonly html: string | null;
  /** ISO 8601. */
  readonly date: string;
  /** With or without angle brackets, as those below. */
  readonly messageId: string;
  readonly inReplyTo: string | null;
  /** The oldest first. */
  readonly references: readonly string[];
  /** Further lines of the head, by name; only `X-` and `List-` ones are written. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The shapes in which a notice is posted to a URL. */
export const POST_SHAPES = ['json', 'slack'] as const;

export type PostShape = (typeof POST_SHAPES)[number];

/** One notice, ready to be posted, as plain JSON: it may lie in a spool between runs. Where it goes is not in it. */
export interface OutgoingPost {
  readonly id: string;
  readonly shape: PostShape;
  /** One line, for people who look into the spool. */
  readonly subject: string;
  /** ISO 8601. */
  readonly date: string;
  /** JSON, byte for byte what is posted at every try. */
  readonly body: string;
}

/** One recipient that was refused, and what was said. */
export interface Refusal {
  /** As in the mail's `to`. */
  readonly to: string;
  readonly why: string;
  /** It would be refused again (a 5xx answer). Otherwise it is worth another try at a later run. */
  readonly permanent: boolean;
}

/** Why a mail went to nobody. */
export interface DeliveryFailure {
  readonly error: FleetError;
  /** `server`: the next mail would fail as well. `mail`: this one alone was refused. */
  readonly scope: 'server' | 'mail';
  /** The server said that it will never take this mail (a 5xx answer to its content). */
  readonly permanent: boolean;
}

/**
 * What became of one try to send a mail. Each recipient that was asked for is accepted or refused, or there is
 * a failure, none is accepted, and it has still to be sent to all that are not refused.
 */
export interface Delivery {
  /** The mail is the server's now: it must not be sent to these again. As in the mail's `to`. */
  readonly accepted: readonly string[];
  readonly refused: readonly Refusal[];
  readonly failure: DeliveryFailure | null;
}

/** A way for mails to leave, which holds one connection as long as it helps. */
export interface Mailer {
  /** Tries once; one mail after the other. `recipients`: those of the mail's `to` that still lack it. */
  send(mail: OutgoingMail, recipients?: readonly string[]): Promise<Delivery>;
  /** Says goodbye to the server. What was accepted stays accepted, whatever happens here. */
  close(): Promise<void>;
}
