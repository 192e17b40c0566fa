import type { Incident, News, Notice, Silence, Told } from '../../src/alert/incident.ts';
import type { Sight, SightCounters } from '../../src/alert/subject.ts';
import { ruleNamed, type RuleName } from '../../src/alert/rules/index.ts';

/** When the reports of `reports.ts` ended. */
export const NOW = Date.parse('2026-11-22T10:00:03.400Z');

const MINUTE = 60_000;

export interface IncidentChange extends Partial<Omit<Incident, 'subject' | 'sight'>> {
  readonly subject?: Partial<Incident['subject']>;
  readonly sight?: Partial<Sight>;
}

/** An open incident of upstairs `n`, as `stateRow(n, …)` has it, seen on the sled in a cubby for 12 minutes. */
export function upstairsIncident(
  n: number,
  rule: RuleName,
  cubby: number,
  { subject, sight, ...change }: IncidentChange = {},
): Incident {
  const digits = String(n).padStart(4, '0');
  const zone = `oxz_propolis-server_34aa${digits}-d933-49fa-b38e-fc4607933d50`;
  const upstairsId = `3f2b${digits}-7d14-4c7a-9a51-0d6c9f6b1a22`;
  const downstairs = subject?.downstairs === undefined ? 1 : subject.downstairs;
  const rack = subject?.rack ?? '3';
  return {
    key: `${rule}:${rack}/${zone}/${upstairsId}/${downstairs ?? '-'}`,
    rule,
    severity: ruleNamed(rule).severity,
    subject: { rack, zone, upstairsId, downstairs, sled: null, ...subject },
    sight: {
      message: `downstairs ${downstairs ?? 0} is faulted`,
      sleds: [sledId(cubby, rack)],
      cubby,
      pid: 20_000 + n,
      sessionId: `c0b9${digits}-8a3e-4b10-b9b4-55f4f2a3d7e1`,
      states: ['active', 'faulted', 'active'],
      counters: null,
      ...sight,
    },
    ...lifeOf(12 * MINUTE),
    ...change,
  };
}

/** An open incident of a sled that says nothing. */
export function sledIncident(cubby: number, { subject, sight, ...change }: IncidentChange = {}): Incident {
  const rack = subject?.rack ?? '3';
  const sled = sledId(cubby, rack);
  return {
    key: `sled_silent:${sled}`,
    rule: 'sled_silent',
    severity: ruleNamed('sled_silent').severity,
    subject: { rack, zone: null, upstairsId: null, downstairs: null, sled, ...subject },
    sight: {
      message: 'no answer for 3 runs',
      sleds: [sled],
      cubby,
      pid: null,
      sessionId: null,
      states: null,
      counters: null,
      ...sight,
    },
    ...lifeOf(15 * MINUTE),
    ...change,
  };
}

/** An open incident of a whole rack. */
export function rackIncident(change: IncidentChange = {}): Incident {
  const { subject, sight, ...rest } = change;
  return sledIncident(0, {
    key: 'coverage:3',
    rule: 'coverage',
    severity: ruleNamed('coverage').severity,
    subject: { sled: null, ...subject },
    sight: { message: '28 of 32 sleds answered, below 90%', sleds: [], cubby: null, ...sight },
    ...rest,
  });
}

function lifeOf(ms: number) {
  return {
    firstSeenAt: NOW - ms,
    ruleSince: NOW - ms,
    openedAt: NOW - ms,
    lastSeenAt: NOW,
    cleanRuns: 0,
    unknown: null,
    ending: null,
    told: null,
    silencedBy: null,
    isListed: false,
    stages: [],
    outcome: null,
  };
}

export function sledId(cubby: number, rack = '3'): string {
  return `${rack}/BRM422200${String(cubby).padStart(2, '0')}`;
}

/** Counters of a session in which nothing ever happened. */
export function counters(change: Partial<SightCounters> = {}): SightCounters {
  return {
    repairsCompleted: [0, 0, 0],
    repairsAborted: [0, 0, 0],
    connected: [1, 1, 1],
    replaced: [0, 0, 0],
    extentsRepaired: [0, 0, 0],
    extentsConfirmed: [0, 0, 0],
    extent: 0,
    ...change,
  };
}

export function told(rule: RuleName, cubby: number, change: Partial<Told> = {}): Told {
  return {
    at: NOW - 60 * MINUTE,
    rule,
    severity: ruleNamed(rule).severity,
    sleds: [sledId(cubby)],
    states: null,
    ...change,
  };
}

export function news(kind: News['kind'], incident: Incident, was: Told | null = null): News {
  return { kind, incident, was };
}

export function silence(id: string, change: Partial<Silence> = {}): Silence {
  return {
    id,
    racks: ['3'],
    sleds: null,
    zones: null,
    upstairs: null,
    rules: null,
    reason: 'update of the sled',
    by: 'ada',
    createdAt: NOW - 60 * MINUTE,
    endsAt: NOW + 180 * MINUTE,
    ...change,
  };
}

/** News of rack 3, critical, 29 of 32 sleds. */
export function notice(change: Partial<Notice> = {}): Notice {
  return {
    kind: 'news',
    group: { name: 'rack 3', racks: ['3'] },
    level: 'critical',
    headline: '2 degraded, 1 repairing',
    coverage: { answered: 29, selected: 32 },
    news: [],
    incidents: [],
    troubles: [],
    thread: { messageId: 'rack-3.1', inReplyTo: null, references: [] },
    ...change,
  };
}
