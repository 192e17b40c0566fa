import type MimeNode from 'nodemailer/lib/mime-node';
import type { Delivery } from '../model/outgoing.ts';

/** Whom a mail is from and for, as the server is told: bare addresses. */
export interface Envelope {
  readonly from: string;
  /** At least one, each once. */
  readonly to: readonly string[];
}

/** What stands behind a mailer: a server or a program. */
export interface Outlet {
  /** `compose` makes the message again for each try. The delivery names the addresses of the envelope. */
  deliver(envelope: Envelope, compose: (newline: Newline) => MimeNode): Promise<Delivery>;
  close(): Promise<void>;
}

/** `windows` is `\r\n`, for SMTP; `unix` is `\n`, for a program. */
export type Newline = 'windows' | 'unix';

/** How long each part of sending a mail may take. */
export interface MailLimits {
  /** Until the server takes the connection. */
  readonly connectMs: number;
  /** From there until it has greeted and TLS stands. */
  readonly greetingMs: number;
  /** Without a byte from the server. */
  readonly socketMs: number;
  /** For a mail as a whole, however much the server or the program says meanwhile. */
  readonly mailMs: number;
}

export const MAIL_LIMITS: MailLimits = {
  connectMs: 10_000,
  greetingMs: 10_000,
  socketMs: 30_000,
  mailMs: 60_000,
};
