import type { NodemailerError } from 'nodemailer';
import type { SentMessageInfo } from 'nodemailer/lib/smtp-connection';
import type { Credentials } from '../model/mail-route.ts';
import { formatDuration } from '../model/duration.ts';
import { FleetError } from '../model/error.ts';
import type { Delivery, Refusal } from '../model/outgoing.ts';
import { onOneLine } from '../model/printable.ts';
import { withoutSecrets } from '../model/redact.ts';
import { hostPort } from '../model/host-port.ts';
import type { MailLimits } from './mailer-outlet.ts';

/** A mail server, as far as messages about it need to know. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials | null;
  readonly limits: MailLimits;
}

/** How far one had come: to be connected, to be greeted and have TLS, to be logged in, to send a mail. */
export type SmtpStep = 'connect' | 'greet' | 'login' | 'mail';

/** More of what a server says is not shown. */
const LONGEST_REPLY = 300;

/** As nodemailer's own, where we lose patience ourselves. */
export function timeoutError(): Error {
  return Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' });
}

export function closedError(): Error {
  return Object.assign(new Error('the connection was closed'), { code: 'ECONNECTION' });
}

export function delivered(sent: SentMessageInfo, server: MailServer): Delivery {
  return { accepted: sent.accepted, refused: refusals(sent.rejectedErrors, server), failure: null };
}

/** What an error in the `mail` step means: for the recipients, this mail or all mails. */
export function undelivered(error: unknown, server: MailServer): Delivery {
  const told = nodemailerError(error);
  const isClosing = told.responseCode === 421;
  if (!isClosing && told.rejectedErrors !== undefined) {
    return { accepted: [], refused: refusals(told.rejectedErrors, server), failure: null };
  }
  // A sender whom the server does not take is the sender of all our mails; so is one who has to log in.
  const isAboutMail =
    !isClosing &&
    (told.code === 'EMESSAGE' ||
      told.code === 'ESTREAM' ||
      (told.code === 'EENVELOPE' && told.command !== 'MAIL FROM'));
  return {
    accepted: [],
    refused: [],
    failure: {
      error: smtpError('mail', error, server),
      scope: isAboutMail ? 'mail' : 'server',
      permanent: isAboutMail && told.permanent === true,
    },
  };
}

function refusals(errors: readonly NodemailerError[] | undefined, server: MailServer): readonly Refusal[] {
  return (errors ?? []).map((error) => ({
    to: error.recipient ?? '',
    why: shown(error.response ?? error.message, server),
    permanent: error.permanent === true,
  }));
}

/** Says what failed, where and what to check, without the password even where the server says it back. */
export function smtpError(step: SmtpStep, error: unknown, server: MailServer): FleetError {
  const told = nodemailerError(error);
  const what = explain(step, told, server);
  // What a server said is part of the message; our own errors say nothing that is not in it.
  if (told.response !== undefined || told === NOTHING_SAID || isOurs(told))
    return new FleetError('mail', what);
  return new FleetError('mail', what, { cause: new Error(shown(told.message, server)) });
}

function explain(step: SmtpStep, told: NodemailerError, server: MailServer): string {
  const who = `the mail server ${hostPort(server)}`;
  const reply = told.response === undefined ? null : shown(told.response, server);
  const after = formatDuration(waitedMs(step, told, server.limits));
  switch (step) {
    case 'connect':
      switch (told.code) {
        case 'ECONNREFUSED':
          return `${who} refused the connection; check mail.smtp`;
        case 'ENOTFOUND':
        case 'EAI_AGAIN':
        case 'EAI_NODATA':
        case 'EAI_NONAME':
          return `the name ${server.host} of the mail server is not known; check mail.smtp and the resolver`;
        case 'ETIMEDOUT':
          return `${who} did not accept a connection within ${after}; check mail.smtp, the route and the firewall`;
        default:
          return `${who} cannot be reached; check mail.smtp and the route to it`;
      }
    case 'greet':
      if (reply !== null && told.command === 'STARTTLS')
        return `${who} does not switch to TLS, so nothing was sent to it: ${reply}; check mail.smtp`;
      if (reply !== null)
        return `${who} refused the session: ${reply}; check that it takes mail from this machine`;
      if (isAboutCertificate(told))
        return `the certificate of ${who} cannot be trusted; check its name and date, and give the authority that signed it in mail.ca_file`;
      if (told.code === 'ETIMEDOUT')
        return `${who} accepted the connection and was not ready after ${after}; check that it is a mail server, and that mail.smtp says smtps:// if it begins with TLS`;
      if (isClosed(told))
        return `${who} closed the connection before it was ready; check that it takes mail from this machine`;
      return `there is no TLS with ${who}; check that mail.smtp says smtps:// only if it begins with TLS (port 465 as a rule)`;
    case 'login': {
      const user = server.credentials?.user ?? '';
      if (told === NOTHING_SAID) return `${who} offers no login; leave mail.user out, or check mail.smtp`;
      if (reply !== null)
        return `${who} refused the user ${user}: ${reply}; check mail.user and the password file`;
      if (told.code === 'ETIMEDOUT')
        return `${who} had not logged in the user ${user} after ${after}; look into its log`;
      if (isClosed(told))
        return `${who} closed the connection while the user ${user} logged in; look into its log`;
      return `the user ${user} cannot log in at ${who}; check mail.user and the password file`;
    }
    case 'mail':
      if (reply !== null && told.command === 'MAIL FROM')
        return `${who} refused the sender: ${reply}; check mail.from, and mail.user if it requires a login`;
      if (reply !== null) return `${who} refused the mail: ${reply}; look into its log`;
      if (told.code === 'ETIMEDOUT')
        return `${who} had not accepted the mail after ${after}; look into its log`;
      if (isClosed(told))
        return `${who} closed the connection before it had accepted the mail; look into its log`;
      return `${who} did not accept the mail; look into its log`;
  }
}

function waitedMs(step: SmtpStep, told: NodemailerError, limits: MailLimits): number {
  if (told.timeoutType === 'SOCKET_TIMEOUT') return limits.socketMs;
  if (step === 'connect') return limits.connectMs;
  return told.timeoutType === undefined ? limits.mailMs : limits.greetingMs;
}

const NOTHING_SAID: NodemailerError = new Error('nothing was said');

function nodemailerError(error: unknown): NodemailerError {
  return error instanceof Error ? error : NOTHING_SAID;
}

function isOurs(told: NodemailerError): boolean {
  return told.originalCode === undefined && (told.code === 'ETIMEDOUT' || told.code === 'ECONNECTION');
}

function isClosed(told: NodemailerError): boolean {
  return told.code === 'ECONNECTION' || ['ECONNRESET', 'EPIPE'].includes(told.originalCode ?? '');
}

/** Codes of OpenSSL's verification as Node names them, and Node's own for a wrong name. */
function isAboutCertificate(told: NodemailerError): boolean {
  return /CERT|UNABLE_TO|INVALID_CA|HOSTNAME_MISMATCH/.test(told.originalCode ?? '');
}

/** Text of a server on one line, without what only we and it may know. */
function shown(text: string, server: MailServer): string {
  const { credentials } = server;
  const secrets =
    credentials === null ? [] : [credentials.password, `\0${credentials.user}\0${credentials.password}`];
  const line = onOneLine(withoutSecrets(text, secrets));
  return line.length > LONGEST_REPLY ? `${line.slice(0, LONGEST_REPLY)}...` : line;
}
