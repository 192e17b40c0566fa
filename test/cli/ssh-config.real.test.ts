import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAskSsh } from '../../src/ssh-config/ask-ssh.ts';
import { fingerprint } from '../../src/trust/known-hosts.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run } from '../support/run-program.ts';

const missing = requireSshd();

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

describe.skipIf(missing !== null)(
  `OpenSSH's configuration${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let folder = '';
    let inventory = '';
    let servers: readonly Sshd[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-config-'));
      mkdirSync(join(folder, '.ssh'));
      const key = makeKeyFile(join(folder, 'key of the lab'));
      const noForwarding = { extraConfig: ['AllowTcpForwarding no'] };
      servers = await Promise.all([
        startSshd({ authorizedKeys: [key] }),
        startSshd({ authorizedKeys: [key] }),
        startSshd({ authorizedKeys: [key], ...noForwarding }),
        startSshd({ authorizedKeys: [key] }),
      ]);
      writeFileSync(join(folder, 'known hosts'), servers.map(({ knownHosts }) => knownHosts).join(''));
      inventory = join(folder, 'inventory.yaml');
      // Nothing of how to get there: all of it is in the configuration.
      writeFileSync(
        inventory,
        'version: 1\ndefaults: { connect_timeout: 60s }\nracks:\n  - { id: 3, sleds: [{ cubby: 0, host: sled0 }] }\n',
      );
    });

    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    });

    const surroundings = () => ({
      openSsh: { ask: createAskSsh(), home: folder, systemFile: '/nonexistent/ssh_config' },
    });

    const exec = (...options: readonly string[]) =>
      run(
        ['exec', '-r', '*', '-i', inventory, ...options, '--', 'echo', 'from', '$SSH_CONNECTION'],
        surroundings(),
      );

    function configure(...lines: readonly string[]): void {
      const [sled, first, last, second] = servers.map(({ port, user }) => [
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        `  User ${user}`,
      ]);
      writeFileSync(
        join(folder, '.ssh', 'config'),
        [
          'Host sled*',
          ...sled!,
          'Host first',
          ...first!,
          'Host last',
          ...last!,
          'Host second',
          ...second!,
          'Host *',
          `  IdentityFile "${folder}/key of the lab"`,
          `  UserKnownHostsFile "${folder}/known hosts"`,
          ...lines,
          '',
        ].join('\n'),
      );
    }

    it('leads to a sled of which the inventory has the name alone', async () => {
      configure();
      const { status, stdout, stderr } = await exec('-o', 'json');
      expect([status, stderr]).toEqual([0, '']);
      expect(JSON.parse(stdout)).toMatchObject({
        sleds: [{ sled: '3/sled0', status: 'answered', via: null }],
      });
    });

    it('leads through the hosts of a ProxyJump, one of which allows no forwarding', async () => {
      configure('Host sled0', '  ProxyJump first');
      const { status, stdout } = await exec('-o', 'json');
      expect(status).toBe(0);
      const via = `127.0.0.1:${servers[1]!.port}`;
      expect(JSON.parse(stdout)).toMatchObject({ sleds: [{ sled: '3/sled0', status: 'answered', via }] });
      expect(servers[1]!.log()).toContain('Accepted publickey');

      configure('Host sled0', '  ProxyJump first,last');
      const refused = await exec();
      // Both are named: the one that does not forward, and the sled behind it.
      expect(refused.status).toBe(3);
      expect(refused.stdout).toContain(`gateway 127.0.0.1:${servers[2]!.port} does not allow forwarding`);
      configure('Host sled0', '  ProxyJump last,first');
      expect((await exec()).stdout).toMatch(
        new RegExp(
          `gateway 127.0.0.1:${servers[1]!.port} cannot be used: .*gateway 127.0.0.1:${servers[2]!.port} does not allow`,
        ),
      );
      configure('Host sled0', '  ProxyJump first,second');
      const chain = await exec('-o', 'json');
      expect(JSON.parse(chain.stdout)).toMatchObject({
        sleds: [{ status: 'answered', via: `127.0.0.1:${servers[3]!.port}` }],
      });
      expect(servers[3]!.log()).toMatch(/Accepted publickey/);
    });

    it('leads through a ProxyCommand, and not where the inventory says another way', async () => {
      // Of another configuration: its own would lead to itself.
      const hop = join(folder, 'hop');
      configure();
      writeFileSync(hop, readFileSync(join(folder, '.ssh', 'config')));
      configure('Host sled0', `  ProxyCommand ssh -F "${hop}" -o BatchMode=yes -W "%h:%p" first`);
      const { stdout } = await exec('-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({ sleds: [{ via: 'proxy_command' }] });
      const direct = join(folder, 'direct.yaml');
      writeFileSync(
        direct,
        'version: 1\nracks:\n  - { id: 3, gateways: [], sleds: [{ cubby: 0, host: sled0, connect_timeout: 60s }] }\n',
      );
      const { stdout: said } = await run(
        ['exec', '-r', '*', '-i', direct, '-o', 'json', '--', 'true'],
        surroundings(),
      );
      expect(JSON.parse(said)).toMatchObject({ sleds: [{ status: 'answered', via: null }] });
    });

    it('finds a host key under its alias, and refuses a changed one in spite of StrictHostKeyChecking no', async () => {
      const [sled, other] = servers;
      const aliased = join(folder, 'aliased');
      writeFileSync(aliased, `lab-sled ${other!.hostPublicKeys.ed25519}\n`);
      configure();
      const changed = join(folder, 'changed');
      writeFileSync(
        changed,
        `Host sled0\n  UserKnownHostsFile ${aliased}\n  HostKeyAlias lab-sled\n  StrictHostKeyChecking no\nInclude ${folder}/.ssh/config\n`,
      );
      const refused = await exec('-F', changed);
      expect(refused.status).toBe(3);
      expect(refused.stdout).toContain(`${aliased} line 1 has`);
      expect(refused.stdout).toContain('host_key_changed');
      writeFileSync(aliased, `lab-sled ${sled!.hostPublicKeys.ed25519}\n`);
      expect((await exec('-F', changed)).status).toBe(0);
    });

    it('is the way by which host keys are trusted, of the hosts of a ProxyJump too', async () => {
      configure('Host sled0', '  ProxyJump first');
      const [sled, first] = servers;
      const trusting = join(folder, 'trusting.yaml');
      writeFileSync(
        trusting,
        [
          'version: 1',
          `defaults: { connect_timeout: 60s, known_hosts: ${folder}/nobody, host_keys: ${folder}/host_keys }`,
          'racks:',
          '  - { id: 3, sleds: [{ cubby: 0, host: sled0 }] }',
          '',
        ].join('\n'),
      );
      // Of the hop itself, the configuration says where keys are known.
      const config = join(folder, 'strangers');
      const known = `UserKnownHostsFile "${folder}/known hosts"`;
      writeFileSync(
        config,
        readFileSync(join(folder, '.ssh', 'config'), 'utf8').replace(known, 'UserKnownHostsFile none'),
      );
      const there = ['-i', trusting, '-F', config];
      const stranger = await run(['exec', '-r', '*', ...there, '--', 'true'], surroundings());
      expect(stranger.stdout).toContain(`cruc-fleet inventory trust --gateway '[127.0.0.1]:${first!.port}'`);
      for (const [server, host, selection] of [
        [first!, `[127.0.0.1]:${first!.port}`, ['--gateway', `[127.0.0.1]:${first!.port}`]],
        [sled!, '3/sled0', []],
      ] as const) {
        const [type = '', key = ''] = (server.hostPublicKeys.ed25519 ?? '').split(' ');
        expect(type).toBe('ssh-ed25519');
        const list = join(folder, 'list');
        writeFileSync(list, `${host} ${fingerprint(Buffer.from(key, 'base64'))}\n`);
        const trust = ['inventory', 'trust', ...there, ...selection, '--fingerprints', list];
        const { status, stdout } = await run(trust, surroundings());
        expect([status, stdout]).toEqual([0, expect.stringContaining(`kept 1 key in ${folder}/host_keys`)]);
      }
      expect((await run(['exec', '-r', '*', ...there, '--', 'true'], surroundings())).status).toBe(0);
    });

    it('names a certificate that cannot be used where the server lets nobody in', async () => {
      configure();
      const other = join(folder, 'other');
      makeKeyFile(join(folder, 'stranger'));
      writeFileSync(
        other,
        `Host sled0\n  IdentityFile ${folder}/stranger\n  CertificateFile ${folder}/lab-cert.pub\n  HostName 127.0.0.1\n  Port ${servers[0]!.port}\n  User ${servers[0]!.user}\n  UserKnownHostsFile "${folder}/known hosts"\n`,
      );
      const { stdout } = await exec('-F', other);
      expect(stdout).toMatch(/refused every key; .*lab-cert\.pub, a certificate, which cannot be used here/);
    });

    it('ends a run before it visits a sled where it is wrong, with the status of a wrong configuration', async () => {
      configure('  Prot 22');
      const line = 20;
      const wrong = await exec();
      expect([wrong.status, wrong.stdout]).toEqual([78, '']);
      expect(wrong.stderr).toBe(
        `cruc-fleet: ssh -G sled0 refuses its configuration: ${folder}/.ssh/config: line ${line}: Bad configuration option: prot; fix that, or leave the configuration out with -F none\n`,
      );
      configure('Host sled0', '  ProxyJump first', 'Host first', '  ProxyJump sled0');
      const circle = await exec();
      expect([circle.status, circle.stdout]).toEqual([78, '']);
      expect(circle.stderr).toMatch(
        /^cruc-fleet: a ProxyJump of the ssh configuration goes in a circle: first, then sled0, then first \(.*config line 21, .*config line 23\); /,
      );
      const gone = await exec('-F', 'no-such-file');
      expect([gone.status, gone.stderr]).toEqual([
        78,
        'cruc-fleet: the ssh configuration /nonexistent/no-such-file, which -F or $CRUC_FLEET_SSH_CONFIG names, does not exist; -F none reads none\n',
      ]);
      expect((await exec('-F', '')).status).toBe(64);
    });

    it('is left out by -F none, or by $CRUC_FLEET_SSH_CONFIG', async () => {
      configure('  Prot 22');
      const list = ['inventory', 'list', '-i', inventory, '--no-headers'];
      const env = { CRUC_FLEET_SSH_CONFIG: 'none' };
      for (const { status, stdout } of [
        await run([...list, '-F', 'none'], surroundings()),
        await run(list, { ...surroundings(), env }),
      ]) {
        expect([status, stdout]).toEqual([0, '3  0  -  sled0  sled0:22  root  -  -\n']);
      }
      configure();
      const { stdout } = await run([...list, '-F', join(folder, '.ssh/config')], { ...surroundings(), env });
      expect(stdout).toContain(`127.0.0.1:${servers[0]!.port}`);
    });

    it.each([34, 40, 48])('says to raise the limit of open files where it is %i', (limit) => {
      const many = join(folder, 'many.yaml');
      writeFileSync(
        many,
        "version: 1\nracks:\n  - { id: 3, pattern: { cubbies: 0-31, host: 'sled{cubby}' } }\n",
      );
      const config = join(folder, 'limits');
      // A call of ssh for each, and a command for each.
      writeFileSync(config, 'Match all\n  ProxyCommand sleep 3\n  ConnectTimeout 1\n');
      const command = `ulimit -n ${limit}; exec "${process.execPath}" "${BIN}" exec -r '*' -i "${many}" -F "${config}" -- true`;
      const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
      expect(stdout + stderr).toMatch(/raise the limit (with: ulimit -n 1024|\(ulimit -n\))/);
      expect(stdout + stderr).not.toMatch(/a bug|^ +at /m);
      expect([3, 78]).toContain(status);
    });

    it('is told from the inventory and from defaults, value by value', async () => {
      configure('Host sled0', '  ProxyJump first');
      const { stdout } = await run(['inventory', 'list', '-i', inventory, '-o', 'wide'], surroundings());
      const words = stdout.split('\n').map((line) => line.split(/ {2,}/));
      const [sled, first] = servers;
      expect(words).toEqual(
        expect.arrayContaining([
          ['SLED', 'HOP', 'KEY', 'VALUE', 'FROM'],
          ['3/sled0', 'sled', 'way', `${first!.user}@127.0.0.1:${first!.port}`, 'ssh configuration'],
          ['3/sled0', 'sled', 'host', '127.0.0.1', 'ssh configuration'],
          ['3/sled0', 'sled', 'port', String(sled!.port), 'ssh configuration'],
          ['3/sled0', 'sled', 'auth', 'publickey', 'default'],
          ['3/sled0', 'sled', 'connect_timeout', '1m', 'inventory'],
          ['3/sled0', 'gateway 1', 'identity_file', `${folder}/key of the lab`, 'ssh configuration'],
          ['3/sled0', 'gateway 1', 'connect_timeout', '1m', 'inventory'],
        ]),
      );
    });
  },
);
