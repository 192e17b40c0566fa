import { describe, expect, it } from 'vitest';
import { visitRenewed } from '../../src/fleet/renewed-visit.ts';
import { FleetError } from '../../src/model/error.ts';
import type { LongReading } from '../../src/model/probe.ts';
import type { RunOptions, Transport } from '../../src/model/transport.ts';
import { createOutputBudget } from '../../src/model/output-budget.ts';
import { makeGuard, marked } from '../support/guarded.ts';
import { result } from '../support/scripted-transport.ts';
import { makeTarget } from '../support/sleds.ts';
import { createTime } from './support/passing-time.ts';

type Time = ReturnType<typeof createTime>;

/** What a program does from its begin on: it says something at once and lasts so long, or the way to it fails. */
type Act = number | FleetError | { readonly saysAndLosesAfter: number };

const lost = () => new FleetError('connection_lost', 'the connection was lost');

/** A sled whose programs act so, one after another, the last one again and again. */
function sledThat(acts: readonly Act[], time: Time): Transport {
  let visits = 0;
  return {
    connect: async () => {
      const act = acts[Math.min(visits, acts.length - 1)]!;
      visits += 1;
      const number = visits;
      if (act instanceof FleetError) throw act;
      return {
        via: null,
        warnings: [],
        lost: () => null,
        close: async () => {},
        run: async (command: string, { signal, onStdout }: RunOptions) => {
          const whole = marked(command, result(`line of ${number}\n`, signal.aborted ? 143 : 0));
          onStdout?.(whole.stdout);
          const seconds = typeof act === 'number' ? act : act.saysAndLosesAfter;
          await time.pause(seconds * 1000, signal);
          if (typeof act !== 'number' && !signal.aborted) throw lost();
          return whole;
        },
      };
    },
    close: async () => {},
  };
}

function reading(): LongReading {
  const texts: string[] = [];
  return {
    push(_, text) {
      texts.push(text.trim());
      return text;
    },
    program: () => ({ status: 'answer', rows: [], issues: [] }),
    read: ({ isCut }) => ({
      status: 'answer',
      rows: texts.map((text) => ({ text, isCut })),
      issues: [],
    }),
  };
}

/** Visits it for 200 s by programs of 100, and lets so much time pass. */
async function visit(acts: readonly Act[], { pass = 260, finishAt = 0, stopAt = 0 } = {}) {
  const time = createTime();
  const stop = new AbortController();
  const finish = new AbortController();
  const heard: string[] = [];
  const done = visitRenewed(
    sledThat(acts, time),
    makeTarget(1),
    {
      job: {
        what: 'a watch',
        bundle: null,
        payload: { script: ':', isCounted: false, lock: null },
        mayRepeat: false,
        read: () => ({ status: 'answer', rows: [], issues: [] }),
      },
      guard: makeGuard(),
      uploadTimeoutMs: 1000,
      runTimeoutMs: 1_000_000,
      maxOutputBytes: 1e6,
      budget: createOutputBudget(1e6),
      now: time.now,
      finish: finish.signal,
      onText: (_, text) => heard.push(`${time.now() / 1000} ${text.trim()}`),
      renewal: {
        programSeconds: 100,
        seconds: 200,
        random: () => 0,
        pause: time.pause,
        open: reading,
        onLost: (_, error) => heard.push(`${time.now() / 1000} ${error.message}`),
      },
    },
    stop.signal,
  );
  for (let second = 1; second <= pass; second++) {
    if (second === finishAt) finish.abort();
    if (second === stopAt) stop.abort();
    await time.pass(1000);
  }
  return { ...(await done), heard };
}

describe('a visit that is renewed', () => {
  it('lasts for its time by programs that overlap, and is one whole answer', async () => {
    const { outcome, heard } = await visit([100]);
    expect(heard).toEqual(['0 line of 1', '85 line of 2', '170 line of 3']);
    expect(outcome).toMatchObject({ status: 'answered', elapsedMs: 200_000, issues: [], warnings: [] });
    expect(outcome.status === 'answered' && outcome.rows).toEqual(
      [1, 2, 3].map((n) => ({ text: `line of ${n}`, isCut: false })),
    );
  });

  it('is whole up to a Ctrl-C', async () => {
    const { outcome } = await visit([100], { finishAt: 120 });
    expect(outcome).toMatchObject({ status: 'answered', issues: [] });
    expect(outcome.elapsedMs).toBeLessThan(121_000);
  });

  it('says for how long nothing was watched where a sled was lost, and goes on', async () => {
    const { outcome, heard } = await visit([{ saysAndLosesAfter: 40 }, lost(), lost(), 100]);
    expect(heard).toContain('40 the connection was lost');
    expect(outcome).toMatchObject({
      status: 'answered',
      issues: [
        {
          code: 'cut',
          message: expect.stringMatching(/^not watched for 3\.5 s, from [\d.]+ s after the start: .*lost/),
        },
      ],
    });
    expect(outcome.status === 'answered' && outcome.rows[0]).toEqual({ text: 'line of 1', isCut: true });
  });

  it('says that the sled was not watched at its end', async () => {
    const { outcome } = await visit([{ saysAndLosesAfter: 150 }, lost()]);
    expect(outcome).toMatchObject({
      status: 'answered',
      issues: [
        {
          code: 'cut',
          message: expect.stringMatching(/^not watched for .* at the end, from .* after the start: .*lost/),
        },
      ],
    });
  });

  it('fails for the reason that there was where nothing was ever heard, and ends in its time', async () => {
    const { outcome } = await visit([lost()]);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'connection_lost' } });
    expect(outcome.elapsedMs).toBeGreaterThanOrEqual(200_000);
    const never = await visit([100], { stopAt: 1, pass: 3 });
    expect(never.outcome.elapsedMs).toBeLessThan(2000);
  });

  it('that is interrupted has what had arrived, as a partial answer', async () => {
    const { outcome } = await visit([100], { stopAt: 50 });
    expect(outcome).toMatchObject({
      status: 'answered',
      issues: [{ code: 'warning', message: expect.stringMatching(/^interrupted after .*this is what had/) }],
      rows: [{ text: 'line of 1', isCut: true }],
    });
  });
});
