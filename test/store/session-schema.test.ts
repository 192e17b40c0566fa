import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { sessionSchema } from '../../src/store/session-schema.ts';

/** As version 0.1.0 wrote it. */
const OF_OLD = {
  id: '["3","3f2b0000-7d14-4c7a-9a51-0d6c9f6b1a22"]',
  sessionId: 'c0b90000-8a3e-4b10-b9b4-55f4f2a3d7e1',
  at: '2026-11-26T08:05:00.000Z',
  aborted: [0, 2, null],
  connected: [1, 4, 1],
  replaced: [0, 0, 1],
  repair: [null, { mark: '9 repaired, 1 confirmed, at extent 7', since: '2026-11-26T08:00:00.000Z' }, null],
  reconcile: { mark: '3 reconciled, 4 to go', since: '2026-11-26T08:05:00.000Z' },
  rises: [{ at: '2026-11-26T08:05:00.000Z', downstairs: 1, by: 3 }],
};

const columns = (name: string, ...values: readonly (number | null)[]) =>
  Object.fromEntries(values.map((value, index) => [`${name}_${index}`, value]));

describe('what is kept of an upstairs', () => {
  it('is read as version 0.1.0 wrote it, and written so that it can read it', () => {
    const read = sessionSchema.parse(OF_OLD);
    expect(read.values).toEqual({
      ...columns('live_repair_aborted', 0, 2, null),
      ...columns('connected', 1, 4, 1),
      ...columns('replaced', 0, 0, 1),
    });
    expect(Object.keys(read.marks['repair_stalled'] ?? {})).toEqual(['repair_1', 'reconcile']);
    expect(read.occurrences['flapping']).toEqual([
      { at: Date.parse('2026-11-26T08:05:00.000Z'), downstairs: 1, by: 3 },
    ]);
    expect(read.last).toBeNull();
    expect(z.encode(sessionSchema, read)).toEqual(OF_OLD);
  });

  it('holds what rules of later versions keep, beside that', () => {
    const since = Date.parse('2026-11-26T08:00:00.000Z');
    const session = {
      id: '["3","a"]',
      sessionId: null,
      at: since,
      values: {
        ...columns('live_repair_aborted', 0, 0, 0),
        ...columns('connected', 1, 1, 1),
        ...columns('replaced', 0, 0, 0),
        up_count: 4,
        skipped_1: null,
      },
      marks: {
        repair_stalled: { repair_2: { mark: 'x', since }, pause: { mark: 'y', since } },
        offline_long: { offline_0: { mark: 'offline', since } },
      },
      occurrences: { odd_one: [{ at: since, downstairs: 2 as const, by: 1 }] },
      last: {
        sled: '3/a',
        zone: 'oxz_propolis-server_a',
        pid: 7,
        upstairsId: null,
        states: ['active', 'faulted', 'active'],
        wrote: true,
        isOnly: false,
      },
      repairs: [
        null,
        {
          first: { at: since, repaired: 1, confirmed: 2 },
          last: { at: since, repaired: 3, confirmed: 4 },
          extent: null,
        },
        null,
      ],
    };
    const file: unknown = JSON.parse(JSON.stringify(z.encode(sessionSchema, session)));
    expect(sessionSchema.parse(file)).toEqual(session);
  });
});
