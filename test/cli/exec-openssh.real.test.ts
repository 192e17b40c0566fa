import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run } from '../support/run-program.ts';

const reason = requireSshd();

describe.skipIf(reason !== null)(
  `exec, push and clean over OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    const servers: Sshd[] = [];
    const homes: string[] = [];
    let folder: string;
    let overSsh: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-exec-openssh-'));
      const key = join(folder, 'id');
      const authorizedKeys = [makeKeyFile(key)];
      for (const n of [0, 1]) {
        const HOME = join(folder, `home ${n}`);
        mkdirSync(HOME);
        homes.push(HOME);
        servers.push(await startSshd({ authorizedKeys, environment: { HOME } }));
      }
      const down = await startSshd({ authorizedKeys });
      await down.stop();
      const sleds = [...servers, down].map(
        ({ port }, cubby) => `      - { cubby: ${cubby}, host: 127.0.0.1, port: ${port} }`,
      );
      overSsh = join(folder, 'openssh.yaml');
      writeFileSync(join(folder, 'known_hosts'), servers.map((server) => server.knownHosts).join(''));
      writeFileSync(
        overSsh,
        [
          'version: 1',
          'defaults:',
          `  user: ${servers[0]!.user}`,
          `  identity_file: ${key}`,
          `  known_hosts: ${join(folder, 'known_hosts')}`,
          '  identities_only: true',
          'racks:',
          '  - id: 9',
          '    sleds:',
          ...sleds,
          '',
        ].join('\n'),
      );
    });

    afterAll(async () => {
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    });

    const all = (command: string, ...more: readonly string[]) => run([command, '-i', overSsh, ...more]);

    it('say the same of every sled, and name the one that is down', async () => {
      const { status, stdout } = await all('exec', '-r', '*', '--', 'printf', '%s\\n', 'a  b', "it's");
      expect(stdout).toMatch(/^sled 9\/\[0-1\] \(2\)\na {2}b\nit's\n\nrack \*: 2 of 3 sleds answered; /);
      expect(stdout).toMatch(/no answer from 9\/sled2.*: connect, refused: /);
      expect(status).toBe(3);
      const killed = await all('exec', '-r', '*', '--exclude', '2', '--', 'kill -KILL $$');
      expect(killed.stdout).toMatch(/^sled 9\/\[0-1\] \(2\), status 137, no output\n/);
      expect(killed.status).toBe(137);
    });

    it('show what differs, give each the same input, and bring files back whole', async () => {
      const differing = await all(
        'exec',
        '-r',
        '*',
        '--exclude',
        '2',
        '--diff',
        '--',
        'printf "same\\n%s\\n" "$HOME"',
      );
      expect([differing.status, differing.stdout]).toEqual([0, expect.stringMatching(/^[-+].*home 1$/m)]);
      const given = Buffer.from('a "b" $c\n\xff\0end', 'latin1');
      const fed = await run(
        ['exec', '-i', overSsh, '-r', '*', '--exclude', '2', '--stdin', '--', 'cat >"$HOME/input"'],
        { readStdin: () => Promise.resolve(given) },
      );
      expect(fed.status).toBe(0);
      for (const home of homes) expect(readFileSync(join(home, 'input'))).toEqual(given);
      const into = join(folder, 'copies');
      const copied = await all('cp', '-r', '*', join(homes[0]!, 'input'), into);
      expect([copied.status, copied.stdout]).toEqual([3, expect.stringContaining('2 of 3 sleds answered')]);
      for (const name of ['sled0', 'sled1'])
        expect(readFileSync(join(into, '9', name, 'input'))).toEqual(given);
      for (const home of homes) rmSync(join(home, 'input'));
    });

    it('put the scripts there and take them away', async () => {
      const first = await all('push', '-r', '*');
      expect(first.status).toBe(3);
      expect(first.stdout).toMatch(/^9\/sled0 .* new\n9\/sled1 .* new\n/m);
      expect(readdirSync(join(homes[0]!, '.cruc-fleet', 'scripts'))).toContain('upstairs_info.d');
      const second = await all('push', '-r', '*', '--exclude', '2');
      expect(second.status).toBe(0);
      expect(second.stdout).toMatch(/^9\/sled0 .* unchanged\n9\/sled1 .* unchanged\n/m);
      const cleaned = await all('clean', '-r', '*', '--exclude', '2');
      expect(cleaned.stdout).toMatch(/^9\/sled0 +~\/\.cruc-fleet +removed +\d\d\n/m);
      expect(homes.map((home) => readdirSync(home))).toEqual([[], []]);
    });
  },
);
