import { describe, expect, it } from 'vitest';
import { askFleet, type AskSettings } from '../../src/fleet/ask.ts';
import { warningLine } from '../../src/fleet/warnings.ts';
import { FleetError } from '../../src/model/error.ts';
import type { Job } from '../../src/model/job.ts';
import { makeGuard } from '../support/guarded.ts';
import { makeTarget } from '../support/sleds.ts';
import { result, scriptedTransport } from '../support/scripted-transport.ts';

const job: Job = {
  what: 'test',
  bundle: null,
  payload: { script: 'uname', isCounted: false, lock: null },
  mayRepeat: true,
  read: ({ stdout }) => ({ status: 'answer', rows: [{ stdout }], issues: [] }),
};

const targets = [makeTarget(0), makeTarget(1)];

/** Settings with a log of what was told to whom. */
function asking(change: Partial<AskSettings> = {}) {
  const log: string[] = [];
  let closes = 0;
  const scripted = scriptedTransport({
    [targets[0]!.sled.id]: () => result('SunOS\n'),
    [targets[1]!.sled.id]: new FleetError('refused', 'nothing listens there'),
  });
  const settings: AskSettings = {
    transport: { ...scripted, close: async () => void closes++ },
    clock: { now: () => new Date('2026-10-17T12:00:00Z'), elapsed: () => 0 },
    guard: makeGuard(),
    limits: {
      concurrency: 1,
      uploadTimeoutMs: 1000,
      runTimeoutMs: 1000,
      maxOutputBytes: 1000,
      totalOutputBytes: 1000,
    },
    signal: new AbortController().signal,
    progress: {
      stage: (sled, stage) => log.push(`${sled.cubby} ${stage}`),
      outcome: (outcome) => log.push(`${outcome.sled.cubby} ${outcome.status}`),
      finish: async () => void log.push('progress ends'),
    },
    recorder: {
      visited: ({ outcome }) => log.push(`${outcome.sled.cubby} recorded`),
      finish: async ({ interrupted }) => {
        log.push(`recording ends, interrupted ${interrupted}`);
        return ['one file could not be written'];
      },
    },
    ...change,
  };
  return { log, settings, closes: () => closes };
}

describe('askFleet', () => {
  it('tells progress and the recording of every sled, and ends both', async () => {
    const { log, settings } = asking();
    const answer = await askFleet(targets, job, settings);
    expect(answer.outcomes.map(({ status }) => status)).toEqual(['answered', 'failed']);
    expect(answer.unrecorded).toEqual(['one file could not be written']);
    expect(log).toEqual([
      '0 connect',
      '0 run',
      '0 recorded',
      '0 answered',
      '1 connect',
      '1 recorded',
      '1 failed',
      'progress ends',
      'recording ends, interrupted false',
    ]);
  });

  it('leaves the transport open, for who made it', async () => {
    const { settings, closes } = asking();
    await askFleet(targets, job, settings);
    expect(closes()).toBe(0);
  });

  it('has every sled in the answer of a run that was interrupted before it began', async () => {
    const abort = new AbortController();
    abort.abort();
    const { settings } = asking({ signal: abort.signal });
    const answer = await askFleet(targets, job, settings);
    expect(answer.interrupted).toBe(true);
    expect(answer.outcomes.map((each) => each.status === 'failed' && each.error.code)).toEqual([
      'not_tried',
      'not_tried',
    ]);
  });

  it('takes the drawing of progress away even if a bug ends the run', async () => {
    const { log, settings } = asking();
    const broken = {
      ...job,
      read: () => {
        throw new TypeError('a bug');
      },
    };
    await expect(askFleet(targets, broken, settings)).rejects.toThrow('a bug');
    expect(log).toContain('progress ends');
  });

  it('gives each warning of connections once, with the sleds that it is of', async () => {
    const scripted = scriptedTransport(
      Object.fromEntries(targets.map(({ sled }) => [sled.id, () => result('')])),
    );
    const transport = {
      ...scripted,
      connect: async (...args: Parameters<typeof scripted.connect>) => ({
        ...(await scripted.connect(...args)),
        warnings: ['the host key was not checked'],
      }),
    };
    const { settings } = asking({ transport });
    const { warnings } = await askFleet(targets, job, settings);
    expect(warnings).toEqual([
      { text: 'the host key was not checked', sleds: targets.map(({ sled }) => sled), own: [] },
    ]);
    expect(warnings.map(warningLine)).toEqual([expect.stringMatching(/^3\/\[0-\d\]: the host key was not/)]);
  });
});
