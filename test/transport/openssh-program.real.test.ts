import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FleetError } from '../../src/model/error.ts';
import type { Login, Target } from '../../src/model/target.ts';
import type { RunOptions, Transport } from '../../src/model/transport.ts';
import {
  createOpenSshTransport,
  type OpenSshOptions,
} from '../../src/transport/openssh/openssh-transport.ts';
import { createHostKeys } from '../../src/trust/host-keys.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { allProcesses } from '../support/processes.ts';
import { sized } from '../support/sized.ts';
import { asGateway, makeTarget, type WayChange } from '../support/sleds.ts';

/** The transport by the system's ssh, against real servers. */
const reason = requireSshd();
const never = new AbortController().signal;
const LIMITS: RunOptions = { timeoutMs: 60_000, signal: never, maxOutputBytes: 1_000_000 };

describe.skipIf(reason !== null)(
  `a sled by the system's ssh${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let folder: string;
    let server: Sshd;
    let forwarding: Sshd;
    let prohibiting: Sshd;
    let transport: Transport;
    const warnings: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-openssh-'));
      const authorizedKeys = [makeKeyFile(join(folder, 'id'))];
      makeKeyFile(join(folder, 'other'));
      mkdirSync(join(folder, 'sockets'));
      server = await startSshd({ authorizedKeys });
      forwarding = await startSshd({ authorizedKeys });
      prohibiting = await startSshd({ authorizedKeys, extraConfig: ['AllowTcpForwarding no'] });
      const known = [server, forwarding, prohibiting].map(({ knownHosts }) => knownHosts).join('');
      writeFileSync(join(folder, 'known hosts'), known);
    });
    afterAll(async () => {
      await Promise.all([server, forwarding, prohibiting].map((each) => each.stop()));
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(() => {
      warnings.length = 0;
      transport = createOpenSshTransport(options());
    });
    afterEach(async () => {
      await transport.close();
      expect(ourProcesses()).toEqual([]);
    });

    const start: OpenSshOptions['start'] = (program, words) =>
      spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], detached: true });

    function options(): OpenSshOptions {
      return {
        start,
        agentSocket: null,
        configFile: 'none',
        patience: { elapsed: () => performance.now(), random: () => 0.001 },
        temporaryFolder: join(folder, 'sockets'),
        hostKeys: createHostKeys({
          elapsed: () => performance.now(),
          now: () => new Date(),
          random: () => Math.random(),
        }),
        handshakesAtOnce: 8,
        onWarning: (message) => warnings.push(message),
      };
    }

    /** Every ssh that our transport has started uses the key of this test. */
    function ourProcesses(): readonly string[] {
      return allProcesses()
        .map(({ words }) => words())
        .filter((line) => line.includes(join(folder, 'id')));
    }

    function login({ port, user }: Sshd, change: Partial<Login> = {}): Login {
      const { login: usual } = makeTarget(1, {
        host: '127.0.0.1',
        port,
        user,
        identityFiles: [join(folder, 'id')],
        knownHostsFiles: [join(folder, 'known hosts')],
        hostKeysFile: join(folder, 'host_keys'),
        connectTimeoutMs: 60_000,
        ...change,
      });
      return usual;
    }

    function target(to: Sshd, { gateways = [], ...change }: WayChange = {}): Target {
      return makeTarget(1, { ...login(to, change), gateways });
    }

    async function failure(promise: Promise<unknown>): Promise<FleetError> {
      return await promise.then(
        () => {
          throw new Error('it did not fail');
        },
        (error: unknown) => error as FleetError,
      );
    }

    /** A command that leads to a server, for a machine without nc. */
    const leading = ({ port }: Sshd) =>
      `${process.execPath} -e 'const s=require("net").connect(${port},"127.0.0.1");process.stdin.pipe(s);s.pipe(process.stdout)'`;

    it('runs commands over one login, with both outputs, standard input and every status', async () => {
      const connection = await transport.connect(target(server), never);
      const first = await connection.run('cat; echo said >&2; exit 7', { ...LIMITS, stdin: 'given\n' });
      expect(first).toEqual({ stdout: 'given\n', stderr: 'said\n', exitStatus: 7, signalName: null });
      expect(await connection.run('exit 255', LIMITS)).toMatchObject({ exitStatus: 255, stderr: '' });
      const many = await Promise.all([1, 2, 3].map((n) => connection.run(`echo ${n}`, LIMITS)));
      expect(many.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n', '3\n']);
      await connection.close();
      expect(server.log().match(/Accepted publickey/g)).toHaveLength(1);
    });

    it('holds standard input, and ends a command that is interrupted with its last words', async () => {
      const connection = await transport.connect(target(server), never);
      const abort = new AbortController();
      const options = { ...LIMITS, signal: abort.signal, holdStdin: true };
      const running = connection.run('echo begun; cat >/dev/null; echo last', {
        ...options,
        onStdout: () => abort.abort(),
      });
      expect(await running).toMatchObject({ stdout: 'begun\nlast\n', exitStatus: 0 });
      await connection.close();
    });

    it('says timeout and output_limit with what had come', async () => {
      const connection = await transport.connect(target(server), never);
      const late = await failure(connection.run('echo begun; sleep 60', { ...LIMITS, timeoutMs: 1500 }));
      expect(late).toMatchObject({ code: 'timeout', partial: { stdout: 'begun\n' } });
      const flood = await failure(connection.run('yes', { ...LIMITS, maxOutputBytes: 1000 }));
      expect(flood).toMatchObject({ code: 'output_limit' });
      expect(flood.partial?.stdout).toHaveLength(1000);
      await connection.close();
    });

    it.each([
      ['a key that it refuses', { identityFiles: ['other'] }, 'authentication', /Permission denied/],
      ['a host key that is not known', { knownHostsFiles: [] }, 'host_key_unknown', /host key/i],
      ['a name that nobody has', { host: 'nobody.invalid' }, 'name_not_found', /nobody.invalid/],
    ] as const)('is not reached with %s, and ssh’s words say why', async (_, change, code, words) => {
      const files = 'identityFiles' in change ? { identityFiles: [join(folder, 'other')] } : {};
      const known = 'knownHostsFiles' in change ? { knownHostsFiles: [join(folder, 'none')] } : {};
      const host = 'host' in change ? { host: change.host } : {};
      const error = await failure(transport.connect(target(server, { ...files, ...known, ...host }), never));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(words);
    });

    it('says of keys that ssh passes over without a word what to do', async () => {
      const [putty, encrypted] = [join(folder, 'putty'), join(folder, 'encrypted')];
      writeFileSync(putty, 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n', { mode: 0o600 });
      spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', encrypted]);
      // An agent that is locked says that it holds nothing, as this one does.
      const agent = createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', () => void socket.write(Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 0])));
      });
      const socket = join(folder, 'agent');
      await new Promise<void>((resolve) => void agent.listen(socket, resolve));
      try {
        const change = { identityFiles: [putty, encrypted], identityAgent: socket };
        const error = await failure(transport.connect(target(server, change), never));
        expect(error).toMatchObject({ code: 'authentication' });
        expect(error.message).toContain(`${putty} is a key in PuTTY's own format`);
        expect(error.message).toContain(`ssh-add ${encrypted}`);
        expect(error.message).toContain('or is locked (ssh-add -X unlocks it)');
        expect(error.message).not.toContain('secret');
      } finally {
        agent.close();
      }
    });

    it('is shown no key where the inventory allows none', async () => {
      const error = await failure(transport.connect(target(server, { auth: ['none'] }), never));
      expect(error).toMatchObject({ code: 'authentication' });
      expect(error.message).toContain('the inventory allows only none: name publickey under auth');
    });

    it('is refused with a key that has changed, whether new ones are accepted or not', async () => {
      const file = join(folder, 'changed');
      const [, ...key] = forwarding.knownHosts.split(' ');
      writeFileSync(file, `[127.0.0.1]:${server.port} ${key.join(' ')}`);
      for (const hostKeyPolicy of ['strict', 'accept-new'] as const) {
        const change = { knownHostsFiles: [file], hostKeyPolicy };
        expect(await failure(transport.connect(target(server, change), never))).toMatchObject({
          code: 'host_key_changed',
        });
      }
    });

    it('is known by our own file, which wins, and a key that is accepted anew is kept there', async () => {
      const change = { knownHostsFiles: [], hostKeyPolicy: 'accept-new' as const };
      const first = await transport.connect(target(server, change), never);
      expect(first.warnings.join()).toMatch(/its host key was not known, and is kept in .*host_keys now/);
      await first.close();
      expect(readFileSync(join(folder, 'host_keys'), 'utf8')).toMatch(
        /^BRM42220001 ssh-ed25519 .*by=accept-new/m,
      );
      const second = await transport.connect(target(server, { knownHostsFiles: [] }), never);
      expect(second.warnings).toEqual([]);
      await second.close();
      // Another host at the sled's name is refused, whatever the user's files say of its address.
      const other = await failure(
        transport.connect(target(forwarding, { hostKeyPolicy: 'accept-new' }), never),
      );
      expect(other).toMatchObject({ code: 'host_key_changed' });
      expect(other.message).toContain('cruc-fleet inventory trust --sled BRM42220001 shows it');
      rmSync(join(folder, 'host_keys'));
    });

    it('is given up when it says nothing, and when the run is interrupted', async () => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await new Promise((resolve) => silent.once('listening', resolve));
      const address = silent.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const late = target(server, { port, connectTimeoutMs: 300 });
      expect(await failure(transport.connect(late, never))).toMatchObject({ code: 'timeout' });
      const abort = new AbortController();
      const waiting = failure(transport.connect(target(server, { port }), abort.signal));
      setTimeout(() => abort.abort(), 100);
      expect(await waiting).toMatchObject({ code: 'interrupted' });
      silent.close();
    });

    it('is reached through a gateway that is logged in to once, by any number at a time', async () => {
      const gateways = [asGateway(login(forwarding))];
      const before = forwarding.log().match(/Accepted publickey/g)?.length ?? 0;
      const said = await Promise.all(
        Array.from({ length: sized(5, 12) }, async (_, n) => {
          const connection = await transport.connect(target(server, { gateways }), never);
          const { stdout } = await connection.run(`echo ${n}`, LIMITS);
          await connection.close();
          return [connection.via, stdout];
        }),
      );
      expect(said).toEqual(said.map((_, n) => [`127.0.0.1:${forwarding.port}`, `${n}\n`]));
      expect(forwarding.log().match(/Accepted publickey/g)).toHaveLength(before + 1);
    });

    it('is reached by a command of a gateway that forbids forwarding, eight over each of its connections', async () => {
      const command = leading(server);
      const gateways = [asGateway(login(prohibiting), { command })];
      // None ends before all are there: otherwise the last may find a place on the first connection.
      const connections = await Promise.all(
        Array.from({ length: sized(9, 10) }, () => transport.connect(target(server, { gateways }), never)),
      );
      const said = await Promise.all(
        connections.map(async (connection, n) => (await connection.run(`echo ${n}`, LIMITS)).stdout),
      );
      await Promise.all(connections.map((connection) => connection.close()));
      expect(said).toEqual(said.map((_, n) => `${n}\n`));
      expect(prohibiting.log().match(/Accepted publickey/g)).toHaveLength(2);
      const forward = [asGateway(login(prohibiting), { via: 'forward' })];
      const error = await failure(transport.connect(target(server, { gateways: forward }), never));
      expect(error).toMatchObject({ code: 'forwarding_refused' });
      expect(error.message).toContain('give it via: exec');
    });

    it('is refused behind a gateway, and what the gateway said of it is told', async () => {
      const gateways = [asGateway(login(forwarding))];
      const error = await failure(transport.connect(target(server, { port: 1, gateways }), never));
      expect(error).toMatchObject({ code: 'refused' });
      expect(error.message).toContain('Connection refused');
    });

    it('takes the next gateway where one cannot be used, and says so', async () => {
      const gateways = [asGateway(login(server, { port: 1 })), asGateway(login(forwarding))];
      const connection = await transport.connect(target(server, { gateways }), never);
      expect(connection.via).toBe(`127.0.0.1:${forwarding.port}`);
      expect(warnings.join()).toMatch(/a gateway could not be used: .*Connection refused/);
      await connection.close();
      const none = [asGateway(login(server, { port: 1 }))];
      expect(await failure(transport.connect(target(server, { gateways: none }), never))).toMatchObject({
        code: 'gateway',
      });
    });

    it('is lost with its gateway, which is said so that it can be asked again', async () => {
      const key = spawnSync('ssh-keygen', ['-y', '-f', join(folder, 'id')], {
        encoding: 'utf8',
      }).stdout.trim();
      const dying = await startSshd({ authorizedKeys: [key] });
      const known = join(folder, 'known of dying');
      writeFileSync(known, dying.knownHosts);
      const gateways = [asGateway(login(dying, { knownHostsFiles: [known] }))];
      const connection = await transport.connect(target(server, { gateways }), never);
      const running = failure(
        connection.run('echo begun; exec sleep 60', { ...LIMITS, onStdout: () => void dying.stop() }),
      );
      const error = await running;
      expect(error).toMatchObject({ code: 'connection_lost', partial: { stdout: 'begun\n' } });
      expect(error.cause).toMatchObject({ code: 'gateway' });
      await connection.close();
    });

    it('is reached through a chain of gateways', async () => {
      const last = asGateway(login(prohibiting), { command: leading(server), via: 'exec' });
      const gateways = [{ ...last, behind: asGateway(login(forwarding)) }];
      const connection = await transport.connect(target(server, { gateways }), never);
      expect(await connection.run('echo in', LIMITS)).toMatchObject({ stdout: 'in\n' });
      await connection.close();
    });

    it('is known to the user’s configuration by its name in the inventory', async () => {
      const file = join(folder, 'by-name');
      writeFileSync(file, `Host sled14\n  IdentityFile ${join(folder, 'id')}\n  HostName nobody.invalid\n`);
      const configured = createOpenSshTransport({ ...options(), configFile: file });
      const usual = target(server, { identityFiles: [] });
      const named = { ...usual, sled: { ...usual.sled, host: 'sled14' } };
      const connection = await configured.connect(named, never);
      expect(await connection.run('echo in', LIMITS)).toMatchObject({ stdout: 'in\n' });
      await connection.close();
      expect(await failure(configured.connect(usual, never))).toMatchObject({ code: 'authentication' });
      await configured.close();
    });

    it('says where no file descriptor is left for it, as for a command here', async () => {
      const files = { stdin: undefined, stdout: undefined, stderr: undefined };
      const withoutPipes: OpenSshOptions['start'] = () => Object.assign(new EventEmitter() as never, files);
      const starved = createOpenSshTransport({ ...options(), start: withoutPipes });
      const error = await failure(starved.connect(target(server), never));
      expect(error).toMatchObject({ code: 'pipe' });
      expect(error.message).toMatch(/^no file descriptor is left for ssh; raise the limit \(ulimit -n\)/);
      await starved.close();
    });

    it('says that there is no ssh', async () => {
      const without = createOpenSshTransport({
        ...options(),
        start: (program, words) =>
          spawn(program, words, {
            stdio: ['pipe', 'pipe', 'pipe'],
            detached: true,
            env: { PATH: '/nonexistent' },
          }),
      });
      const error = await failure(without.connect(target(server), never));
      expect(error).toMatchObject({ code: 'pipe' });
      expect(error.message).toContain('there is no ssh here');
      await without.close();
    });

    it('lets a certificate in, which our own SSH cannot use', async () => {
      const authority = join(folder, 'authority');
      makeKeyFile(authority);
      makeKeyFile(join(folder, 'certified'));
      const words = ['-q', '-s', authority, '-I', 'test', '-n', server.user, join(folder, 'certified.pub')];
      expect(spawnSync('ssh-keygen', words).status).toBe(0);
      const trusting = await startSshd({
        authorizedKeys: [],
        extraConfig: [`TrustedUserCAKeys ${authority}.pub`],
      });
      const known = join(folder, 'known of trusting');
      writeFileSync(known, trusting.knownHosts);
      const change = { identityFiles: [join(folder, 'certified')], knownHostsFiles: [known] };
      const connection = await transport.connect(target(trusting, change), never);
      expect(await connection.run('echo in', LIMITS)).toMatchObject({ stdout: 'in\n' });
      await connection.close();
      await trusting.stop();
    });

    it('is not led astray by what the user’s configuration asks of a plain ssh', async () => {
      const file = join(folder, 'config');
      const evil = join(folder, 'evil');
      const lines = [
        'RemoteCommand echo remote',
        'SessionType none',
        'ForkAfterAuthentication yes',
        'StdinNull yes',
        'RequestTTY force',
        'VisualHostKey yes',
        'ControlMaster auto',
        'ControlPath none',
        'ControlPersist 1h',
        'StrictHostKeyChecking no',
        'UserKnownHostsFile /dev/null',
        'PermitLocalCommand yes',
        `LocalCommand touch ${evil}`,
        `LocalForward ${server.port} 127.0.0.1:1`,
        'LogLevel QUIET',
        'SendEnv *',
      ];
      writeFileSync(file, `Host *\n${lines.map((line) => `  ${line}\n`).join('')}`);
      const configured = createOpenSshTransport({ ...options(), configFile: file });
      const connection = await configured.connect(target(server), never);
      const ended = await connection.run('cat; tty; exit 3', { ...LIMITS, stdin: 'given\n' });
      expect(ended).toEqual({
        stdout: 'given\nnot a tty\n',
        stderr: '',
        exitStatus: 3,
        signalName: null,
      });
      await connection.close();
      const unknown = target(server, { knownHostsFiles: [join(folder, 'none')] });
      expect(await failure(configured.connect(unknown, never))).toMatchObject({ code: 'host_key_unknown' });
      await configured.close();
      expect(existsSync(evil)).toBe(false);
    });

    it('leaves no file behind', async () => {
      const connection = await transport.connect(target(server), never);
      await connection.run('true', LIMITS);
      await connection.close();
      await transport.close();
      expect(readdirSync(join(folder, 'sockets'))).toEqual([]);
    });
  },
);
