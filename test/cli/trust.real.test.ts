import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/trust/known-hosts.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run, startProgram, type Ended } from '../support/run-program.ts';
import { writeNetcat } from '../support/stand-in-netcat.ts';

/** `inventory trust` over real OpenSSH servers: gateways and sleds, whose keys change as tests need it. */
const reason = requireSshd();

let folder: string;
let publicKey: string;
/** Two gateways, two sleds that stay as they are, and one that boots anew. */
let gateways: readonly Sshd[];
let sleds: Sshd[];

describe.skipIf(reason !== null)(
  `inventory trust over OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-trust-'));
      publicKey = makeKeyFile(join(folder, 'id'));
      writeNetcat(folder, 'illumos');
      gateways = [await sshd(), await sshd()];
      sleds = [await sshd(), await sshd({ extraConfig: ['ListenAddress ::1'] }), await sshd()];
    });

    afterAll(async () => {
      await Promise.all([...gateways, ...sleds].map(async (server) => await server.stop()));
      rmSync(folder, { recursive: true, force: true });
    });

    beforeEach(() => {
      writeFileSync(file('known_hosts'), gateways.map((server) => server.knownHosts).join(''));
      rmSync(file('host_keys'), { force: true });
      writeInventory();
    });

    it('shows new keys that both gateways show, keeps them by their serials, and asks no more', async () => {
      writeInventory({ gateways: gateways.map(byAddress) });
      const { status, stdout } = await trust([], 'yes');
      expect(status).toBe(0);
      expect(stdout).toContain(`3/BRM0 at 127.0.0.1:${sleds[0]!.port}: its key is not known yet\n`);
      expect(stdout).toContain(`  new   ssh-ed25519 ${fingerprintOf(sleds[0]!)}\n`);
      const both = gateways.map(({ port }) => `127.0.0.1:${port}`).join(', ');
      expect(stdout).toContain(`the same key through both gateways (${both}): stronger evidence`);
      expect(stdout).toMatch(/^ {2}boot {2}\d{4}-\S+Z by its own word, \S+ ago$/m);
      expect(stdout).toContain(`3 host keys: 3 new\nkept 3 keys in ${file('host_keys')}\n`);
      expect(keptNames()).toEqual(['3/lab2', 'BRM0', 'BRM1']);
      expect(await trust([], null)).toMatchObject({ status: 0, stdout: '3 host keys: 3 known\n' });
      expect((await run(['exec', '-r', '*', '-i', inventory(), '--', 'true'])).status).toBe(0);
      expect(readFileSync(file('known_hosts'), 'utf8')).not.toContain(`:${sleds[0]!.port}`);
    });

    it('shows a key that has changed, whether the sled booted since, and changes that sled alone', async () => {
      const before = keptKeys('2020-02-02T02:02:02Z');
      writeFileSync(file('host_keys'), before);
      const old = fingerprintOf(sleds[0]!);
      sleds[0] = await rebooted(sleds[0]!);
      const refused = await run(['exec', '-r', '*', '-i', inventory(), '--', 'true']);
      expect(refused.status).toBe(3);
      expect(refused.stdout).toMatch(
        /host_key_changed: .*stored 2020-02-02T02:02:02Z \(trust\).* trust --sled BRM0/,
      );

      const declined = await trust([], 'no');
      expect(declined.status).toBe(3);
      expect(declined.stdout).toContain(
        `  old   ssh-ed25519 ${old}\n        stored 2020-02-02T02:02:02Z (trust)\n`,
      );
      expect(declined.stdout).toContain(`  new   ssh-ed25519 ${fingerprintOf(sleds[0])}\n`);
      expect(declined.stdout).toContain(
        'ago: after the old key was stored, and sleds make new keys when they boot',
      );
      expect(declined.stdout).toContain(
        '3 host keys: 2 known, 1 changed\n1 key not trusted: nothing was changed\n',
      );
      expect(readFileSync(file('host_keys'), 'utf8')).toBe(before);

      expect((await trust([], 'y')).status).toBe(0);
      const after = readFileSync(file('host_keys'), 'utf8');
      const others = (text: string) => text.split('\n').filter((line) => !line.startsWith('BRM0 '));
      expect(others(after)).toEqual(others(before));
      expect(keptNames()).toEqual(['3/lab2', 'BRM0', 'BRM1']);
      expect((await run(['exec', '-r', '*', '-i', inventory(), '--', 'true'])).status).toBe(0);
    });

    it('says that a boot does not explain a new key, where the old one was stored after it', async () => {
      writeFileSync(file('host_keys'), keptKeys('2999-01-01T00:00:00Z'));
      sleds[0] = await rebooted(sleds[0]!);
      const { stdout } = await trust(['--sled', '0'], 'no');
      expect(stdout).toContain('BEFORE the old key was stored, so a boot does not explain the new key');
    });

    it('raises no alarm when addresses move, and tells whose key an address shows', async () => {
      writeFileSync(file('host_keys'), keptKeys());
      writeInventory({ ports: [2, 1, 0] });
      const moved = await run(['exec', '-r', '*', '-i', inventory(), '--', 'true']);
      expect(moved.stdout).toMatch(/host_key_changed/);
      const { stdout } = await trust(['--sled', '0'], 'no');
      expect(stdout).toContain('the same key is kept for 3/lab2: is this its address?');
      // The machine itself has moved, with its key.
      const text = readFileSync(file('host_keys'), 'utf8');
      writeFileSync(
        file('host_keys'),
        text
          .replace(/^BRM0 /m, 'x ')
          .replace(/^3\/lab2 /m, 'BRM0 ')
          .replace(/^x /m, '3/lab2 '),
      );
      // known_hosts still has whoever was at each address before.
      const lineOf = (at: Sshd, shown: Sshd) => `[127.0.0.1]:${at.port} ${shown.hostPublicKeys.ed25519}\n`;
      const [first, second, third] = [sleds[0]!, sleds[1]!, sleds[2]!];
      writeFileSync(
        file('known_hosts'),
        [...gateways, second].map((server) => server.knownHosts).join('') +
          lineOf(first, third) +
          lineOf(third, first),
      );
      expect((await run(['exec', '-r', '*', '-i', inventory(), '--', 'true'])).status).toBe(0);
    });

    it('refuses a key that is revoked, and does not log in over it', async () => {
      const [type, key] = sleds[0]!.hostPublicKeys.ed25519!.split(' ');
      writeFileSync(
        file('known_hosts'),
        `${readFileSync(file('known_hosts'), 'utf8')}@revoked * ${type} ${key}\n`,
      );
      const logins = accepted(sleds[0]!);
      const { status, stdout } = await trust(['--sled', '0'], null);
      expect(status).toBe(3);
      expect(stdout).toMatch(
        /^3\/0: no key to trust: connect, host_key_revoked: .*known_hosts line 3 revokes/,
      );
      expect(accepted(sleds[0]!)).toBe(logins);
    });

    it('does not offer a key where the other gateway shows another', async () => {
      const [first, second] = gateways;
      writeInventory({
        gateways: [
          `{ host: 127.0.0.1, port: ${first!.port} }`,
          `{ host: 127.0.0.1, port: ${second!.port}, via: exec, command: "${file('nc')} 127.0.0.1 ${sleds[2]!.port}" }`,
        ],
      });
      const { status, stdout } = await trust(['--sled', '0'], null);
      expect(status).toBe(3);
      expect(stdout).toContain(`seen through 127.0.0.1:${first!.port}\n`);
      expect(stdout).toContain(
        `ANOTHER KEY through 127.0.0.1:${second!.port}: ssh-ed25519 ${fingerprintOf(sleds[2]!)}`,
      );
      expect(stdout).toContain('1 key not trusted: nothing was changed');
    });

    it('says through which gateway a key was not seen', async () => {
      writeInventory({
        gateways: [`127.0.0.1:${gateways[0]!.port}`, '127.0.0.1:1'].map((each) => `"${each}"`),
      });
      const { status, stdout } = await trust(['--sled', '0'], 'yes');
      expect(status).toBe(0);
      expect(stdout).toMatch(
        /^ {8}seen through 127\.0\.0\.1:\d+\n {8}not seen through 127\.0\.0\.1:1: gateway /m,
      );
    });

    it('trusts what stands in a file of fingerprints, without a question', async () => {
      writeFileSync(
        file('list'),
        `256 ${fingerprintOf(sleds[0]!)} root@BRM0 (ED25519)\nBRM1 ${fingerprintOf(sleds[0]!)}\nBRM9 ${fingerprintOf(sleds[0]!)}\n`,
      );
      const { status, stdout, stderr } = await trust(['--fingerprints', file('list')], null);
      expect(status).toBe(3);
      expect(stdout).toContain(
        `3/BRM1 at 127.0.0.1:${sleds[1]!.port}: not trusted: ${file('list')} line 2 has ${fingerprintOf(sleds[0]!)}\n`,
      );
      expect(stdout).toContain(
        `3/lab2 at 127.0.0.1:${sleds[2]!.port}: not trusted: ${file('list')} has no fingerprint of it\n`,
      );
      expect(stderr).toContain('skipped line 3');
      expect(keptNames()).toEqual(['BRM0']);
      expect(readFileSync(file('host_keys'), 'utf8')).toContain(' by=fingerprints ');
    });

    it('asks nobody off a terminal: an error that says what to do', async () => {
      const { status, stdout, stderr } = await trust(['--sled', '0'], null);
      expect(status).toBe(64);
      expect(stdout).toContain(fingerprintOf(sleds[0]!));
      expect(stderr).toContain('not a terminal; run it in one, or name a file');
    });

    it('keeps nothing of a login that is refused, says why its uptime is not known, and takes the key', async () => {
      const stranger = await startSshd({ authorizedKeys: [] });
      try {
        writeInventory({ servers: [stranger], gateways: [] });
        const { status, stdout } = await trust(['--sled', '0'], 'yes');
        expect(stdout).toMatch(/^ {2}boot {2}not read: .* refused every key/m);
        expect(stdout).not.toContain('gateway');
        expect(status).toBe(0);
        expect(keptNames()).toEqual(['BRM0']);
      } finally {
        await stranger.stop();
      }
    });

    it("trusts a gateway's new key, which is no warning before, though another gateway stands", async () => {
      writeInventory({ gateways: gateways.map(byAddress) });
      const text = keptKeys();
      const [type, other] = sleds[2]!.hostPublicKeys.ed25519!.split(' ');
      writeFileSync(file('host_keys'), `${text}[127.0.0.1]:${gateways[0]!.port} ${type} ${other}\n`);
      const stopped = await run(['exec', '-r', '*', '-i', inventory(), '--', 'true']);
      expect(stopped.stdout).toContain('0 of 3 sleds answered');
      expect(stopped.stdout).toContain(`trust --gateway '[127.0.0.1]:${gateways[0]!.port}'`);

      const trusted = await trust(['--gateway', '3'], 'yes');
      expect(trusted.status).toBe(0);
      expect(trusted.stdout).toContain(`gateway 127.0.0.1:${gateways[0]!.port}: its key has changed\n`);
      expect(trusted.stdout).toContain(`  new   ssh-ed25519 ${fingerprintOf(gateways[0]!)}\n`);
      expect(trusted.stdout).toContain(
        `kept 1 key in ${file('host_keys')}, by their names: known_hosts had them by their addresses\n`,
      );
      expect((await run(['exec', '-r', '*', '-i', inventory(), '--', 'true'])).status).toBe(0);
      const one = await trust(['--gateway', `127.0.0.1:${gateways[1]!.port}`], null);
      expect(one).toMatchObject({ status: 0, stdout: '1 host key: 1 known\n' });
    });

    it('finds the key of an IPv6 address in known_hosts, however it is spelled there', async () => {
      const [type, key] = sleds[1]!.hostPublicKeys.ed25519!.split(' ');
      writeFileSync(file('known_hosts'), `[0:0:0:0:0:0:0:1]:${sleds[1]!.port} ${type} ${key}\n`);
      writeInventory({
        gateways: [],
        sleds: [`{ cubby: 1, serial: BRM1, host: "0::0:1", port: ${sleds[1]!.port} }`],
      });
      expect((await run(['exec', '-r', '*', '-i', inventory(), '--', 'true'])).status).toBe(0);
      const { status, stdout } = await trust([], null);
      expect(status).toBe(0);
      expect(stdout).toContain(`1 host key: 1 known\nkept 1 key in ${file('host_keys')}, by their names`);
    });

    it('asks for each where that is the answer, and again where it is none', async () => {
      const answers = ['perhaps', '', 'each', 'yes', 'N', 'y'];
      const questions: string[] = [];
      const ask = async (question: string) => {
        questions.push(question);
        return answers.shift() ?? null;
      };
      const { status, stdout } = await run(['inventory', 'trust', '-i', inventory()], { ask });
      expect(status).toBe(3);
      expect(questions).toEqual([
        ...Array(3).fill('Trust these 3 keys? (yes/no/each) '),
        ...['BRM0', 'BRM1', 'lab2'].map(
          (name, n) => `Trust the key of 3/${name} at 127.0.0.1:${sleds[n]!.port}? (yes/no) `,
        ),
      ]);
      expect(keptNames()).toEqual(['3/lab2', 'BRM0']);
      expect(stdout).toContain('kept 2 keys');
    });

    it('takes the end of input for a no', async () => {
      const argv = ['inventory', 'trust', '-i', inventory(), '--sled', '0'];
      const { status } = await run(argv, { ask: async () => null });
      expect(status).toBe(3);
      expect(keptNames()).toEqual([]);
    });

    it('says that the keys cannot be kept, with the status of the configuration', async () => {
      writeFileSync(file('host_keys'), 'somebody else wrote this\n');
      const { status, stdout } = await trust(['--sled', '0'], 'yes');
      expect(status).toBe(3);
      expect(stdout).toContain('is not a file of host keys of cruc-fleet');
      rmSync(file('host_keys'));
      writeInventory({ hostKeys: join('id', 'host_keys') });
      const unwritable = await trust(['--sled', '0'], 'yes');
      expect(unwritable.status).toBe(78);
      expect(unwritable.stderr).toMatch(/host_keys cannot be written; make room or give this user the right/);
    });

    it.each([
      [['--gateway', '3', '--rack', '3'], /--gateway selects no sleds/],
      [['--gateway', '4'], /--gateway 4: no rack with gateways and no gateway is called so; there are 127/],
      [['--fingerprints', '/nonexistent'], /--fingerprints \/nonexistent: the file cannot be read/],
      [['--fingerprints', '-'], /no line has a host of the inventory and a fingerprint/],
    ])('refuses %j', async (words, said) => {
      const { status, stderr } = await trust(words, null);
      expect(status).toBe(64);
      expect(stderr).toMatch(said);
    });

    it('changes nothing at Ctrl-C', async () => {
      const running = startProgram(['inventory', 'trust', '-i', inventory(), '--sled', '0'], {
        ask: (_, signal) => {
          queueMicrotask(() => running.interrupt());
          return new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(null));
          });
        },
      });
      const { status, stderr } = await running.ended;
      expect(status).toBe(130);
      expect(stderr).toContain('interrupted: no key was changed');
      expect(keptNames()).toEqual([]);
    });
  },
);

async function sshd(
  options: { readonly port?: number; readonly extraConfig?: readonly string[] } = {},
): Promise<Sshd> {
  return await startSshd({ authorizedKeys: [publicKey], ...options });
}

/** A sled makes new keys at each boot. */
async function rebooted(server: Sshd): Promise<Sshd> {
  await server.stop();
  return await sshd({ port: server.port });
}

function file(name: string): string {
  return join(folder, name);
}

function byAddress({ port }: Sshd): string {
  return `"127.0.0.1:${port}"`;
}

function inventory(): string {
  return file('inventory.yaml');
}

function writeInventory(
  change: {
    readonly gateways?: readonly string[];
    readonly servers?: readonly Sshd[];
    /** Which server each sled is at. */
    readonly ports?: readonly number[];
    readonly sleds?: readonly string[];
    readonly hostKeys?: string;
  } = {},
): void {
  const { servers = sleds, ports = servers.map((_, n) => n) } = change;
  const names = ['serial: BRM0', 'serial: BRM1', 'name: lab2'];
  const lines =
    change.sleds ??
    ports.map(
      (n, cubby) => `{ cubby: ${cubby}, ${names[cubby]}, host: 127.0.0.1, port: ${servers[n]!.port} }`,
    );
  // A gateway more is a look at each key more.
  const through = change.gateways ?? [byAddress(gateways[0]!)];
  const text = [
    'version: 1',
    `defaults: { user: ${sleds[0]!.user}, identity_file: id, known_hosts: known_hosts, host_keys: ${change.hostKeys ?? 'host_keys'}, identity_agent: none, connect_timeout: 60s }`,
    'racks:',
    '  - id: 3',
    `    gateways: [${through.join(', ')}]`,
    '    sleds:',
    ...lines.map((line) => `      - ${line}`),
  ];
  writeFileSync(inventory(), `${text.join('\n')}\n`);
}

/** `answer` null: there is nobody to answer. */
async function trust(words: readonly string[], answer: string | null): Promise<Ended> {
  const ask = answer === null ? null : async () => answer;
  return await run(['inventory', 'trust', '-i', inventory(), ...words], { ask });
}

function fingerprintOf(server: Sshd): string {
  return fingerprint(Buffer.from(server.hostPublicKeys.ed25519!.split(' ')[1]!, 'base64'));
}

/** A file of host keys in which the keys of all three are. */
function keptKeys(stored = '2026-11-27T22:10:03Z'): string {
  const lines = sleds.map(
    ({ hostPublicKeys, port }, n) =>
      `${['BRM0', 'BRM1', '3/lab2'][n]} ${hostPublicKeys.ed25519} stored=${stored} by=trust at=127.0.0.1:${port}\n`,
  );
  return `# cruc-fleet host keys, version 1\n${lines.join('')}`;
}

function keptNames(): readonly string[] {
  let text = '';
  try {
    text = readFileSync(file('host_keys'), 'utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split(' ')[0] ?? '').sort((a, b) => (a < b ? -1 : 1));
}

function accepted(server: Sshd): number {
  return server.log().split('Accepted publickey').length - 1;
}
