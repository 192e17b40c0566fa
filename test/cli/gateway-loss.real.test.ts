import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulation, type Simulation } from '../../src/simulator/simulate.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run, startProgram } from '../support/run-program.ts';

/** The whole program over real OpenSSH, while a gateway dies. */
const reason = requireSshd();
const SLEDS = 3;

let simulation: Simulation;
let folder: string;
const sleds: Sshd[] = [];
let second: Sshd;
let publicKey: string;

describe.skipIf(reason !== null)(
  `a gateway that dies in the middle of a run${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-loss-'));
      simulation = await startSimulation({
        racks: ['3'],
        sledsPerRack: SLEDS,
        propolisPerSled: 1,
        pantryPerRack: 0,
        seed: 5,
      });
      publicKey = makeKeyFile(join(folder, 'id'));
      for (const sled of simulation.sleds) {
        const { PATH, HOME } = simulation.environmentFor(sled.id);
        sleds.push(await startSshd({ authorizedKeys: [publicKey], environment: { PATH, HOME } }));
      }
      second = await gateway();
    });

    afterAll(async () => {
      await Promise.all([second, ...sleds].map((server) => server.stop()));
      await simulation.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    async function gateway(): Promise<Sshd> {
      return await startSshd({ authorizedKeys: [publicKey] });
    }

    function inventory(gateways: readonly Sshd[]): string {
      const file = join(folder, 'inventory.yaml');
      const known = [...gateways, ...sleds].map((server) => server.knownHosts).join('');
      writeFileSync(join(folder, 'known_hosts'), known);
      const lines = [
        'version: 1',
        `defaults: { user: ${second.user}, identity_file: id, known_hosts: known_hosts, identities_only: true }`,
        'racks:',
        '  - id: 3',
        `    gateways: [${gateways.map(({ port }) => `"127.0.0.1:${port}"`).join(', ')}]`,
        '    sleds:',
        ...sleds.map(({ port }, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
      ];
      writeFileSync(file, lines.join('\n'));
      return file;
    }

    it('has what had not ended asked again through the other one, which is said once', async () => {
      const first = await gateway();
      const file = inventory([first, second]);
      expect((await run(['ds-state', '-i', file, '-w', '1s', '-o', 'json'])).status).toBe(0);
      const running = startProgram(['ds-state', '-i', file, '-w', '4s', '-o', 'json']);
      const before = sessions();
      await expect.poll(() => sessions() - before).toBe(SLEDS);
      await first.stop();
      const { status, stdout, stderr } = await running.ended;
      const report = JSON.parse(stdout);
      expect(report.coverage).toEqual({ selected: SLEDS, answered: SLEDS, failed: 0, with_issues: 0 });
      expect(status).toBe(0);
      expect(report.sleds.map((sled: { via: string }) => sled.via)).toEqual(
        Array(SLEDS).fill(`127.0.0.1:${second.port}`),
      );
      const warnings = stderr.split('\n').filter((line) => line.startsWith('warning: '));
      const lost = `the connection to gateway 127.0.0.1:${first.port} was lost`;
      expect(warnings).toEqual([
        expect.stringMatching(`^warning: ${lost}: `),
        `warning: 3/[0-${SLEDS - 1}]: asked again through 127.0.0.1:${second.port}: ${lost}`,
      ]);
    });

    it('is found out where it freezes, and has them asked again', async () => {
      const first = await gateway();
      const file = inventory([first, second]);
      const text = readFileSync(file, 'utf8').replace('defaults: {', 'defaults: { keepalive: 300ms,');
      writeFileSync(file, text);
      const running = startProgram(['ds-state', '-i', file, '-w', '4s', '-o', 'json']);
      const before = sessions();
      await expect.poll(() => sessions() - before).toBe(SLEDS);
      first.freeze();
      const { status, stdout, stderr } = await running.ended;
      expect({ status, answered: JSON.parse(stdout).coverage.answered }).toEqual({
        status: 0,
        answered: SLEDS,
      });
      expect(stderr).toContain('stopped answering keepalive messages');
      await first.stop();
    });

    it('costs a command of exec its answers, since asking again may do harm', async () => {
      const first = await gateway();
      const file = inventory([first, second]);
      const running = startProgram(['exec', '-r', '*', '-i', file, '-o', 'json', '--', 'sleep 5']);
      const before = sessions();
      await expect.poll(() => sessions() - before).toBe(SLEDS);
      await first.stop();
      const { status, stdout, stderr } = await running.ended;
      expect(status).toBe(3);
      expect(JSON.parse(stdout).coverage).toMatchObject({ answered: 0, failed: SLEDS });
      expect(stderr).not.toContain('asked again');
    });

    /** Commands that sleds were asked to run. */
    function sessions(): number {
      return sleds
        .map((server) => server.log().match(/Starting session/g)?.length ?? 0)
        .reduce((a, b) => a + b);
    }
  },
);
