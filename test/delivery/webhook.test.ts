import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { alertsOf, planAlerts } from '../../src/alert/alerts.ts';
import { postAlerts } from '../../src/delivery/webhook.ts';
import type { Alert } from '../../src/model/alert.ts';
import { describeError } from '../../src/model/error.ts';
import type { Incident } from '../../src/alert/incident.ts';
import { type Alertmanager, requireAlertmanager, startAlertmanager } from '../support/alertmanager.ts';
import { type HttpServer, startHttpServer } from '../support/http-server.ts';
import { failure } from '../transport/support/failure.ts';
import { closedPort } from '../transport/support/simple-server.ts';
import { makeIncident, MINUTE, NOW } from './support/incidents.ts';

const HOLD_MS = 20 * MINUTE;
const command = (): string => 'cruc-fleet run ds-state --sled 3/BRM42220017';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function standing(
  incidents: readonly Incident[],
  posted: readonly Alert[] = [],
  now = NOW,
): readonly Alert[] {
  return alertsOf(incidents, { now, holdMs: HOLD_MS, posted, command });
}

describe('the alerts of incidents', () => {
  it('name whom they are about in their labels, and what is so now in their annotations', () => {
    expect(standing([makeIncident()])).toEqual([
      {
        key: makeIncident().key,
        labels: {
          alertname: 'cruc_fleet_degraded',
          rule: 'degraded',
          severity: 'critical',
          rack: '3',
          zone: 'oxz_propolis-server_34aa0001',
          upstairs: '3f2b0001-7d14-4c7a-9a51-0d6c9f6b1a22',
          downstairs: '1',
        },
        annotations: {
          summary:
            'rack 3, oxz_propolis-server_34aa0001, upstairs 3f2b0001-7d14-4c7a-9a51-0d6c9f6b1a22: degraded: downstairs 1 is faulted',
          sleds: '3/BRM42220017',
          cubby: '14',
          pid: '20017',
          states: 'active, faulted, active',
          since: '2025-11-26T11:50:00.000Z',
          last_seen: '2025-11-26T12:00:00.000Z',
          command: command(),
        },
        startsAt: NOW - 10 * MINUTE,
        endsAt: NOW + HOLD_MS,
      },
    ]);
  });

  it('are the same ones after a migration and a restart', () => {
    const before = makeIncident();
    const after = makeIncident({
      sight: { ...before.sight, sleds: ['3/BRM42220004'], cubby: 2, pid: 999, sessionId: 'another' },
    });
    expect(standing([after])[0]?.labels).toEqual(standing([before])[0]?.labels);
    expect(standing([after])[0]?.annotations['sleds']).toBe('3/BRM42220004');
  });

  it('name a sled where they are about one, and a rack alone where they are about a rack', () => {
    const about = { zone: null, upstairsId: null, downstairs: null };
    const silent = makeIncident({
      rule: 'sled_silent',
      severity: 'unknown',
      subject: { rack: '3', sled: '3/BRM42220017', ...about },
    });
    const coverage = makeIncident({
      rule: 'coverage',
      severity: 'unknown',
      subject: { rack: '3', sled: null, ...about },
      sight: {
        ...silent.sight,
        message: '20 of 32 sleds answered',
        sleds: [],
        cubby: null,
        pid: null,
        states: null,
      },
    });
    const [first, second] = standing([silent, coverage]);
    expect(first?.labels).toEqual({
      alertname: 'cruc_fleet_sled_silent',
      rule: 'sled_silent',
      severity: 'unknown',
      rack: '3',
      sled: '3/BRM42220017',
    });
    expect(first?.annotations['summary']).toBe('3/BRM42220017: sled silent: downstairs 1 is faulted');
    expect(second?.labels).toEqual({
      alertname: 'cruc_fleet_coverage',
      rule: 'coverage',
      severity: 'unknown',
      rack: '3',
    });
    expect(Object.keys(second?.annotations ?? {})).toEqual(['summary', 'since', 'last_seen', 'command']);
  });

  it('begin when the incident opened, and when its rule became another', () => {
    const opened = makeIncident({ firstSeenAt: NOW - 30 * MINUTE, ruleSince: NOW - 30 * MINUTE });
    expect(standing([opened])[0]?.startsAt).toBe(NOW - 10 * MINUTE);
    const worse = makeIncident({ rule: 'critical', ruleSince: NOW - MINUTE });
    expect(standing([worse])[0]?.startsAt).toBe(NOW - MINUTE);
    const future = makeIncident({ openedAt: NOW + MINUTE });
    expect(standing([future])[0]?.startsAt).toBe(NOW);
  });

  it('are none for what is pending or over', () => {
    expect(standing([makeIncident({ openedAt: null })])).toEqual([]);
    expect(standing([makeIncident({ ending: 'healthy' })], standing([makeIncident()]))).toEqual([]);
  });

  it('go on while their state is unknown, and say so', () => {
    const [alert] = standing([makeIncident({ unknown: '3/BRM42220017 did not answer' })]);
    expect(alert?.annotations['unknown']).toBe('3/BRM42220017 did not answer');
    expect(alert?.endsAt).toBe(NOW + HOLD_MS);
  });

  it('do not begin for what is silenced, and go on where they stand, under the rule that was told', () => {
    const silenced = makeIncident({ silencedBy: 'maintenance', rule: 'critical' });
    expect(standing([silenced])).toEqual([]);
    const posted = standing([makeIncident()], [], NOW - 5 * MINUTE);
    expect(standing([silenced], posted)).toMatchObject([
      { labels: { rule: 'degraded' }, endsAt: NOW + HOLD_MS },
    ]);
    const ended = planAlerts(posted, [], NOW - MINUTE).keep;
    expect(standing([silenced], ended)).toEqual([]);
  });

  it('hold no control character of a sled', () => {
    const incident = makeIncident({
      subject: { ...makeIncident().subject, zone: 'oxz\u001b[31m\nred' },
    });
    expect(standing([incident])[0]?.labels['zone']).toBe('oxz?[31m?red');
  });
});

describe('the plan of what is posted', () => {
  it('ends what is not wanted any more, and begins what is another alert now', () => {
    const before = standing([makeIncident()]);
    const after = standing(
      [makeIncident({ rule: 'critical', ruleSince: NOW + 5 * MINUTE })],
      before,
      NOW + 5 * MINUTE,
    );
    const plan = planAlerts(before, after, NOW + 5 * MINUTE);
    expect(plan.post.map((alert) => [alert.labels['rule'], alert.endsAt])).toEqual([
      ['critical', NOW + 5 * MINUTE + HOLD_MS],
      ['degraded', NOW + 5 * MINUTE],
    ]);
    expect(plan.keep).toEqual(plan.post);
  });

  it('says an end again for a quarter of an hour, and then forgets it', () => {
    const first = planAlerts(standing([makeIncident()]), [], NOW);
    const again = planAlerts(first.keep, [], NOW + 14 * MINUTE);
    expect(again.post).toEqual(first.post);
    expect(planAlerts(again.keep, [], NOW + 15 * MINUTE)).toEqual({ post: [], keep: [], keepIfFailed: [] });
  });

  it('has everything in it again if it could not be posted', () => {
    const before = standing([makeIncident()]);
    const lost = planAlerts(before, standing([makeIncident({ rule: 'critical' })]), NOW + MINUTE);
    const next = planAlerts(lost.keepIfFailed, [], NOW + 2 * MINUTE);
    expect(next.post.map((alert) => [alert.labels['rule'], alert.endsAt])).toEqual([
      ['critical', NOW + 2 * MINUTE],
      ['degraded', NOW + 2 * MINUTE],
    ]);
  });

  it('leaves standing at an Alertmanager exactly what is wanted, through any runs', () => {
    const rules = fc.constantFrom('degraded', 'critical', 'down');
    const run = fc.record({
      minutes: fc.integer({ min: 1, max: 30 }),
      arrives: fc.boolean(),
      open: fc.uniqueArray(fc.record({ n: fc.nat(3), rule: rules }), { selector: ({ n }) => n }),
    });
    fc.assert(
      fc.property(fc.array(run, { maxLength: 12 }), (runs) => {
        // What an Alertmanager knows: the end of each alert.
        const known = new Map<string, number>();
        let previous: readonly Alert[] = [];
        let now = NOW;
        for (const { minutes, arrives, open } of runs) {
          now += minutes * MINUTE;
          const incidents = open.map(({ n, rule }) =>
            makeIncident({ key: `k${n}`, rule, subject: { ...makeIncident().subject, zone: `zone${n}` } }),
          );
          const wanted = standing(incidents, previous, now);
          const plan = planAlerts(previous, wanted, now);
          previous = arrives ? plan.keep : plan.keepIfFailed;
          for (const alert of plan.post) {
            expect(alert.startsAt).toBeLessThanOrEqual(alert.endsAt);
            if (arrives) known.set(JSON.stringify(alert.labels), alert.endsAt);
          }
          if (!arrives) continue;
          const firing = [...known].filter(([, endsAt]) => endsAt > now).map(([labels]) => labels);
          expect(firing.sort()).toEqual(wanted.map((alert) => JSON.stringify(alert.labels)).sort());
        }
      }),
    );
  });
});

const missing = requireAlertmanager();
describe.skipIf(missing !== null)(
  `an Alertmanager${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    async function alertmanager(): Promise<Alertmanager> {
      const started = await startAlertmanager();
      cleanups.push(() => started.stop());
      return started;
    }

    it('has what stands, extended by each run, and not what has ended', async () => {
      const server = await alertmanager();
      const now = Date.now();
      const incident = makeIncident({ openedAt: now - MINUTE, ruleSince: now - MINUTE });
      const first = planAlerts([], standing([incident], [], now), now);
      await postAlerts(server.url, first.post);
      expect(await server.alerts()).toMatchObject([
        {
          labels: first.post[0]?.labels,
          annotations: first.post[0]?.annotations,
          startsAt: new Date(now - MINUTE).toISOString(),
          endsAt: new Date(now + HOLD_MS).toISOString(),
          status: { state: expect.stringMatching(/^(active|unprocessed)$/) },
        },
      ]);

      const second = planAlerts(first.keep, standing([incident], first.keep, now + MINUTE), now + MINUTE);
      await postAlerts(`${server.url}/api/v2/alerts`, second.post);
      expect((await server.alerts()).map((alert) => alert.endsAt)).toEqual([
        new Date(now + MINUTE + HOLD_MS).toISOString(),
      ]);

      await postAlerts(server.url, planAlerts(second.keep, [], Date.now() - 1).post);
      expect(await server.alerts()).toEqual([]);
    });

    it('has another alert in place of the first when the rule is another', async () => {
      const server = await alertmanager();
      const now = Date.now() - 1;
      const incidents = [
        makeIncident({ openedAt: now - MINUTE, ruleSince: now - MINUTE }),
        makeIncident({ key: 'other', subject: { ...makeIncident().subject, zone: 'another' } }),
      ];
      const first = planAlerts([], standing(incidents, [], now), now);
      await postAlerts(server.url, first.post);
      const changed = incidents.map((each) => ({ ...each, rule: 'critical' as const, ruleSince: now }));
      const second = planAlerts(first.keep, standing(changed, first.keep, now), now);
      await postAlerts(server.url, second.post);
      const rules = (await server.alerts()).map(({ labels }) => `${labels['zone']} ${labels['rule']}`);
      expect(rules.sort()).toEqual(['another critical', 'oxz_propolis-server_34aa0001 critical']);
    });

    it('whose clock is behind has the end once it is said again', async () => {
      const server = await alertmanager();
      const begun = Date.now();
      const first = planAlerts([], standing([makeIncident()], [], begun), begun);
      await postAlerts(server.url, first.post);
      // An end in the future is no end to it, also when that time has come.
      const ahead = Date.now() + 500;
      const ended = planAlerts(first.keep, [], ahead);
      await postAlerts(server.url, ended.post);
      expect(await server.alerts()).toMatchObject([{ endsAt: new Date(begun + HOLD_MS).toISOString() }]);
      await expect
        .poll(async () => {
          await postAlerts(server.url, planAlerts(ended.keep, [], ahead + MINUTE).post);
          return await server.alerts();
        })
        .toEqual([]);
    });

    it('says why it refuses an alert', async () => {
      const server = await alertmanager();
      const [alert] = standing([makeIncident()], [], Date.now());
      const error = await failure(postAlerts(server.url, [{ ...alert!, labels: {} }]));
      expect(describeError(error)).toMatch(
        /^the webhook at 127\.0\.0\.1:\d+ answered with status 400, saying ".*label.*"; look into its log$/,
      );
    });

    it('is not at every path', async () => {
      const server = await alertmanager();
      const error = await failure(postAlerts(`${server.url}/elsewhere`, standing([makeIncident()])));
      expect(describeError(error)).toContain('answered with status 404');
      expect(describeError(error)).toContain('check that its URL ends in /api/v2/alerts');
    });
  },
);

describe('a webhook', () => {
  const alerts = standing([makeIncident()]);

  async function httpServer(...args: Parameters<typeof startHttpServer>): Promise<HttpServer> {
    const server = await startHttpServer(...args);
    cleanups.push(() => server.stop());
    return server;
  }

  it('is not called without an alert', async () => {
    await postAlerts(`http://127.0.0.1:${await closedPort()}`, []);
  });

  it('gets user and password of its URL as a login, and an answer of any 2xx will do', async () => {
    const server = await httpServer((response) => response.writeHead(202).end());
    await postAlerts(`http://ada:open%20sesame@127.0.0.1:${server.port}/hook?team=1`, alerts);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/hook?team=1',
        headers: {
          authorization: `Basic ${Buffer.from('ada:open sesame').toString('base64')}`,
          'content-type': 'application/json',
        },
      },
    ]);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toMatchObject([{ labels: { rule: 'degraded' } }]);
    expect(server.requests[0]?.body).not.toContain('"key"');
  });

  it.each([401, 404, 500])('that answers %d fails without its password in the message', async (status) => {
    const server = await httpServer((response, { headers }) =>
      response.writeHead(status).end(`no:\n open sesame, open%20sesame, ${headers.authorization}`),
    );
    const error = await failure(postAlerts(`http://ada:open%20sesame@127.0.0.1:${server.port}`, alerts));
    expect(describeError(error)).toContain(
      `the webhook at 127.0.0.1:${server.port} answered with status ${status}, saying "no: ***, ***, Basic ***"; `,
    );
    expect(error.code).toBe('webhook');
  });

  it('that sends on to another host is not followed', async () => {
    const other = await httpServer();
    const server = await httpServer((response) =>
      response.writeHead(307, { Location: `http://127.0.0.1:${other.port}/secret` }).end(),
    );
    const error = await failure(postAlerts(`http://127.0.0.1:${server.port}`, alerts));
    expect(describeError(error)).toBe(
      `the webhook at 127.0.0.1:${server.port} redirects the alerts to 127.0.0.1:${other.port}; check its URL`,
    );
    expect(other.requests).toEqual([]);
  });

  it('that is not there is named', async () => {
    const port = await closedPort();
    const error = await failure(postAlerts(`http://ada:sesame@127.0.0.1:${port}`, alerts));
    expect(describeError(error)).toBe(
      `the webhook at 127.0.0.1:${port} did not take the alerts; check that it is there, and its URL: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it.each([
    ['never answers', () => {}],
    ['never ends its answer', (response: { write(text: string): unknown }) => void response.write('x')],
  ])('that %s is waited for no longer than the limit', async (_what, answer) => {
    const server = await httpServer(answer);
    const error = await failure(postAlerts(`http://127.0.0.1:${server.port}`, alerts, { timeoutMs: 200 }));
    expect(describeError(error)).toContain('did not take the alerts');
    expect(describeError(error)).toContain('no answer within 200 ms');
  });

  it('that talks without end is not listened to', async () => {
    const server = await httpServer((response) => {
      const more = (): void => {
        while (response.write('no '.repeat(1000)));
      };
      response.writeHead(500).on('drain', more);
      more();
    });
    const error = await failure(postAlerts(`http://127.0.0.1:${server.port}`, alerts));
    expect(describeError(error)).toContain('answered with status 500, saying "no no ');
    expect(describeError(error).length).toBeLessThan(500);
  });

  it.each(['', 'alertmanager:9093', 'ftp://ada:sesame@example.com/', '/api/v2/alerts'])(
    'cannot have the URL %j',
    async (url) => {
      const error = await failure(postAlerts(url, alerts));
      expect(describeError(error)).toBe('the URL of the webhook is not of http or https');
    },
  );
});
