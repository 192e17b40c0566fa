import { createHash } from 'node:crypto';
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import MimeNode from 'nodemailer/lib/mime-node';
import type { OutgoingMail } from '../model/outgoing.ts';
import { onOneLine } from '../model/printable.ts';
import type { Newline } from './mailer-outlet.ts';

/** A name, which may be empty, and an address as a mail server is told it; a local user's has no `@`. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** The one address in a text such as `Ada <ada@example.com>` or `root`; null for none, or several. */
export function mailAddress(text: string): MailAddress | null {
  const [found, ...others] = addressparser(headerText(text));
  if (found === undefined || found.group !== undefined || others.length > 0) return null;
  // A word alone is a name to the parser, as in a header; a sendmail program takes it for a user.
  const isWord = found.address === '' && /^[^\s@]+$/.test(found.name);
  const [address] = new MimeNode()
    .setEnvelope({ to: [{ name: '', address: isWord ? found.name : found.address }] })
    .getEnvelope().to;
  return address === undefined ? null : { name: isWord ? '' : found.name, address };
}

/**
 * The message of a mail, the same at each call: the boundaries of its parts come from its content, and
 * nothing is read from the clock.
 *
 * Its head asks robots not to answer (RFC 3834; X-Auto-Response-Suppress is for Exchange). There is no
 * `Precedence: bulk`: it would put an alert among the newsletters, and some servers drop the bounces of it.
 */
export function composeMessage(
  mail: OutgoingMail,
  from: MailAddress,
  to: readonly MailAddress[],
  newline: Newline,
): MimeNode {
  return new MailComposer({
    from: { ...from },
    to: to.map((each) => ({ ...each })),
    subject: headerText(mail.subject),
    date: new Date(mail.date),
    messageId: messageId(mail.messageId),
    inReplyTo: mail.inReplyTo === null ? undefined : messageId(mail.inReplyTo),
    references: mail.references.map(messageId),
    headers: {
      ...furtherHeaders(mail.headers),
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    text: mail.text,
    html: mail.html ?? undefined,
    baseBoundary: createHash('sha256').update(JSON.stringify(mail)).digest('hex').slice(0, 32),
    newline,
    // What is in a mail came from a sled: it must never be taken for the name of a file or of a page.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
}

function furtherHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const wanted = Object.entries(headers).filter(([name]) => /^(X|List)-[A-Za-z0-9-]+$/i.test(name));
  return Object.fromEntries(wanted.map(([name, value]) => [name, headerText(value)]));
}

/** On one line and without control characters: a line break would begin another header. */
function headerText(text: string): string {
  return onOneLine(text);
}

function messageId(id: string): string {
  return `<${id.replaceAll(/[^\x21-\x7e]|[<>]/g, '')}>`;
}
