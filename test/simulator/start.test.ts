import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulation, type Simulation } from '../../src/simulator/simulate.ts';
import { isLong, sized } from '../support/sized.ts';
import { failAtStep, stepsTaken } from './support/fail-at-step.mjs';

const small = {
  sledsPerRack: 2,
  propolisPerSled: 1,
  gatewaysPerRack: 1,
  down: new Map([['1/1', 'refused'] as const]),
};

afterEach(() => failAtStep(0));

const KINDS = [
  'TCPServerWrap',
  'TCPSocketWrap',
  'PipeWrap',
  'ProcessWrap',
  'FSReqCallback',
  'Timeout',
] as const;

const KINDS_OF_STEPS = [
  'chmodSync',
  'connect',
  'execFile',
  'generateKeyPairSync',
  'listen',
  'mkdirSync',
  'openSync',
  'symlinkSync',
  'writeFileSync',
];

/** What keeps Node from ending, by kind. */
function open(): Readonly<Record<(typeof KINDS)[number], number>> {
  const all = process.getActiveResourcesInfo();
  const counted = KINDS.map((kind) => [kind, all.filter((each) => each === kind).length] as const);
  return Object.fromEntries(counted) as Record<(typeof KINDS)[number], number>;
}

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  return await once(socket, 'connect').then(
    () => {
      socket.destroy();
      return true;
    },
    (error: NodeJS.ErrnoException) => {
      expect(error.code).toBe('ECONNREFUSED');
      return false;
    },
  );
}

describe('a start of a simulation', () => {
  /** All steps of a start; a sample has the first and the last of each kind. */
  async function stepsToFail(): Promise<readonly number[]> {
    failAtStep(0);
    await (await startSimulation(small)).stop();
    const kinds = stepsTaken().steps.map((kind, index) => ({ kind, step: index + 1 }));
    if (isLong) return kinds.map(({ step }) => step);
    return KINDS_OF_STEPS.flatMap((wanted) => {
      const steps = kinds.filter(({ kind }) => kind === wanted).map(({ step }) => step);
      return [0, steps.length - 1].flatMap((at) => steps[at] ?? []);
    });
  }

  it('that fails at any step leaves nothing that keeps Node from ending, and no file', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'simulation-that-fails-'));
    const before = open();
    const failed = new Set<string>();
    for (const step of await stepsToFail()) {
      const rootDir = join(parent, String(step));
      failAtStep(step);
      const outcome = await startSimulation({ ...small, rootDir }).catch((error: unknown) => error);
      const { failing } = stepsTaken();
      failAtStep(0);
      if (!(outcome instanceof Error)) {
        await (outcome as Simulation).stop();
        throw new Error(`step ${step} was not there to fail`);
      }
      failed.add(failing ?? 'nothing');
      expect(outcome.message, `step ${step}`).toBe(`EMFILE: injected failure of ${failing}`);
      // What was closed has gone in a later turn.
      const more = () => KINDS.filter((kind) => open()[kind] > before[kind]);
      for (let turns = 0; turns < 1000 && more().length > 0; turns++) await nextTurn();
      expect(more(), `step ${step}, ${failing}`).toEqual([]);
      expect(readdirSync(parent), `step ${step}, ${failing}`).toEqual([]);
    }
    expect([...failed].toSorted()).toEqual(KINDS_OF_STEPS);
    rmSync(parent, { recursive: true });
  });

  it('is made again and again at the same time while others take ports, and each sled has a port of its own', async () => {
    let taken = 0;
    const over = new AbortController();
    const taker = async () => {
      while (!over.signal.aborted) {
        const servers = Array.from({ length: 20 }, () => createServer().listen(0, '127.0.0.1'));
        await Promise.all(servers.map((server) => once(server, 'listening')));
        taken += servers.length;
        for (const server of servers) server.close();
        await nextTurn();
      }
    };
    const takers = [1, 2, 3].map(taker);
    const down = new Map([
      ['1/1', 'refused'],
      ['1/2', 'refused'],
    ] as const);
    const simulations = await Promise.all(
      Array.from({ length: sized(6, 24) }, () =>
        startSimulation({ sledsPerRack: 3, propolisPerSled: 0, down }),
      ),
    ).finally(() => over.abort());
    await Promise.all(takers);
    const sleds = simulations.flatMap((simulation) => simulation.sleds);
    for (const { host, port, cubby } of sleds) expect(await accepts(host, port)).toBe(cubby === 0);
    expect(new Set(sleds.map((sled) => sled.port)).size).toBe(sleds.length);
    expect(taken).toBeGreaterThan(20);
    await Promise.all(simulations.map((simulation) => simulation.stop()));
    for (const { rootDir } of simulations) expect(existsSync(rootDir)).toBe(false);
  });
});
