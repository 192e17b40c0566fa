import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Row } from '../../src/model/column.ts';
import type { ProbeSpec } from '../../src/model/probe.ts';
import { PROBES } from '../../src/probes/index.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createDisk } from '../../src/simulator/upstairs-session.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { withRack, type Rack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run, startProgram } from '../support/run-program.ts';
import { isLong } from '../support/sized.ts';

/**
 * Probes over real OpenSSH: two sshd, whose sessions run in the environments of simulated sleds. Each fifth in the
 * sample, which has every shape, and each in the long suite.
 */
const TRIED: readonly ProbeSpec[] = PROBES.filter((_, n) => isLong || n % 5 === 1);

const reason = requireSshd();

interface OpensshRack {
  readonly rack: Rack;
  /** An inventory that reaches the sleds through OpenSSH. */
  readonly inventory: string;
}

/** Two sleds, each with an OpenSSH server for the tests around it. */
function withOpensshRack(time: 'real' | 'simulated'): OpensshRack {
  const servers: Sshd[] = [];
  const settings = { sledsPerRack: 2, propolisPerSled: 1, ioRate: 25, seed: 8, time };
  const rack = withRack(settings, async () => {
    const { folder, simulation } = rack;
    for (const [index, { crucible }] of simulation.world.sleds.entries()) {
      crucible.setStates(crucible.sessions()[0]!, ['active', 'live_repair', 'active']);
      const process = crucible.processes().find((each) => each.sessions.length > 0)!;
      const disks = [{ ...createDisk(createRandom(index)), hasHttpParent: true }];
      crucible.startProcess({ ...process, crucible: 'upstairs', disks });
    }
    const key = join(folder, 'id');
    const authorizedKeys = [makeKeyFile(key)];
    for (const { id } of simulation.sleds) {
      const { PATH, HOME } = rack.simulation.environmentFor(id);
      servers.push(await startSshd({ authorizedKeys, environment: { PATH, HOME }, hostKeys: ['ed25519'] }));
    }
    const knownHosts = join(folder, 'known_hosts');
    writeFileSync(knownHosts, servers.map((server) => server.knownHosts).join(''));
    const sleds = simulation.sleds.map(
      ({ serial, cubby }, n) =>
        `      - { serial: ${serial}, cubby: ${cubby}, host: 127.0.0.1, port: ${servers[n]!.port} }\n`,
    );
    writeFileSync(
      join(folder, 'openssh.yaml'),
      `version: 1\ndefaults: { user: ${servers[0]!.user}, identity_file: ${key}, known_hosts: ${knownHosts}, connect_timeout: 60s }\n` +
        `racks:\n  - id: 3\n    sleds:\n${sleds.join('')}`,
    );
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
  });
  return {
    rack,
    get inventory() {
      return join(rack.folder, 'openssh.yaml');
    },
  };
}

const title = (what: string): string => `${what}${reason === null ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== null)(title('the probes over OpenSSH'), () => {
  const openssh = withOpensshRack('simulated');
  const { rack } = openssh;

  /** The scripts on a sled: folder, name and the file itself, which a second upload would replace. */
  function uploaded(sled: string): readonly string[] {
    const base = join(rack.simulation.environmentFor(sled).HOME, '.cruc-fleet');
    return readdirSync(base)
      .flatMap((hash) =>
        readdirSync(join(base, hash)).map(
          (name) => `${hash}/${name} ${statSync(join(base, hash, name)).ino}`,
        ),
      )
      .toSorted();
  }

  async function reportOf(...argv: readonly string[]) {
    const { status, stdout, stderr } = await run(['run', ...argv, '-i', openssh.inventory, '-o', 'json'], {});
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.coverage).toEqual({ selected: 2, answered: 2, failed: 0, with_issues: 0 });
    return report;
  }

  /** A process that the probe can be limited to, where it must be. */
  function pidFor(probe: ProbeSpec): readonly string[] {
    if (probe.takes.pid !== 'needed') return [];
    const of = probe.name === 'downstairs_count' ? 'crucible-downstairs' : 'propolis-server';
    const process = rack.simulation.world.sleds[0]!.crucible.processes().find((each) => each.command === of)!;
    return ['--pid', String(process.pid)];
  }

  describe.concurrent('each', () => {
    it.for(TRIED.map((probe): readonly [string, ProbeSpec] => [probe.name, probe]))(
      '%s answers from both sleds',
      async ([name, probe]) => {
        const report = await reportOf(name, '--for', '2s', ...pidFor(probe));
        const sleds =
          probe.shape === 'rows'
            ? report.rows.map((row: Row) => row['sled'])
            : report.distributions.groups.flatMap((group: { sleds: readonly string[] }) => group.sleds);
        const expected = rack.simulation.sleds
          .map((sled) => sled.id)
          .slice(0, probe.takes.pid === 'needed' ? 1 : 2);
        expect(new Set(sleds)).toEqual(new Set(expected));
        if (!probe.columns.some((column) => column.name === 'session_id') || probe.takes.pid === 'needed')
          return;
        const sessions = rack.simulation.truth().sleds.flatMap((sled) => sled.sessions);
        expect(report.rows).toHaveLength(sessions.length);
        expect(new Set(report.rows.map((row: Row) => row['session_id']))).toEqual(
          new Set(sessions.map((session) => session.session_id)),
        );
      },
    );
  });

  it('puts the scripts of a probe on a sled once', async () => {
    const [sled] = rack.simulation.sleds;
    await reportOf('perfgw', '--for', '1s');
    const before = uploaded(sled!.id);
    await reportOf('perfgw', '--for', '1s', '--by', 'pid');
    expect(uploaded(sled!.id)).toEqual(before);
    // One folder for the files of each probe; what was half written has gone.
    const names = before.map((each) => each.split(/[/ ]/)[1] ?? '');
    expect(names.filter((name) => name === 'perfgw.d')).toHaveLength(1);
    expect(names.filter((name) => !/^[a-z][\w-]*\.(d|sh)$/.test(name))).toEqual([]);
  });
});

describe.skipIf(reason !== null)(title('Ctrl-C over OpenSSH'), () => {
  const openssh = withOpensshRack('real');
  const { rack } = openssh;

  it('ends dtrace on the sleds', async () => {
    const running = startProgram(['run', 'perf-vol', '--for', '10m', '-i', openssh.inventory], {});
    const tracing = () => rack.simulation.sleds.map((sled) => rack.simulation.tracing(sled.id));
    await vi.waitFor(() => expect(tracing()).toEqual([1, 1]), { timeout: 120_000 });
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toMatch(/interrupted, incomplete; \d of 2 sleds answered/);
    await vi.waitFor(() => expect(tracing()).toEqual([0, 0]), { timeout: 120_000 });
  });
});
