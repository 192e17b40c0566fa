import type { Incident, Notice, Silence } from '../../src/alert/incident.ts';
import type { FleetReport } from '../../src/model/report.ts';
import type { MailContext } from '../../src/mail/mail-content.ts';
import {
  counters,
  news,
  notice,
  NOW,
  rackIncident,
  silence,
  sledId,
  sledIncident,
  told,
  upstairsIncident,
} from './incidents.ts';
import { answered, failed, report, stateRow } from './reports.ts';

const MINUTE = 60_000;

const degraded = upstairsIncident(1, 'degraded', 14, {
  firstSeenAt: NOW - 125 * MINUTE,
  ruleSince: NOW - 125 * MINUTE,
  sight: { counters: counters({ connected: [1, 4, 1] }) },
});
/** The same upstairs has another one. */
const aborted = upstairsIncident(1, 'repair_aborted', 14, {
  sight: { message: 'downstairs 1, at extent 7 or later', counters: counters() },
});
const critical = upstairsIncident(2, 'critical', 9, {
  firstSeenAt: NOW - 40 * MINUTE,
  sight: {
    message: 'downstairs 0 is offline, downstairs 1 is faulted',
    states: ['offline', 'faulted', 'active'],
    counters: counters({ connected: [2, 4, null], repairsAborted: [null, 2, 0] }),
  },
});
const repairing = upstairsIncident(3, 'repairing', 17, {
  subject: { downstairs: 2 },
  firstSeenAt: NOW - 76 * 60 * MINUTE,
  ruleSince: NOW - 76 * 60 * MINUTE,
  sight: {
    message: 'downstairs 2 is in live_repair',
    states: ['active', 'active', 'live_repair'],
    counters: counters({
      repairsCompleted: [0, 0, 3],
      connected: [1, 1, 7],
      replaced: [0, 0, 1],
      extentsRepaired: [0, 0, 412],
      extentsConfirmed: [0, 0, 88],
      extent: 501,
    }),
  },
});
const resolving = upstairsIncident(4, 'degraded', 11, { lastSeenAt: NOW - 5 * MINUTE, cleanRuns: 1 });
const unseen = upstairsIncident(5, 'degraded', 20, {
  lastSeenAt: NOW - 10 * MINUTE,
  unknown: `${sledId(20)} did not answer`,
});
const pending = upstairsIncident(6, 'no_report', 2, {
  openedAt: null,
  subject: { upstairsId: null, downstairs: null },
  firstSeenAt: NOW,
  ruleSince: NOW,
  sight: { message: 'no sign of any upstairs within the window', states: null, sessionId: null },
});
const silenced = upstairsIncident(7, 'degraded', 23, { silencedBy: 's1' });
const silent = sledIncident(20, { told: told('sled_silent', 20) });
const coverage = rackIncident({ sight: { message: '28 of 31 sleds answered, below 90%' } });

const over = (n: number, ending: 'healthy' | 'gone' | 'withdrawn', change: Partial<Incident> = {}) =>
  upstairsIncident(n, 'degraded', 5, {
    ending,
    firstSeenAt: NOW - 300 * MINUTE,
    lastSeenAt: NOW - 10 * MINUTE,
    ...change,
  });

/** Something of everything that a mail can say. */
export const RICH_NOTICE: Notice = notice({
  headline: '1 critical, 2 degraded, 1 repairing',
  coverage: { answered: 28, selected: 31 },
  news: [
    news('opened', degraded),
    news('opened', aborted),
    news('worse', critical, told('degraded', 9)),
    news('better', repairing, told('degraded', 17)),
    news('moved', repairing, told('repairing', 14)),
    news('resolved', over(8, 'healthy'), told('degraded', 5)),
    news('resolved', over(9, 'gone'), told('critical', 5)),
    news('resolved', over(10, 'withdrawn', { firstSeenAt: NOW - 10 * MINUTE }), told('degraded', 5)),
  ],
  incidents: [critical, degraded, aborted, repairing, resolving, unseen, silent, coverage, pending, silenced],
  troubles: ['the heartbeat could not be sent: https://hc.example.com/ping: no answer within 10.0 s'],
});

const ok = ['active', 'active', 'active'] as const;
const okRow = (n: number) => stateRow(n, [...ok], 'ok');

/** What the run saw of which `RICH_NOTICE` speaks: cubby 31 is empty. */
export const RICH_REPORT: FleetReport = report(
  Array.from({ length: 31 }, (_, cubby) => {
    switch (cubby) {
      case 2:
        return answered(cubby, [
          stateRow(6, [...ok], 'no_report', { ds0: null, ds1: null, ds2: null, upstairs_id: null }),
        ]);
      case 9:
        return answered(cubby, [stateRow(2, ['offline', 'faulted', 'active'], 'critical'), okRow(90)], {
          issues: [{ code: 'drops', message: 'dtrace: 12 drops on CPU 3' }],
        });
      case 12:
        return answered(cubby, []);
      case 14:
        return answered(cubby, [okRow(91), stateRow(1, ['active', 'faulted', 'active'], 'degraded')]);
      case 17:
        return answered(cubby, [stateRow(3, ['active', 'active', 'live_repair'], 'repairing')]);
      case 18:
        return answered(cubby, [okRow(92)], {
          issues: [{ code: 'unparsed_line', message: 'a line that nobody understands: <zone>' }],
        });
      case 20:
      case 21:
        return failed(cubby);
      case 22:
        return failed(cubby, 'refused');
      case 23:
        return answered(cubby, [stateRow(7, ['active', 'faulted', 'active'], 'degraded')]);
      case 24:
        return answered(cubby, [stateRow(93, ['new', 'new', 'new'], 'inactive')]);
      case 25:
        return answered(cubby, [stateRow(94, ['faulted', 'faulted', 'offline'], 'down')]);
      default:
        return answered(cubby, [okRow(100 + cubby), okRow(200 + cubby)]);
    }
  }),
);

export const SILENCES: readonly Silence[] = [silence('s1')];

export const MAIL_CONTEXT: MailContext = {
  now: NOW,
  programVersion: '0.1.0',
  host: 'ops1.example.com',
  place: { program: '/usr/local/bin/cruc-fleet', inventory: '/etc/cruc-fleet/inventory.yaml' },
  subjectStyle: 'news',
  silences: SILENCES,
};
