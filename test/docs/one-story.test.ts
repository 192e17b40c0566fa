import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alertsOf } from '../../src/alert/alerts.ts';
import { composeMails } from '../../src/check/compose-mails.ts';
import { incidentCommand } from '../../src/mail/live-command.ts';
import { incidentJson } from '../../src/outputs/check-json.ts';
import { pluginText } from '../../src/outputs/plugin.ts';
import { prometheusText } from '../../src/outputs/prometheus.ts';
import { checkMetrics } from '../../src/prometheus/check-metrics.ts';
import { makeChecker, makePolicy, makeWorld, MINUTE, reportOf } from '../support/check-world.ts';
import { MAIL_CONTEXT } from '../support/rich-notice.ts';
import { renewedBy } from '../support/renewed-by.ts';

const DOC = new URL('../../docs/alerting.md', import.meta.url);

/** One story as every way out tells it: of each the part that a reader would look at first. */
function story(): string {
  const world = makeWorld(4, 4);
  const checker = makeChecker(world, makePolicy());
  checker.run();
  checker.advance(5 * MINUTE);
  const [, victim] = world.sessions;
  if (victim !== undefined) victim.states = ['active', 'faulted', 'active'];
  const { result, notices, state } = checker.run();
  const report = reportOf(world, checker.now());
  const context = { ...MAIL_CONTEXT, now: checker.now() };
  const settings = { from: 'cruc-fleet@example.com', to: ['ada@example.com'], html: true };
  const [spooled] = composeMails(notices, report, settings, context);
  const [incident] = result.incidents;
  if (spooled === undefined || incident === undefined) throw new Error('the story has no mail');
  const { subject, text, html } = spooled.mail;
  const [alert] = alertsOf(result.incidents, {
    now: checker.now(),
    holdMs: 24 * 60 * MINUTE,
    posted: [],
    command: (each) => incidentCommand(each, context.place),
  });
  const metrics = prometheusText(report, [], checkMetrics(result, report, state.lastWholeAt));
  const told = ['cruc_fleet_check_level', 'cruc_fleet_incidents'];
  const lines = metrics
    .split('\n')
    .filter((line) => told.some((name) => line.startsWith(name)) && line.endsWith(' 1'));
  const shown = incidentJson(incident);
  const keys = [
    'rule',
    'severity',
    'status',
    'message',
    'sleds',
    'zone',
    'upstairs_id',
    'downstairs',
    'states',
  ];
  const json = Object.fromEntries(keys.map((key) => [key, shown[key]]));
  return [
    section('Mail, text', 'text', `Subject: ${subject}\n\n${text.split('\nOpen\n')[0]?.trimEnd() ?? ''}`),
    section('Mail, HTML', 'html', banner(html ?? '')),
    section('Monitoring plugin', 'text', pluginText(result, report, { width: null })),
    section('Prometheus', 'text', lines.join('\n')),
    section('Webhook', 'json', JSON.stringify([posted(alert)], null, 2)),
    section('JSON, of one incident', 'json', JSON.stringify(json, null, 2)),
  ].join('\n\n');
}

function posted(alert: ReturnType<typeof alertsOf>[number] | undefined) {
  if (alert === undefined) throw new Error('the story has no alert');
  const { labels, annotations, startsAt, endsAt } = alert;
  const time = (ms: number) => new Date(ms).toISOString();
  return { labels, annotations, startsAt: time(startsAt), endsAt: time(endsAt) };
}

function banner(html: string): string {
  return /<tr><td style="[^"]*font-weight:bold[^]*?<\/tr>/.exec(html)?.[0] ?? '';
}

function section(title: string, language: string, body: string): string {
  return `**${title}**\n\n\`\`\`${language}\n${body.trimEnd()}\n\`\`\``;
}

describe('one story in docs/alerting.md', () => {
  it('is what every way out says of it', async () => {
    const marks = /(<!-- one story -->\n)[^]*(<!-- end of the story -->)/;
    const doc = readFileSync(DOC, 'utf8');
    expect(doc).toMatch(marks);
    const whole = doc.replace(marks, (_, begin: string, end: string) => `${begin}\n${story()}\n\n${end}`);
    await expect(whole).toMatchFileSnapshot('../../docs/alerting.md', renewedBy('test/docs'));
  });
});
