import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageLines } from '../../src/drawing/summary.ts';
import { mergeReport } from '../../src/fleet/merge.ts';
import { readRecording, recordedOutcomes } from '../../src/fleet/recording-reader.ts';
import { run } from '../support/run-program.ts';

let folder: string;

/** A recording as version 0.1.0 wrote it: two sleds that refused, each at its own address. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-recording-reader-'));
  mkdirSync(join(folder, '3'));
  const sleds = [3, 4].map((cubby) => ({
    sled: `3/BRM4222000${cubby}`,
    rack: '3',
    name: `BRM4222000${cubby}`,
    serial: `BRM4222000${cubby}`,
    cubby,
    labels: { site: 'lab' },
    host: '127.0.0.1',
    port: 41_759 + cubby,
    user: 'root',
  }));
  const head = {
    format: 'cruc-fleet/recording',
    version: 1,
    command: 'ds-state',
    probe: 'ds-state',
    settings: { seconds: 2, interval: 0, pid: null, volume: null, totals: false, rates: false },
    view: { filters: {}, sort_by: [] },
    selection: 'all sleds',
    started_at: '2026-11-27T19:49:46.000Z',
    finished_at: '2026-11-27T19:49:48.500Z',
    interrupted: false,
    sleds,
  };
  writeFileSync(join(folder, 'recording.json'), JSON.stringify(head));
  for (const { sled, name, port } of sleds) {
    const visit = {
      sled,
      ended_at: '2026-11-27T19:49:46.365Z',
      elapsed_ms: 55.9,
      stdout_bytes: null,
      stderr_bytes: null,
      command: null,
      via: null,
      warnings: [],
      failure: {
        stage: 'connect',
        code: 'refused',
        message: `127.0.0.1:${port} refused the connection`,
        causes: [`connect ECONNREFUSED 127.0.0.1:${port}`],
      },
    };
    writeFileSync(join(folder, '3', `${name}.json`), JSON.stringify(visit));
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const neverRead = () => {
  throw new Error('no sled answered');
};

describe('a recording that is read', () => {
  it('has who each sled is, and of the way to it only its address', async () => {
    const [outcome] = recordedOutcomes(await readRecording(folder), neverRead);
    expect(outcome).toMatchObject({
      status: 'failed',
      sled: {
        id: '3/BRM42220003',
        rack: '3',
        name: 'BRM42220003',
        serial: 'BRM42220003',
        cubby: 3,
        labels: { site: 'lab' },
        host: '127.0.0.1',
      },
      address: '127.0.0.1:41762',
    });
    expect(Object.keys(outcome?.sled ?? {})).toHaveLength(7);
  });

  it('folds sleds that failed alike but for their address', async () => {
    const { facts, finishedAt, interrupted, visits } = await readRecording(folder);
    const outcomes = recordedOutcomes({ facts, finishedAt, interrupted, visits }, neverRead);
    const report = mergeReport(outcomes, {
      probe: { name: 'ds-state', shape: 'rows', check: () => [] },
      probeColumns: [],
      selection: facts.selection,
      startedAt: facts.startedAt,
      finishedAt,
      interrupted,
      filter: null,
      sortBy: [],
    });
    expect(coverageLines(report)).toEqual([
      'no answer from 3/[3-4] (2 sleds): connect, refused: its address refused the connection: connect ECONNREFUSED its address',
    ]);
  });

  it('is replayed with the host of each sled, and no word of its user', async () => {
    const { status, stdout } = await run(['replay', folder, '-o', 'json']);
    expect(status).toBe(3);
    expect(JSON.parse(stdout).sleds.map(({ host }: { host: string }) => host)).toEqual([
      '127.0.0.1',
      '127.0.0.1',
    ]);
    expect(stdout).not.toContain('root');
  });
});
