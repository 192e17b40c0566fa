import type { SpooledMail } from '../store/store.ts';
import type { MailSettings } from '../model/mail-route.ts';
import type { Notice } from '../alert/incident.ts';
import type { FleetReport } from '../model/report.ts';
import { renderMail } from '../mail/render-mail.ts';
import type { MailContext } from '../mail/mail-content.ts';

/** The mails of a run, ready for the spool. The same notices give the same mails. */
export function composeMails(
  notices: readonly Notice[],
  report: FleetReport,
  settings: Pick<MailSettings, 'from' | 'to' | 'html'>,
  context: MailContext,
): readonly SpooledMail[] {
  return notices.map((notice) => {
    const { subject, text, html } = renderMail(notice, report, context);
    const { messageId, inReplyTo, references } = notice.thread;
    const { from, to } = settings;
    return {
      group: notice.group.name,
      waitingFor: to,
      mail: {
        id: messageId.slice(1, messageId.indexOf('@')),
        from,
        to,
        subject,
        text,
        html: settings.html ? html : null,
        date: new Date(context.now).toISOString(),
        messageId,
        inReplyTo,
        references,
        headers: {},
      },
    };
  });
}

/** What stands behind the @ of a sender's address. */
export function domainOf(from: string): string {
  const address = /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from;
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return /^[\w.-]+$/.test(domain) ? domain : 'localhost';
}

/** A mail as `--dry-run` prints it: the lines of its head that matter, and its text. */
export function mailText({ mail }: SpooledMail): string {
  const head = [
    `From: ${mail.from}`,
    `To: ${mail.to.join(', ')}`,
    `Subject: ${mail.subject}`,
    `Date: ${mail.date}`,
    `Message-ID: ${mail.messageId}`,
    ...(mail.inReplyTo === null ? [] : [`In-Reply-To: ${mail.inReplyTo}`]),
    ...(mail.references.length === 0 ? [] : [`References: ${mail.references.join(' ')}`]),
  ];
  return `${head.join('\n')}\n\n${mail.text.trimEnd()}\n`;
}
