import { expect } from 'vitest';
import type { MailRoute, MailSettings } from '../../../src/model/mail-route.ts';
import type { DeliveryFailure, Delivery, OutgoingMail } from '../../../src/model/outgoing.ts';

export const ADA = 'Ada <ada@example.com>';
export const BOB = 'bob@example.com';

export function makeMail(change: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    id: 'notice-1',
    from: 'cruc-fleet <fleet@example.com>',
    to: [ADA, BOB],
    subject: '[cruc-fleet] rack 3 CRITICAL: 2 degraded (29/32 sleds)',
    text: 'opened: downstairs 1 is faulted\n',
    html: '<p>opened: downstairs 1 is faulted</p>\n',
    date: '2025-11-26T03:25:00.000Z',
    messageId: '<one@cruc-fleet.example>',
    inReplyTo: null,
    references: [],
    headers: {},
    ...change,
  };
}

export function mailSettings(route: MailRoute, change: Partial<MailSettings> = {}): MailSettings {
  return { route, from: 'fleet@example.com', to: [ADA], credentials: null, html: true, ...change };
}

export function smtpRoute(
  port: number,
  change: Partial<Extract<MailRoute, { kind: 'smtp' }>> = {},
): MailRoute {
  return { kind: 'smtp', host: '127.0.0.1', port, tls: 'opportunistic', caFile: null, ...change };
}

/** The failure of a delivery, which nobody may have accepted. */
export function failureOf(delivery: Delivery): DeliveryFailure {
  expect(delivery.accepted).toEqual([]);
  if (delivery.failure === null) throw new Error(`it did not fail: ${JSON.stringify(delivery)}`);
  return delivery.failure;
}
