import { describeError } from '../model/error.ts';
import type { Delivery, Mailer } from '../model/outgoing.ts';
import { fileOf, forgetSpooled, keepMail, type Places, type SpooledMail } from './store.ts';

/** What became of the mails of a spool. */
export interface HandedOver {
  /** Ids of mails that still wait. */
  readonly waiting: readonly string[];
  /** A line for each thing that went wrong. */
  readonly problems: readonly string[];
}

/**
 * Hands the mails of the spool to the mailer, the oldest first. Each that is accepted is out of the spool before the
 * next is tried. When the server is away the others are not tried: they wait for the next run, in their order.
 */
export async function handOver(
  places: Places,
  mails: readonly SpooledMail[],
  mailer: Mailer,
): Promise<HandedOver> {
  const waiting: string[] = [];
  const problems: string[] = [];
  let isAway = false;
  for (const spooled of mails) {
    if (isAway) {
      waiting.push(spooled.mail.id);
      continue;
    }
    const delivery = await mailer.send(spooled.mail, spooled.waitingFor);
    isAway = delivery.failure?.scope === 'server';
    const rest = spooled.waitingFor.filter((to) => !delivery.accepted.includes(to));
    problems.push(...problemsOf(places, spooled, delivery));
    if (rest.length > 0) waiting.push(spooled.mail.id);
    try {
      if (rest.length === 0) await forgetSpooled(places, spooled);
      else if (rest.length < spooled.waitingFor.length)
        await keepMail(places, { ...spooled, waitingFor: rest });
    } catch (cause) {
      const file = fileOf(places, spooled.mail.id);
      problems.push(
        `a mail was accepted, and ${file} could not be changed: it may be sent again: ${describeError(cause)}`,
      );
    }
  }
  if (waiting.length > 0) {
    const mailsText = waiting.length === 1 ? '1 mail waits' : `${waiting.length} mails wait`;
    const oldest = mails.find(({ mail }) => waiting.includes(mail.id))?.mail.date ?? 'an unknown time';
    problems.push(`${mailsText} in ${places.spool} since ${oldest} and will be tried again at the next run`);
  }
  return { waiting, problems };
}

function problemsOf(
  places: Places,
  { mail }: SpooledMail,
  { failure, refused }: Delivery,
): readonly string[] {
  const subject = `the mail '${mail.subject}'`;
  const file = fileOf(places, mail.id);
  const lines = refused.map(
    ({ to, why, permanent }) =>
      `${subject} was refused for ${to}: ${why}${permanent ? `; to give it up, remove ${file}` : ''}`,
  );
  if (failure === null) return lines;
  const hint = failure.permanent ? `; to give it up, remove ${file}` : '';
  return [...lines, `${subject} was not accepted: ${describeError(failure.error)}${hint}`];
}
