import { describe, expect, it } from 'vitest';
import { collect, type CollectSettings } from '../../src/fleet/collect.ts';
import type { Bundle } from '../../src/model/job.ts';
import { FleetError } from '../../src/model/error.ts';
import type { SledOutcome } from '../../src/model/report.ts';
import type { Stage } from '../../src/model/stage.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { makeGuard } from '../support/guarded.ts';
import { createOutputBudget } from '../../src/model/output-budget.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { makeTarget } from '../support/sleds.ts';
import { result, scriptedTransport, type Script } from '../support/scripted-transport.ts';

const ROW =
  'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50 28022 3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1 active active active\n';

const MISSING = result('', 222, 'cruc-fleet: scripts missing or different\n');

const bundle: Bundle = {
  hash: 'abc',
  files: [{ name: 'x.sh', content: Buffer.from('x'), cksum: '1 1', sha256: 'x' }],
};

function settings(change: Partial<CollectSettings> = {}): CollectSettings {
  let clock = 0;
  return {
    job: {
      what: 'test',
      bundle,
      payload: { script: 'run it', isCounted: false, lock: null },
      mayRepeat: true,
      read: (ended) => dsState.read(ended, SETTINGS),
    },
    guard: makeGuard(),
    uploadTimeoutMs: 1000,
    runTimeoutMs: 1000,
    maxOutputBytes: 1000,
    budget: createOutputBudget(1000),
    concurrency: 8,
    now: () => clock++,
    ...change,
  };
}

const never = new AbortController().signal;

describe('collect', () => {
  it('gives one outcome for each sled, in their order, whoever fails', async () => {
    const targets = [0, 1, 2, 3, 4].map((cubby) => makeTarget(cubby));
    const transport = scriptedTransport({
      [targets[0]!.sled.id]: () => result(ROW),
      [targets[1]!.sled.id]: new FleetError('refused', 'nothing listens there'),
      [targets[2]!.sled.id]: () =>
        result('', 1, 'dtrace: failed to initialize dtrace: DTrace requires additional privileges\n'),
      [targets[3]!.sled.id]: () => {
        throw new FleetError('connection_lost', 'cut');
      },
      [targets[4]!.sled.id]: () => result(''),
    });
    const outcomes = await collect(transport, targets, settings(), never);
    expect(outcomes.map((outcome) => outcome.sled.cubby)).toEqual([0, 1, 2, 3, 4]);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'failed' ? `${outcome.stage} ${outcome.error.code}` : outcome.rows.length,
      ),
    ).toEqual([1, 'connect refused', 'run dtrace_privileges', 'run connection_lost', 0]);
    expect(transport.closed.toSorted()).toEqual([0, 2, 3, 4].map((cubby) => targets[cubby]!.sled.id));
  });

  it('tells of a sled who it is, and of the way to it the address of a failure alone', async () => {
    const target = makeTarget(0, { port: 2022, user: 'admin', identityFiles: ['/keys/fleet'] });
    const refused = new FleetError('refused', 'nothing listens there');
    const failing = await collect(
      scriptedTransport({ [target.sled.id]: refused }),
      [target],
      settings(),
      never,
    );
    expect(failing).toEqual([
      {
        status: 'failed',
        sled: target.sled,
        elapsedMs: 2,
        stage: 'connect',
        error: refused,
        address: `[${target.sled.host}]:2022`,
        trail: { times: { stages: { connect: 2 }, steps: { queue: 0 } }, way: [], ran: null, noise: [] },
      },
    ]);
    const answering = scriptedTransport({ [target.sled.id]: () => result(ROW) });
    const answered = await collect(answering, [target], settings(), never);
    expect(JSON.stringify(answered)).not.toMatch(/admin|keys|2022/);
  });

  it('uploads only to a sled that says that the scripts are missing', async () => {
    const targets = [makeTarget(0), makeTarget(1)];
    const uploads: string[] = [];
    let uploaded = false;
    const cold: Script = (command, options) => {
      if (command.includes('put()')) {
        uploads.push(String(options.stdin));
        uploaded = true;
        return result('');
      }
      return uploaded ? result(ROW) : MISSING;
    };
    const channels: string[] = [];
    const warm: Script = (command) => {
      channels.push(command);
      return result(ROW);
    };
    const stages: [string, Stage][] = [];
    const outcomes = await collect(
      scriptedTransport({ [targets[0]!.sled.id]: cold, [targets[1]!.sled.id]: warm }),
      targets,
      settings({ onStage: (sled, stage) => stages.push([sled.name, stage]) }),
      never,
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['answered', 'answered']);
    expect(uploads).toEqual(['x']);
    expect(channels).toHaveLength(1);
    expect(stages.filter(([name]) => name === targets[0]!.sled.name).map(([, stage]) => stage)).toEqual([
      'connect',
      'run',
      'upload',
      'run',
    ]);
  });

  it('fails a sled that has the scripts missing even after the upload', async () => {
    const target = makeTarget(0);
    const transport = scriptedTransport({
      [target.sled.id]: (command) => (command.includes('put()') ? result('') : MISSING),
    });
    const [outcome] = await collect(transport, [target], settings(), never);
    expect(outcome).toMatchObject({ status: 'failed', stage: 'upload', error: { code: 'upload' } });
  });

  it('says of sleds that were not reached before an interruption that they were not tried', async () => {
    const targets = [0, 1, 2].map((cubby) => makeTarget(cubby));
    const abort = new AbortController();
    const script: Script = () => {
      abort.abort();
      return result(ROW);
    };
    const transport = scriptedTransport(Object.fromEntries(targets.map(({ sled }) => [sled.id, script])));
    const outcomes: readonly SledOutcome[] = await collect(
      transport,
      targets,
      settings({ concurrency: 1 }),
      abort.signal,
    );
    expect(
      outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.error.code : outcome.status)),
    ).toEqual(['answered', 'not_tried', 'not_tried']);
  });

  it('visits no more sleds at a time than it may', async () => {
    const targets = Array.from({ length: 12 }, (_, cubby) => makeTarget(cubby));
    let now = 0;
    let most = 0;
    const script: Script = async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return result(ROW);
    };
    const transport = scriptedTransport(Object.fromEntries(targets.map(({ sled }) => [sled.id, script])));
    await collect(transport, targets, settings({ concurrency: 5 }), never);
    expect(most).toBe(5);
  });

  it('does not take a bug for a failed sled', async () => {
    const target = makeTarget(0);
    const transport = scriptedTransport({
      [target.sled.id]: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(collect(transport, [target], settings(), never)).rejects.toThrow('a bug');
  });
});
