import type { Incident } from '../../../src/alert/incident.ts';

export const NOW = Date.parse('2025-11-26T12:00:00Z');
export const MINUTE = 60_000;

/** A degraded upstairs of rack 3 that opened ten minutes ago. */
export function makeIncident(change: Partial<Incident> = {}): Incident {
  return {
    key: 'replicas/3/oxz_propolis-server_34aa0001/3f2b0001/1',
    rule: 'degraded',
    severity: 'critical',
    subject: {
      rack: '3',
      zone: 'oxz_propolis-server_34aa0001',
      upstairsId: '3f2b0001-7d14-4c7a-9a51-0d6c9f6b1a22',
      downstairs: 1,
      sled: null,
    },
    sight: {
      message: 'downstairs 1 is faulted',
      sleds: ['3/BRM42220017'],
      cubby: 14,
      pid: 20_017,
      sessionId: 'c0b90001-8a3e-4b10-b9b4-55f4f2a3d7e1',
      states: ['active', 'faulted', 'active'],
      counters: null,
    },
    firstSeenAt: NOW - 10 * MINUTE,
    ruleSince: NOW - 10 * MINUTE,
    openedAt: NOW - 10 * MINUTE,
    lastSeenAt: NOW,
    cleanRuns: 0,
    unknown: null,
    ending: null,
    told: null,
    silencedBy: null,
    isListed: false,
    stages: [],
    outcome: null,
    ...change,
  };
}
