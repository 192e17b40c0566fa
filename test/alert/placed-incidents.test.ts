import { describe, expect, it } from 'vitest';
import type { IncidentPlace } from '../../src/alert/incident-place.ts';
import { causeHeading, inBlocks, placedMessage, withPlace } from '../../src/alert/placed-incidents.ts';
import { alertPost } from '../../src/check/alert-post.ts';
import { renderMail } from '../../src/mail/render-mail.ts';
import { startHttpServer } from '../support/http-server.ts';
import { news, notice, NOW, sledIncident, upstairsIncident } from '../support/incidents.ts';
import { MAIL_CONTEXT, RICH_REPORT } from '../support/rich-notice.ts';

const CAUSE = '3/9 pool oxp_a';
const place = (change: Partial<IncidentPlace> = {}): IncidentPlace => ({
  where: 'region 3f2b0001, 3/9, disk A0793; 2h old',
  service: null,
  disk: 'boot',
  instance: 'web',
  cause: CAUSE,
  ...change,
});
const ill = (n: number, state = 'faulted') =>
  upstairsIncident(n, 'degraded', n, { sight: { states: ['active', state, 'active'] } });
const [first, second, third] = [ill(1), ill(2, 'offline'), ill(3)];
const silent = sledIncident(4);

describe('the message of an incident whose place is known', () => {
  it('has the place behind the name of the downstairs, and the service at its end', () => {
    const service = 'its service was in maintenance since 02:11:03 (5m old)';
    expect(placedMessage(first, new Map([[first.key, place({ service })]]))).toBe(
      'downstairs 1 (region 3f2b0001, 3/9, disk A0793; 2h old) is faulted; its service was in maintenance since 02:11:03 (5m old)',
    );
  });

  it('is what it was where no place is known, or it names no downstairs', () => {
    for (const places of [new Map(), new Map([[first.key, place({ where: null })]])])
      expect(withPlace(first, places)).toBe(first);
    expect(placedMessage(silent, new Map([[silent.key, place()]]))).toBe(silent.sight.message);
    // A repair that was aborted names no downstairs by its counter, which rises for all three.
    const aborted = upstairsIncident(5, 'repair_aborted', 5, {
      subject: { downstairs: null },
      sight: { message: '1 live repair aborted; which downstairs is not known' },
    });
    expect(placedMessage(aborted, new Map([[aborted.key, place()]]))).toBe(aborted.sight.message);
  });
});

describe('incidents of one cause', () => {
  const places = new Map([first, second, third].map(({ key }) => [key, place()]));

  it('stand under one heading, and the others in a block of their own', () => {
    const blocks = inBlocks([first, silent, second], (each) => [each], places);
    expect(blocks).toEqual([
      { heading: `${CAUSE}: 2 downstairs (1 faulted, 1 offline)`, items: [first, second] },
      { heading: 'Others', items: [silent] },
    ]);
    expect(inBlocks([first, silent], (each) => [each], places)).toEqual([
      { heading: null, items: [first, silent] },
    ]);
    expect(causeHeading(CAUSE, [first, third, third])).toBe(`${CAUSE}: 2 downstairs faulted`);
  });

  it('are in a mail, as text and as HTML, under what they share', () => {
    const incidents = [first, second, third, silent];
    const { text, html } = renderMail(
      notice({ incidents, news: incidents.map((each) => news('opened', each)) }),
      RICH_REPORT,
      { ...MAIL_CONTEXT, places },
    );
    for (const said of [text, html]) {
      expect(said.split(`${CAUSE}: 3 downstairs (2 faulted, 1 offline)`)).toHaveLength(3);
      expect(said.split('Others')).toHaveLength(3);
      expect(said.replaceAll(/\s+/g, ' ')).toContain(
        'downstairs 1 (region 3f2b0001, 3/9, disk A0793; 2h old) is faulted',
      );
    }
  });

  it('are posted with their places, which are not kept', async () => {
    const server = await startHttpServer();
    try {
      const post = alertPost(
        { webhookUrl: `http://127.0.0.1:${server.port}/api/v2/alerts`, webhookHoldMs: 60_000 },
        {
          level: 'critical',
          headline: '',
          counts: { open: {}, pending: 0, unknown: 0, clearing: 0, silenced: 0, listed: 0 },
          incidents: [first],
          news: [],
          troubles: [],
          notes: [],
          silences: [],
          at: NOW,
        },
        { racks: ['3'], place: { program: 'cruc-fleet', inventory: 'inventory.yaml' }, places },
        [],
      );
      const { standing } = await post.post();
      expect(server.requests[0]?.body).toContain('(region 3f2b0001, 3/9, disk A0793; 2h old) is faulted');
      expect(JSON.stringify([standing, post.mayStand])).not.toContain('A0793');
    } finally {
      await server.stop();
    }
  });
});
