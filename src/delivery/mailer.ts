import type { MailSettings } from '../model/mail-route.ts';
import { FleetError } from '../model/error.ts';
import type { Delivery, Mailer, OutgoingMail, Refusal } from '../model/outgoing.ts';
import { composeMessage, type MailAddress, mailAddress } from './mailer-message.ts';
import { MAIL_LIMITS, type MailLimits, type Outlet } from './mailer-outlet.ts';
import { openSendmail } from './mailer-sendmail.ts';
import { openSmtp } from './mailer-smtp.ts';

/** Opens the way that the settings name. Nothing is connected or started before the first mail. */
export function openMailer(settings: MailSettings, limits: MailLimits = MAIL_LIMITS): Mailer {
  const { route, credentials } = settings;
  const outlet =
    route.kind === 'smtp' ? openSmtp(route, credentials, limits) : openSendmail(route.path, limits.mailMs);
  return {
    send: (mail, recipients = mail.to) => sendMail(outlet, mail, recipients),
    close: () => outlet.close(),
  };
}

async function sendMail(
  outlet: Outlet,
  mail: OutgoingMail,
  recipients: readonly string[],
): Promise<Delivery> {
  const from = mailAddress(mail.from);
  if (from === null) return unusableSender(mail.from);
  const byText = new Map([...mail.to, ...recipients].map((text) => [text, mailAddress(text)]));
  const unusable = recipients.filter((text) => (byText.get(text) ?? null) === null).map(unusableRecipient);
  const to = [...new Set(recipients.flatMap((text) => byText.get(text)?.address ?? []))];
  if (to.length === 0) return { accepted: [], refused: unusable, failure: null };

  const named = mail.to.flatMap((text): MailAddress | readonly MailAddress[] => byText.get(text) ?? []);
  const delivery = await outlet.deliver({ from: from.address, to }, (newline) =>
    composeMessage(mail, from, named, newline),
  );
  // Back to the words of the mail, by which its sender keeps count.
  const textsOf = (address: string): readonly string[] =>
    recipients.filter((text) => byText.get(text)?.address === address);
  return {
    accepted: delivery.accepted.flatMap(textsOf),
    refused: [
      ...unusable,
      ...delivery.refused.flatMap((each) => textsOf(each.to).map((text) => ({ ...each, to: text }))),
    ],
    failure: delivery.failure,
  };
}

function unusableSender(text: string): Delivery {
  const error = new FleetError(
    'mail',
    `${JSON.stringify(text)} is not an address to send from; check mail.from`,
  );
  return { accepted: [], refused: [], failure: { error, scope: 'server', permanent: false } };
}

function unusableRecipient(text: string): Refusal {
  return { to: text, why: 'this is not an address, or several in one', permanent: true };
}
