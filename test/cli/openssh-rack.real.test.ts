import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionHealth } from '../../src/model/health.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

/**
 * The whole program over real OpenSSH: an sshd a sled, whose sessions run in the environment of a simulated sled,
 * so that uploads, shells, exit statuses and forwarding are OpenSSH's own. Everything is of this test: keys,
 * ports, configuration and homes.
 */
const reason = requireSshd();
const SLEDS = 3;

let inventory: string;
let throughGateway: string;
let silent: Server;
const servers: Sshd[] = [];

/** What runs on this machine have left in the home of root, where an sshd leads that has no other: files and times. */
function leftInRoot(): readonly string[] {
  const folder = '/root/.cruc-fleet';
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => `${name} ${statSync(join(folder, name)).ctimeMs}`);
}
const leftBefore = leftInRoot();

describe.skipIf(reason !== null)(
  `a rack of OpenSSH servers${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const settings = { sledsPerRack: SLEDS, propolisPerSled: 2, pantryPerRack: 1, degraded: 4, seed: 11 };
    const rack = withRack(settings, async () => {
      const { folder, simulation } = rack;
      const key = join(folder, 'id');
      const authorizedKeys = [makeKeyFile(key)];
      for (const sled of simulation.sleds) {
        const environment = {
          PATH: simulation.environmentFor(sled.id).PATH,
          HOME: simulation.environmentFor(sled.id).HOME,
        };
        servers.push(await startSshd({ authorizedKeys, environment, hostKeys: ['ed25519', 'ecdsa'] }));
      }
      const gateway = await startSshd({ authorizedKeys, extraConfig: ['AllowTcpForwarding yes'] });
      const refusing = await startSshd({
        authorizedKeys,
        extraConfig: ['AllowTcpForwarding no'],
        // No nc either.
        environment: { PATH: '/nonexistent' },
      });
      servers.push(gateway, refusing);
      silent = createServer(() => {}).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const knownHosts = join(folder, 'known_hosts');
      writeFileSync(knownHosts, servers.map((server) => server.knownHosts).join(''));
      const sleds = simulation.sleds.map(
        (sled, n) =>
          `      - { serial: ${sled.serial}, cubby: ${sled.cubby}, host: 127.0.0.1, port: ${servers[n]!.port} }`,
      );
      const address = silent.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const down = `      - { serial: BRM42229999, cubby: 31, host: 127.0.0.1, port: ${port}, connect_timeout: 1s }`;
      const head = [
        'version: 1',
        'defaults:',
        `  user: ${servers[0]!.user}`,
        `  identity_file: ${key}`,
        `  known_hosts: ${knownHosts}`,
        '  identities_only: true',
        '  connect_timeout: 60s',
        'racks:',
        '  - id: 3',
      ];
      inventory = join(folder, 'openssh.yaml');
      writeFileSync(inventory, [...head, '    sleds:', ...sleds, down, ''].join('\n'));
      throughGateway = join(folder, 'gateway.yaml');
      const gateways = [`    gateways: ["127.0.0.1:${refusing.port}", "127.0.0.1:${gateway.port}"]`];
      writeFileSync(throughGateway, [...head, ...gateways, '    sleds:', ...sleds, ''].join('\n'));
    });

    afterAll(async () => {
      silent.close();
      await Promise.all(servers.map((server) => server.stop()));
    });

    const sessions = () =>
      rack.simulation
        .truth()
        .sleds.flatMap((sled) =>
          sled.sessions.map((session) =>
            [sled.id, session.pid, session.session_id, ...session.states].join(' '),
          ),
        )
        .toSorted();

    const rows = (report: { rows: readonly Record<string, unknown>[] }) =>
      report.rows
        .map((row) => ['sled', 'pid', 'session_id', 'ds0', 'ds1', 'ds2'].map((name) => row[name]).join(' '))
        .toSorted();

    it('agrees with the truth, row for row, and names the sled that is down', async () => {
      const { status, stdout } = await run(['ds-state', '-i', inventory, '-o', 'json', '--window', '2s']);
      const report = JSON.parse(stdout);
      expect(rows(report)).toEqual(sessions());
      expect(status).toBe(3);
      expect(report.coverage).toEqual({ selected: 4, answered: 3, failed: 1, with_issues: 0 });
      expect(report.sleds[3]).toMatchObject({
        sled: '3/BRM42229999',
        status: 'failed',
        stage: 'connect',
        error: { code: 'timeout' },
      });
    });

    it('has put the scripts into one folder of the home, and nothing beside', () => {
      for (const sled of rack.simulation.sleds) {
        const { HOME } = rack.simulation.environmentFor(sled.id);
        expect(readdirSync(HOME)).toEqual(['.cruc-fleet']);
        const [hash = '', ...others] = readdirSync(join(HOME, '.cruc-fleet')).toSorted();
        expect(others).toEqual(['locks']);
        expect(readdirSync(join(HOME, '.cruc-fleet', 'locks'))).toEqual([]);
        expect(readdirSync(join(HOME, '.cruc-fleet', hash)).toSorted()).toEqual([
          'get-ds-state.sh',
          'upstairs-status.d',
          'upstairs-status.sh',
        ]);
      }
      expect(leftInRoot()).toEqual(leftBefore);
    });

    it('reaches the sleds through the gateway that forwards, passing over the one that refuses', async () => {
      const { status, stdout, stderr } = await run([
        'lr-state',
        '-i',
        throughGateway,
        '-o',
        'json',
        '--window',
        '2s',
      ]);
      const report = JSON.parse(stdout);
      expect(status).toBe(0);
      expect(report.rows).toHaveLength(sessions().length);
      expect(report.sleds.map((sled: { via: string }) => sled.via)).toEqual(
        Array(SLEDS).fill(`127.0.0.1:${servers[SLEDS]!.port}`),
      );
      expect(stderr).toMatch(/gateway 127\.0\.0\.1:\d+ was skipped/);
    });

    it('is judged by check: each upstairs that the truth calls ill, no other, and the sled that is down', async () => {
      const stateFile = join(rack.folder, 'check.json');
      const argv = ['check', '-i', inventory, '--window', '2s', '--state-file', stateFile];
      const { status, stdout } = await run([...argv, '-o', 'json']);
      const json = JSON.parse(stdout);
      const seen: readonly { rule: string; upstairs_id: string; downstairs: number }[] = json.incidents;
      const ill = rack.simulation.truth().sleds.flatMap((sled) =>
        sled.sessions.flatMap(({ upstairs_id: id, states }) => {
          if (sessionHealth([...states]) === 'inactive') return [];
          return states.flatMap((state, n) => (state === 'active' ? [] : [`${id} ${n}`]));
        }),
      );
      expect(ill.length).toBeGreaterThan(3);
      expect(seen.map((each) => `${each.upstairs_id} ${each.downstairs}`).toSorted()).toEqual(ill.toSorted());
      expect([status, json.level, json.report.coverage.answered]).toEqual([2, 'critical', 3]);
      const again = await run(argv);
      expect(again.stdout).toMatch(/^CRUC_FLEET CRITICAL - all sleds: .*; 3 of 4 sleds answered \| /);
      expect(again.stdout).toMatch(/^sled_silent .* 3\/BRM42229999 .*no answer in 2 runs: connect, timeout/m);
      const through = await run(['check', '-i', throughGateway, '--window', '2s', '--dry-run', '--cron']);
      expect(through.stdout).toContain('3 of 3 sleds answered');
      expect(through.stderr).toBe('');
    });

    it('refuses a host key that is not known, with its fingerprint and the command that accepts it', async () => {
      const empty = join(rack.folder, 'empty.yaml');
      writeFileSync(
        empty,
        `version: 1\ndefaults: { user: ${servers[0]!.user}, identity_file: ${join(rack.folder, 'id')}, known_hosts: ${join(rack.folder, 'nobody')}, host_keys: ${join(rack.folder, 'host_keys')} }\nracks:\n  - id: 3\n    sleds: [{ cubby: 0, host: 127.0.0.1, port: ${servers[0]!.port} }]\n`,
      );
      const strict = await run(['ds-state', '-i', empty, '--window', '1s']);
      expect(strict.status).toBe(3);
      expect(strict.stdout).toMatch(
        /host_key_unknown: .*SHA256:.*cruc-fleet inventory trust --sled 3\/sled0/,
      );
      const off = await run(['ds-state', '-i', empty, '--window', '1s', '--host-key', 'off']);
      expect(off.status).toBe(0);
      expect(off.stderr).toMatch(/^warning: 3\/0: the host key of .* was not verified/m);
      expect(existsSync(join(rack.folder, 'nobody'))).toBe(false);
      const accepted = await run(['ds-state', '-i', empty, '--window', '1s', '--host-key', 'accept-new']);
      expect(accepted.status).toBe(0);
      expect(accepted.stderr).toMatch(
        /^warning: 3\/0: its host key was not known, and is kept in .*host_keys now \(accept-new\): \S+ SHA256:/m,
      );
      expect(existsSync(join(rack.folder, 'nobody'))).toBe(false);
      expect((await run(['ds-state', '-i', empty, '--window', '1s'])).status).toBe(0);
    });

    it('opens an encrypted key with the passphrase of a file, and says what to do without one', async () => {
      const key = join(rack.folder, 'encrypted');
      makeKeyFile(key, { passphrase: 'a secret' });
      const file = join(rack.folder, 'passphrase');
      writeFileSync(file, 'a secret\n');
      const encrypted = join(rack.folder, 'encrypted.yaml');
      writeFileSync(
        encrypted,
        `version: 1\ndefaults: { user: ${servers[0]!.user}, identity_file: ${key}, known_hosts: ${join(rack.folder, 'known_hosts')} }\nracks:\n  - id: 3\n    sleds: [{ cubby: 0, host: 127.0.0.1, port: ${servers[0]!.port} }]\n`,
      );
      const without = await run(['ds-state', '-i', encrypted, '--window', '1s']);
      expect(without.stdout).toMatch(/key_unreadable: .*encrypted is encrypted.*CRUC_FLEET_PASSPHRASE_FILE/);
      const withOne = await run(['ds-state', '-i', encrypted, '--window', '1s'], {
        env: { CRUC_FLEET_PASSPHRASE_FILE: file },
      });
      // The key opens; the server does not know it.
      expect(withOne.stdout).toMatch(/connect, authentication: /);
    });
  },
);
