import { describe, expect, it } from 'vitest';
import { collect, type CollectSettings } from '../../src/fleet/collect.ts';
import { FleetError, describeError } from '../../src/model/error.ts';
import { createOutputBudget } from '../../src/model/output-budget.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import { makeGuard } from '../support/guarded.ts';
import { result, scriptedTransport, type Script } from '../support/scripted-transport.ts';
import { makeTarget } from '../support/sleds.ts';

const never = new AbortController().signal;
const OWNER = 'ada on build7, since noon';

function gatewayLost(): FleetError {
  const gateway = new FleetError('gateway', 'the connection to gateway 10.0.0.1:22 was lost');
  return new FleetError('connection_lost', "lost before the command's end was seen", { cause: gateway });
}

interface Asking {
  readonly mayRepeat?: boolean;
  readonly onText?: CollectSettings['onText'];
  readonly signal?: AbortSignal;
}

/** What becomes of one sled whose command does in turn what `answers` say; the last one again and again. */
async function ask(answers: readonly Script[], { mayRepeat = true, onText, signal = never }: Asking = {}) {
  let asked = 0;
  const target = makeTarget(0);
  const transport = scriptedTransport({
    [target.sled.id]: (command, options) => answers[Math.min(asked++, answers.length - 1)]!(command, options),
  });
  const [outcome] = await collect(
    transport,
    [target],
    {
      job: {
        what: 'test',
        bundle: null,
        payload: { script: 'uname', isCounted: false, lock: null },
        mayRepeat,
        read: ({ stdout }) => ({ status: 'answer', rows: [{ stdout }], issues: [] }),
      },
      guard: makeGuard({ owner: OWNER }),
      uploadTimeoutMs: 1000,
      runTimeoutMs: 1000,
      maxOutputBytes: 1000,
      budget: createOutputBudget(1000),
      concurrency: 1,
      now: () => 0,
      ...(onText === undefined ? {} : { onText }),
    },
    signal,
  );
  return { outcome: outcome!, asked, closed: transport.closed.length };
}

const loses: Script = () => {
  throw gatewayLost();
};
const answers: Script = () => result('SunOS\n');
const isBusy =
  (owner: string): Script =>
  () => {
    throw new FleetError('busy', `not run, since the same is running there already: ${owner}, for 3s`);
  };

function warningsOf(outcome: SledOutcome): readonly string[] {
  return outcome.status === 'answered' ? outcome.warnings : [describeError(outcome.error)];
}

describe('a sled whose gateway was lost', () => {
  it('is asked again, which is said', async () => {
    const { outcome, asked, closed } = await ask([loses, answers]);
    expect(outcome).toMatchObject({ status: 'answered', rows: [{ stdout: 'SunOS\n' }] });
    expect(warningsOf(outcome)).toEqual(['asked again: the connection to gateway 10.0.0.1:22 was lost']);
    expect({ asked, closed }).toEqual({ asked: 2, closed: 2 });
  });

  it('is asked again once', async () => {
    const { outcome, asked } = await ask([loses]);
    expect(asked).toBe(2);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'connection_lost' } });
    expect(warningsOf(outcome)[0]).toContain('was lost, and the sled could not be asked again: ');
  });

  it('is not asked again where that may change something', async () => {
    const { outcome, asked } = await ask([loses, answers], { mayRepeat: false });
    expect(asked).toBe(1);
    expect(outcome.status).toBe('failed');
  });

  it('is not asked again where a part of its answer was shown', async () => {
    const shown: string[] = [];
    const talks: Script = (command, options) => {
      options.onStdout?.(`${/word=(\S+)/.exec(command)?.[0] ?? ''}\ncruc-fleet w0rd begin\nrow\n`);
      throw gatewayLost();
    };
    const { asked } = await ask([talks, answers], { onText: (_, text) => shown.push(text) });
    expect(shown.join('')).toContain('row');
    expect(asked).toBe(1);
  });

  it('is not asked again when the run is interrupted', async () => {
    const controller = new AbortController();
    const interrupted: Script = () => {
      controller.abort();
      throw gatewayLost();
    };
    expect((await ask([interrupted, answers], { signal: controller.signal })).asked).toBe(1);
  });

  it('is waited for where our own first command has not ended there, and nobody else', async () => {
    const { outcome, asked } = await ask([loses, isBusy(OWNER), answers]);
    expect(outcome.status).toBe('answered');
    expect(asked).toBe(3);
    const other = await ask([loses, isBusy('bob on build8'), answers]);
    expect(other.asked).toBe(2);
    expect(other.outcome).toMatchObject({ status: 'failed', error: { code: 'busy' } });
  });
});

describe('a sled whose own connection was lost', () => {
  it('is not asked again', async () => {
    const cut: Script = () => {
      throw new FleetError('connection_lost', 'cut');
    };
    expect((await ask([cut, answers])).asked).toBe(1);
  });
});
