import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { wayFacts } from '../../src/inventory/way-facts.ts';
import { FleetError } from '../../src/model/error.ts';
import type { Gateway, Target } from '../../src/model/target.ts';
import { createAskSsh } from '../../src/ssh-config/ask-ssh.ts';
import { asGateway, makeTarget, type WayChange } from '../support/sleds.ts';
import { requireSshd } from '../support/openssh-server.ts';
import { runs } from '../support/sized.ts';
import { useConfigFolder, withoutSsh, type ConfigChange } from './support/config-folder.ts';

const missing = requireSshd();

/** Both ways to read a configuration. */
const READERS = [
  ['by ssh', {}],
  ['where OpenSSH is not installed', { ask: withoutSsh }],
] as const satisfies readonly (readonly [string, ConfigChange])[];

describe.skipIf(missing !== null)(
  `an ssh configuration${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const folder = useConfigFolder();

    async function one(host: string, change: WayChange = {}, config: ConfigChange = {}): Promise<Target> {
      const [target] = await folder.configure([makeTarget(0, { host, ...change })], config);
      return target!;
    }

    async function failure(promise: Promise<unknown>): Promise<FleetError> {
      const error = await promise.then(
        () => null,
        (reason: unknown) => reason,
      );
      if (!(error instanceof FleetError)) throw new Error('it did not fail as expected', { cause: error });
      return error;
    }

    describe.each(READERS)('%s', (_, reader) => {
      it('gives every value that we use, and says where it came from', async () => {
        folder.write(
          '.ssh/config',
          'Host sled*',
          '  HostName %h.lab.example',
          '  User eve',
          '  Port 2222',
          '  IdentityFile ~/.ssh/%r-%n',
          '  IdentityFile "%d/my key"',
          '  IdentityFile ${LAB}/%p-%u-%l-%L-%%',
          '  CertificateFile ~/.ssh/lab-cert.pub',
          '  IdentityAgent ~/agent-%r',
          '  IdentitiesOnly yes',
          '  UserKnownHostsFile "/k h" /x',
          '  HostKeyAlias Alias',
          '  StrictHostKeyChecking accept-new',
          '  ConnectTimeout 1m',
          '  ServerAliveInterval 2m',
          '  ServerAliveCountMax 5',
          '  ProxyCommand nc -x %r "%h" %p; echo %n %%',
        );
        // ssh itself goes by the home of the password database.
        const { login, gateways } = await one('sled0', {}, reader);
        const home = folder.home;
        expect(login).toMatchObject({
          host: 'sled0.lab.example',
          user: 'eve',
          port: 2222,
          identityFiles: [`${home}/.ssh/eve-sled0`, `${home}/my key`, 'lab/2222-ada-desk.example-desk-%'],
          certificateFiles: [`${home}/.ssh/lab-cert.pub`],
          identityAgent: expect.stringMatching(/^\/.*\/agent-eve$/),
          identitiesOnly: true,
          knownHostsFiles: ['/k h', '/x', '/etc/ssh/ssh_known_hosts'],
          hostKeyAlias: 'alias',
          hostKeyPolicy: 'accept-new',
          connectTimeoutMs: 60_000,
          keepaliveMs: 120_000,
          keepaliveCount: 5,
          proxyCommand: 'nc -x eve "sled0.lab.example" 2222; echo sled0 %',
        });
        expect(gateways).toEqual([]);
        const facts = wayFacts({ login, gateways });
        expect([facts.way, facts.origin]).toEqual(['proxy_command', 'ssh configuration']);
        const others = facts.hops[0]!.login.filter(({ origin }) => origin !== 'ssh configuration');
        expect(others.map(({ key, origin }) => [key, origin])).toEqual([
          ['auth', 'default'],
          ['host_keys', 'default'],
          ['pfexec', 'default'],
        ]);
      });

      it('leaves our defaults where it says nothing', async () => {
        folder.write('.ssh/config', 'Host other', '  User eve', 'Host sled0', '  ConnectTimeout none');
        const target = makeTarget(0, { host: 'Sled0', identityAgent: '/run/ours' });
        expect((await folder.configure([target], reader))[0]).toEqual(target);
        const asked = makeTarget(0, { host: 'sled0', identityAgent: '/run/ours' });
        expect((await folder.configure([asked], reader))[0]).toEqual(asked);
      });

      it('goes under what the inventory says, value by value', async () => {
        folder.write(
          '.ssh/config',
          'Host sled0',
          '  User eve',
          '  Port 2222',
          '  ProxyJump gw',
          '  IdentityFile a-%r',
        );
        const origins = { user: 'inventory', way: 'inventory' } as const;
        const { login, gateways } = await one('sled0', { user: 'root', origins }, reader);
        expect(login).toMatchObject({
          user: 'root',
          port: 2222,
          identityFiles: ['a-root'],
          proxyCommand: null,
        });
        expect(gateways).toEqual([]);
        expect(login.origins).toEqual({
          ...origins,
          port: 'ssh configuration',
          identityFiles: 'ssh configuration',
        });
      });

      it("takes the user's file before the system's, and the first value of each", async () => {
        folder.write('.ssh/config', 'Host sled0', '  User eve', 'Host *', '  User mallory', '  Port 1022');
        writeFileSync(folder.system, 'Host *\n  Port 99\n  ConnectTimeout 7\n');
        const { login } = await one('sled0', {}, reader);
        expect(login).toMatchObject({ user: 'eve', port: 1022, connectTimeoutMs: 7000 });
        expect((await one('sled0', {}, { ...reader, chosen: folder.system })).login).toMatchObject({
          user: 'root',
          port: 99,
        });
      });

      it('means none by none', async () => {
        folder.write(
          '.ssh/config',
          'Host sled0',
          '  IdentityFile none',
          '  IdentityAgent none',
          '  UserKnownHostsFile none',
          '  ProxyCommand none',
          '  ServerAliveInterval 0',
          'Host *',
          '  ProxyJump gw',
          '  GlobalKnownHostsFile none',
        );
        expect((await one('sled0', {}, reader)).login).toMatchObject({
          identityFiles: [],
          identityAgent: null,
          knownHostsFiles: [],
          proxyCommand: null,
          keepaliveMs: 0,
        });
      });

      it.each([
        ['SSH_AUTH_SOCK', '/run/agent'],
        ['$LAB', 'lab'],
        ['$NOBODY', null],
      ])('finds the agent that %s names', async (name, path) => {
        folder.write('.ssh/config', 'Host *', `  IdentityAgent ${name}`);
        expect((await one('sled0', {}, reader)).login.identityAgent).toBe(path);
      });

      it.each([
        ['yes', 'strict'],
        ['ask', 'strict'],
        ['accept-new', 'accept-new'],
        ['no', 'accept-new'],
        ['off', 'accept-new'],
      ])(
        'never switches the checking of host keys off: StrictHostKeyChecking %s is %s',
        async (said, policy) => {
          folder.write('.ssh/config', 'Host *', `  StrictHostKeyChecking ${said}`);
          expect((await one('sled0', {}, reader)).login.hostKeyPolicy).toBe(policy);
        },
      );

      it('makes gateways of a ProxyJump, each behind the one before it, the first by its own way', async () => {
        folder.write(
          '.ssh/config',
          'Host sled0',
          '  ProxyJump eve@gw0:2200,[fd00::9]',
          'Host gw0',
          '  HostName 192.0.2.1',
          '  User nobody',
          '  IdentityFile gw-key',
          '  ProxyJump bastion',
          'Host fd00::9',
          '  ProxyCommand not-used',
          'Host bastion',
          '  ProxyCommand nc %h %p',
        );
        const origins = { identityFiles: 'inventory', user: 'inventory' } as const;
        const change = { identityFiles: ['ours'], hostKeyPolicy: 'accept-new', origins } as const;
        const { login, gateways } = await one('sled0', change, reader);
        expect([login.user, login.identityFiles]).toEqual(['root', ['ours']]);
        const [last] = gateways;
        const first = last?.behind;
        const bastion = first?.behind;
        expect(gateways).toHaveLength(1);
        // Where nobody says who, it is the one who runs it, as by ssh; the rest is what the inventory says of gateways.
        expect(last).toMatchObject({
          host: 'fd00::9',
          user: 'ada',
          port: 22,
          identityFiles: ['ours'],
          proxyCommand: null,
        });
        expect(first).toMatchObject({
          host: '192.0.2.1',
          user: 'eve',
          port: 2200,
          identityFiles: ['gw-key'],
        });
        expect(bastion).toMatchObject({
          host: 'bastion',
          user: 'ada',
          behind: null,
          proxyCommand: 'nc bastion 22',
        });
        expect([last, first, bastion].map((hop) => hop?.hostKeyPolicy)).toEqual(Array(3).fill('accept-new'));
        expect(wayFacts({ login, gateways }).way).toBe(
          'ada@[fd00::9]:22 behind eve@192.0.2.1:2200 behind ada@bastion:22',
        );
      });

      it("has its say of the inventory's gateways too", async () => {
        folder.write(
          '.ssh/config',
          'Host switch0',
          '  HostName 192.0.2.7',
          '  User eve',
          '  ProxyJump bastion',
        );
        const login = {
          ...makeTarget(0, { host: 'switch0' }).login,
          origins: { user: 'inventory' } as const,
        };
        const gateway: Gateway = asGateway(login);
        const way = { gateways: [gateway], origins: { way: 'inventory' } } as const;
        const targets = await folder.configure(
          [0, 1].map((n) => makeTarget(n, { host: `s${n}`, ...way })),
          reader,
        );
        expect(targets[0]?.gateways[0]).toMatchObject({
          host: '192.0.2.7',
          user: 'root',
          behind: { host: 'bastion', user: 'ada' },
        });
        expect(targets[1]?.gateways[0]).toBe(targets[0]?.gateways[0]);
      });

      it.each([
        ['a host that leads to itself', ['Host sled0', '  ProxyJump root@sled0'], 'sled0, then sled0 (', [2]],
        [
          'two that lead to each other',
          ['Host sled0', '  ProxyJump a', 'Host a', '  ProxyJump b', 'Host b', '  ProxyJump x,a'],
          'a, then b, then x, then a (',
          [4, 6, 8],
        ],
      ])('refuses a ProxyJump that goes in a circle: %s', async (_name, lines, circle, places) => {
        folder.write('.ssh/config', ...lines, 'Host x', '  ProxyJump a');
        const error = await failure(one('sled0', {}, reader));
        expect(error.code).toBe('configuration');
        expect(error.message).toContain(`goes in a circle: ${circle}`);
        for (const line of places) expect(error.message).toContain(`${folder.user} line ${line}`);
      });

      it('takes two names of one machine for two hosts', async () => {
        folder.write('.ssh/config', 'Host sled0', '  ProxyJump outside', 'Host *', '  HostName 192.0.2.1');
        expect((await one('sled0', {}, reader)).gateways).toMatchObject([
          { host: '192.0.2.1', behind: null },
        ]);
      });

      it.each([
        ['IdentityFile ~/%C', /IdentityFile .*%C cannot be filled in here; write it out/],
        ['IdentityFile ${NOBODY}/x', /the environment has no NOBODY/],
        ['IdentityFile ~bob/x', /write the home of another user out/],
        ['ProxyCommand nc %h %p\n  ProxyUseFdpass yes', /hands over a connection \(ProxyUseFdpass\)/],
        ['ProxyJump a/b', /ProxyJump a\/b|[Ii]nvalid|Bad/],
      ])('says which value cannot be used: %s', async (line, message) => {
        folder.write('.ssh/config', 'Host *', `  ${line}`);
        const error = await failure(one('sled0', {}, reader));
        expect([error.code, error.message]).toEqual(['configuration', expect.stringMatching(message)]);
      });

      it.each([
        ['an unknown word', 'Prot 22', /line 3.*prot/is],
        ['a port that is none', 'Port x', /line 3.*x/is],
        ['no value', 'HostName', /line 3/],
      ])('says file and line of %s', async (_name, line, message) => {
        const file = folder.write('.ssh/config', '', 'Host *', `  ${line}`);
        const error = await failure(one('sled0', {}, reader));
        expect(error.code).toBe('configuration');
        expect(error.message).toContain(file);
        expect(error.message).toMatch(message);
      });

      it('refuses a file of the user that others may write, and a chosen one that is not there', async () => {
        const file = folder.write('.ssh/config', 'Host *', '  User eve');
        chmodSync(file, 0o666);
        expect((await failure(one('sled0', {}, reader))).message).toContain(`chmod go-w ${file}`);
        const gone = await failure(one('sled0', {}, { ...reader, chosen: '/nonexistent/config' }));
        expect(gone.message).toContain('/nonexistent/config');
        expect(gone.message).toContain('does not exist');
        expect((await one('sled0', {}, { ...reader, chosen: 'none' })).login.user).toBe('root');
      });

      it('leaves nothing behind, whatever came of it', async () => {
        const temporary = join(folder.home, 'temporary');
        mkdirSync(temporary);
        vi.stubEnv('TMPDIR', temporary);
        folder.write('.ssh/config', 'Host *', '  Port x');
        await failure(one('sled0', {}, reader));
        folder.write('.ssh/config', 'Host *', '  Port 7');
        await one('sled0', {}, reader);
        expect(readdirSync(temporary)).toEqual([]);
        vi.unstubAllEnvs();
      });
    });

    it("refuses a relative Include of the system's file, which ssh would look for elsewhere", async () => {
      writeFileSync(folder.system, 'Include part\nHost *\n  Port 7\n');
      writeFileSync(join(folder.system, '..', 'part'), 'Host *\n  User eve\n');
      expect((await failure(one('sled0'))).message).toContain(
        `${folder.system} line 1: Include part is looked for`,
      );
      expect((await one('sled0', {}, { ask: withoutSsh })).login).toMatchObject({ user: 'eve', port: 7 });
    });

    it('reads a file whose name means something else to an Include', async () => {
      const name = 'my $[config] "x"';
      mkdirSync(join(folder.home, 'odd'));
      const chosen = folder.write(`odd/${name}`, 'Host *', '  User eve');
      expect((await one('sled0', {}, { chosen })).login.user).toBe('eve');
      folder.write(`odd/${name}`, 'Host *', '  Prot 1');
      expect((await failure(one('sled0', {}, { chosen }))).message).toContain(`${chosen}: line 2: Bad`);
    });

    it('minds what is set the second time that ssh reads the files', async () => {
      folder.write('.ssh/config', 'Match final host sled*', '  User eve', '  Port 2200');
      expect((await one('sled0')).login).toMatchObject({ user: 'eve', port: 2200 });
      expect((await one('other')).login).toMatchObject({ user: 'root', port: 22 });
    });

    it('follows an Include with brackets by ssh alone', async () => {
      folder.write('.ssh/config', 'Include part-[ab]');
      folder.write('.ssh/part-a', 'Host sled0', '  User eve');
      symlinkSync(
        folder.write('config-link', `Include ${folder.home}/.ssh/part-[ab]`),
        `${folder.home}/link`,
      );
      expect((await one('sled0', {}, { chosen: `${folder.home}/link` })).login.user).toBe('eve');
      expect((await failure(one('sled0', {}, { ask: withoutSsh }))).message).toMatch(
        /Include .* not installed/,
      );
    });

    it('says what a Match needs where OpenSSH is not installed, and follows Match all', async () => {
      const file = folder.write('.ssh/config', 'Match all', '  User eve', 'Match exec "true"', '  Port 2222');
      expect((await failure(one('sled0', {}, { ask: withoutSsh }))).message).toContain(
        `${file} line 3: Match exec "true" can be followed only by OpenSSH's ssh, which is not installed`,
      );
      expect((await one('sled0')).login).toMatchObject({ user: 'eve', port: 2222 });
    });

    it('ends a command of the configuration that does not end, and says so', async () => {
      folder.write('.ssh/config', 'Match exec "sleep 3600"', '  Port 2222');
      const ask = createAskSsh();
      const error = await failure(
        one('sled0', {}, { ask: (args, limits) => ask(args, { ...limits, timeoutMs: 300 }) }),
      );
      expect(error.message).toMatch(/ssh -G sled0 did not end within .* s; look for a Match exec/);
    });

    it('says that ssh cannot be started', async () => {
      folder.write('.ssh/config', 'Host *', '  Port 2222');
      const ask = createAskSsh(folder.home);
      expect((await failure(one('sled0', {}, { ask }))).message).toContain('ssh cannot be started');
      const absent = createAskSsh(join(folder.home, 'no-such-program'));
      expect((await one('sled0', {}, { ask: absent })).login.port).toBe(2222);
    });

    it('is the same for hosts that share an answer, for each host asked alone, and by our own reading', async () => {
      const hosts = ['sled0', 'sled1', 'sled10', 'Sled0', 'gw', 'fd00::1', 'fe80::1%eth0'];
      const word = fc.constantFrom(
        'sled*',
        'sled0',
        'sled?',
        '!sled1',
        '*',
        'fd00:*',
        'gw',
        'Sled0',
        'fe80::1%eth0',
      );
      const value = fc.constantFrom(
        'User eve',
        'User bob',
        'Port 2222',
        'HostName %h.example',
        'HostName fd00::7',
        'IdentityFile ~/%h-%p-%r',
        'IdentityFile /k',
        'ProxyJump gw',
        'ProxyJump none',
        'ProxyCommand nc %h %p',
        'UserKnownHostsFile /kh/%h /b',
        'ServerAliveInterval 30',
        'StrictHostKeyChecking no',
        'ForwardAgent yes',
        'IdentitiesOnly yes',
      );
      const block = fc.tuple(
        fc.array(word, { minLength: 1, maxLength: 3 }),
        fc.array(value, { maxLength: 4 }),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(block, { maxLength: 5 }),
          fc.array(value, { maxLength: 1 }),
          async (blocks, top) => {
            const lines = blocks.flatMap(([words, values]) => [
              `Host ${words.join(' ')}`,
              ...values.map((v) => `  ${v}`),
            ]);
            folder.write('.ssh/config', ...top, ...lines);
            const targets = hosts.map((host, n) => makeTarget(n, { host }));
            const outcome = (reader: ConfigChange, some: readonly Target[]) =>
              folder
                .configure(some, reader)
                .catch((error: unknown) => String(error).replace(/ProxyJump to .*/s, ''));
            const alone = await Promise.all(targets.map((target) => outcome({}, [target])));
            const expected = alone.find((each) => typeof each === 'string') ?? alone.flat();
            expect(await outcome({}, targets)).toEqual(expected);
            expect(await outcome({ ask: withoutSsh }, targets)).toEqual(expected);
          },
        ),
        runs(8, 1000),
      );
    });
  },
);
