import type { Notice } from '../alert/incident.ts';
import type { FleetReport } from '../model/report.ts';
import { mailContent, type MailContext } from './mail-content.ts';
import { mailHtml } from './mail-html.ts';
import { mailText } from './mail-text.ts';

/** One mail, ready to be sent. */
export interface RenderedMail {
  /** One line of at most 150 characters. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What a notice says, as a mail; `report` is the run that it was made of. */
export function renderMail(notice: Notice, report: FleetReport, context: MailContext): RenderedMail {
  const content = mailContent(notice, report, context);
  return { subject: content.subject, text: mailText(content), html: mailHtml(content) };
}
