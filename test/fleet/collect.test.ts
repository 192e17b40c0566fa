import { describe, expect, it } from 'vitest';
import { collect, type CollectSettings } from '../../src/fleet/collect.ts';
import type { Bundle } from '../../src/model/job.ts';
import { FleetError } from '../../src/model/error.ts';
import type { SledOutcome, Stage } from '../../src/model/report.ts';
import { dsState } from '../../src/probes/ds-state.ts';
import { SETTINGS } from '../support/probe-settings.ts';
import { makeSled } from '../support/sleds.ts';
import { result, scriptedTransport, type Script } from '../support/scripted-transport.ts';

const ROW =
  'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50 28022 3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1 active active active\n';

const MISSING = result('', 222, 'cruc-fleet: scripts missing or different\n');

const bundle: Bundle = {
  hash: 'abc',
  files: [{ name: 'x.sh', content: Buffer.from('x'), cksum: '1 1' }],
};

function settings(change: Partial<CollectSettings> = {}): CollectSettings {
  let clock = 0;
  return {
    job: { bundle, command: 'run it', holdStdin: false, read: (ended) => dsState.read(ended, SETTINGS) },
    uploadTimeoutMs: 1000,
    runTimeoutMs: 1000,
    maxOutputBytes: 1000,
    concurrency: 8,
    now: () => clock++,
    ...change,
  };
}

const never = new AbortController().signal;

describe('collect', () => {
  it('gives one outcome for each sled, in their order, whoever fails', async () => {
    const sleds = [0, 1, 2, 3, 4].map((cubby) => makeSled(cubby));
    const transport = scriptedTransport({
      [sleds[0]!.id]: () => result(ROW),
      [sleds[1]!.id]: new FleetError('refused', 'nothing listens there'),
      [sleds[2]!.id]: () =>
        result('', 1, 'dtrace: failed to initialize dtrace: DTrace requires additional privileges\n'),
      [sleds[3]!.id]: () => {
        throw new FleetError('connection_lost', 'cut');
      },
      [sleds[4]!.id]: () => result(''),
    });
    const outcomes = await collect(transport, sleds, settings(), never);
    expect(outcomes.map((outcome) => outcome.sled.cubby)).toEqual([0, 1, 2, 3, 4]);
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'failed' ? `${outcome.stage} ${outcome.error.code}` : outcome.rows.length,
      ),
    ).toEqual([1, 'connect refused', 'run dtrace_privileges', 'run connection_lost', 0]);
    expect(transport.closed.toSorted()).toEqual([0, 2, 3, 4].map((cubby) => sleds[cubby]!.id));
  });

  it('uploads only to a sled that says that the scripts are missing', async () => {
    const sleds = [makeSled(0), makeSled(1)];
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
      scriptedTransport({ [sleds[0]!.id]: cold, [sleds[1]!.id]: warm }),
      sleds,
      settings({ onStage: (sled, stage) => stages.push([sled.name, stage]) }),
      never,
    );
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['answered', 'answered']);
    expect(uploads).toEqual(['x']);
    expect(channels).toHaveLength(1);
    expect(stages.filter(([name]) => name === sleds[0]!.name).map(([, stage]) => stage)).toEqual([
      'connect',
      'run',
      'upload',
      'run',
    ]);
  });

  it('fails a sled that has the scripts missing even after the upload', async () => {
    const sled = makeSled(0);
    const transport = scriptedTransport({
      [sled.id]: (command) => (command.includes('put()') ? result('') : MISSING),
    });
    const [outcome] = await collect(transport, [sled], settings(), never);
    expect(outcome).toMatchObject({ status: 'failed', stage: 'upload', error: { code: 'upload' } });
  });

  it('says of sleds that were not reached before an interruption that they were not tried', async () => {
    const sleds = [0, 1, 2].map((cubby) => makeSled(cubby));
    const abort = new AbortController();
    const script: Script = () => {
      abort.abort();
      return result(ROW);
    };
    const transport = scriptedTransport(Object.fromEntries(sleds.map((sled) => [sled.id, script])));
    const outcomes: readonly SledOutcome[] = await collect(
      transport,
      sleds,
      settings({ concurrency: 1 }),
      abort.signal,
    );
    expect(
      outcomes.map((outcome) => (outcome.status === 'failed' ? outcome.error.code : outcome.status)),
    ).toEqual(['answered', 'not_tried', 'not_tried']);
  });

  it('visits no more sleds at a time than it may', async () => {
    const sleds = Array.from({ length: 12 }, (_, cubby) => makeSled(cubby));
    let now = 0;
    let most = 0;
    const script: Script = async () => {
      most = Math.max(most, ++now);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return result(ROW);
    };
    const transport = scriptedTransport(Object.fromEntries(sleds.map((sled) => [sled.id, script])));
    await collect(transport, sleds, settings({ concurrency: 5 }), never);
    expect(most).toBe(5);
  });

  it('does not take a bug for a failed sled', async () => {
    const sled = makeSled(0);
    const transport = scriptedTransport({
      [sled.id]: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(collect(transport, [sled], settings(), never)).rejects.toThrow('a bug');
  });
});
