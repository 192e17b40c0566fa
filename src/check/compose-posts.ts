import type { Notice } from '../alert/incident.ts';
import { placedNotice } from '../alert/placed-incidents.ts';
import { incidentCommand } from '../mail/live-command.ts';
import type { MailContext } from '../mail/mail-content.ts';
import { renderMail } from '../mail/render-mail.ts';
import type { PostShape } from '../model/outgoing.ts';
import type { FleetReport } from '../model/report.ts';
import { incidentJson, newsJson } from '../outputs/check-json.ts';
import type { SpooledPost } from '../store/store.ts';
import { slackMessage } from './slack-message.ts';

/** The version of the contract that `docs/webhook.schema.json` describes. A change that breaks it is a new one. */
const NOTICE_SCHEMA = 'cruc-fleet/notice/v1';

/** The posts of a run, ready for the spool: each notice in each of these shapes. The same notices give the same posts. */
export function composePosts(
  notices: readonly Notice[],
  report: FleetReport,
  shapes: readonly PostShape[],
  context: MailContext,
): readonly SpooledPost[] {
  return notices.flatMap((notice) => {
    const { subject, text } = renderMail(notice, report, context);
    const { messageId } = notice.thread;
    const id = messageId.slice(1, messageId.indexOf('@'));
    return shapes.map((shape) => ({
      group: notice.group.name,
      post: {
        id: `${id}.${shape}`,
        shape,
        subject,
        date: new Date(context.now).toISOString(),
        body: JSON.stringify(bodyOf(shape, notice, { id, subject, text, context })),
      },
    }));
  });
}

interface Told {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly context: MailContext;
}

function bodyOf(shape: PostShape, notice: Notice, told: Told): Record<string, unknown> {
  const { place } = told.context;
  switch (shape) {
    case 'json':
      return noticeJson(notice, told);
    case 'slack':
      return slackMessage(placedNotice(notice, told.context.places ?? new Map()), told.subject, (incident) =>
        incidentCommand(incident, place),
      );
  }
}

/** A notice as programs read it: plain data, names in lower_snake, times in ISO 8601 (UTC). */
function noticeJson(notice: Notice, { id, subject, text, context }: Told): Record<string, unknown> {
  return {
    schema: NOTICE_SCHEMA,
    id,
    kind: notice.kind,
    at: new Date(context.now).toISOString(),
    host: context.host,
    group: notice.group.name,
    racks: notice.group.racks,
    level: notice.level,
    headline: notice.headline,
    coverage: notice.coverage,
    news: notice.news.map((news) => ({
      ...newsJson(news),
      incident: incidentJson(news.incident, context.places),
    })),
    incidents: notice.incidents.map((incident) => incidentJson(incident, context.places)),
    troubles: notice.troubles,
    subject,
    text,
  };
}
