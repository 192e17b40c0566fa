import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBundle } from '../../src/fleet/bundle.ts';
import { scriptCommand, upload } from '../../src/fleet/upload.ts';
import { createTransport } from '../../src/transport/ssh-transport.ts';
import { runGuarded } from '../../src/fleet/guard.ts';
import { makeGuard } from '../support/guarded.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { isRunning } from '../support/processes.ts';
import { placesOf } from '../support/programs.ts';
import { makeTarget } from '../support/sleds.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/run-d.sh', import.meta.url));

/** A sled's shell is ksh93; whatever this machine has is tried. */
const SHELLS = placesOf(['sh', 'dash', 'ksh', 'bash']);

/**
 * Stands in for dtrace: says its arguments and what its standard input is, then waits until it is told to end by
 * a signal or by the file `end`, whose content is its status.
 */
const DTRACE = `#!/bin/sh
here=\${0%/*}
trap 'echo last words; exit 7' TERM
trap 'echo interrupted; exit 8' INT
for word; do printf '[%s]' "$word"; done
echo
echo $$ > "$here/pid"
while [ ! -f "$here/end" ]; do sleep 0.05; done
read -r status < "$here/end"
exit "$status"
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-run-d-'));
  copyFileSync(SCRIPT, join(folder, 'run-d.sh'));
  writeFileSync(join(folder, 'a.d'), 'BEGIN { exit(0); }\n');
  writeFileSync(join(folder, 'dtrace'), DTRACE);
  chmodSync(join(folder, 'dtrace'), 0o755);
});

beforeEach(() => {
  for (const name of ['pid', 'end', 'pfexec']) rmSync(join(folder, name), { force: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({ PATH: `${folder}:/usr/bin:/bin` });

function start(shell: string, args: readonly string[], stdin: 'pipe' | 'ignore' = 'pipe') {
  const child: ChildProcess = spawn(shell, [join(folder, 'run-d.sh'), ...args], {
    env: env(),
    stdio: [stdin, 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // `close` comes when nobody holds the outputs open any more.
  const ended = once(child, 'close').then(([status]) => ({ status: status as number, stdout, stderr }));
  return { child, ended };
}

/** Tells dtrace to end: in one step, so that it never reads half of it. */
function endWith(status: string): void {
  writeFileSync(join(folder, 'end.new'), status);
  renameSync(join(folder, 'end.new'), join(folder, 'end'));
}

/** Ended at once, whatever dtrace would do. */
function finished(shell: string, args: readonly string[], status = 0) {
  endWith(`${status}\n`);
  return start(shell, args, 'ignore').ended;
}

async function tracer(): Promise<number> {
  const file = join(folder, 'pid');
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n')).toBe(true);
  return Number(readFileSync(file, 'utf8'));
}

describe.each([...SHELLS])('run-d.sh under %s', (_, shell) => {
  it('runs the script of its own folder with its arguments, and passes the status on', async () => {
    const { status, stdout, stderr } = await finished(shell, ['a.d', '30', '', 'b c'], 5);
    expect({ status, stdout, stderr }).toEqual({
      status: 5,
      stdout: `[-Z][-s][${folder}/a.d][30][][b c]\n`,
      stderr: '',
    });
  });

  it("passes dtrace's options through, with their values", async () => {
    const { stdout } = await finished(shell, ['-w', '-x', 'bufsize=4m', '-C', 'a.d', '-x']);
    expect(stdout).toBe(`[-Z][-w][-x][bufsize=4m][-C][-s][${folder}/a.d][-x]\n`);
  });

  it('with -r lists what runs of Crucible before and after, but not after a script that failed', async () => {
    const list = [
      '  PID     ZONE COMMAND',
      '   12   global /usr/sbin/sshd -D',
      ' 4711 oxz_propolis-server_34aa /opt/oxide/propolis-server/bin/propolis-server run',
      '  815 oxz_crucible_7c1f /opt/oxide/crucible/bin/crucible-downstairs run -p 4711',
    ];
    writeFileSync(join(folder, 'ps'), `#!/bin/sh\ncat <<'E'\n${list.join('\n')}\nE\n`, { mode: 0o755 });
    const lines = (when: string) =>
      `running=${when} zone=oxz_propolis-server_34aa pid=4711 command=propolis-server\n` +
      `running=${when} zone=oxz_crucible_7c1f pid=815 command=crucible-downstairs\n` +
      `running=${when} listed=2 login=${process.getuid?.()}\n`;
    const printed = `[-Z][-s][${folder}/a.d][9]\n`;
    try {
      expect(await finished(shell, ['-r', 'a.d', '9'])).toEqual({
        status: 0,
        stdout: lines('before') + printed + lines('after'),
        stderr: '',
      });
      expect(await finished(shell, ['-r', 'a.d', '9'], 5)).toEqual({
        status: 5,
        stdout: lines('before') + printed,
        stderr: '',
      });
      // dtrace has its last words, and nothing is asked of a sled that is to be left.
      rmSync(join(folder, 'end'));
      rmSync(join(folder, 'pid'));
      const { child, ended } = start(shell, ['-r', 'a.d', '9'], 'ignore');
      await tracer();
      child.kill('SIGTERM');
      expect(await ended).toEqual({
        status: 7,
        stdout: `${lines('before')}${printed}last words\n`,
        stderr: '',
      });
      writeFileSync(join(folder, 'ps'), "#!/bin/sh\necho 'ps: no such thing' >&2\nexit 1\n", { mode: 0o755 });
      const { status, stdout } = await finished(shell, ['-r', 'a.d', '9']);
      const why = (when: string) => `running=${when} why=ps: no such thing\n`;
      expect({ status, stdout }).toEqual({ status: 0, stdout: why('before') + printed + why('after') });
    } finally {
      rmSync(join(folder, 'ps'));
    }
  });

  it('with -r says at the end whether one who is not root sees any probe, as the status scripts do', async () => {
    const look = (file: string) => /^visible_probes\(\)[^]*?^}$/m.exec(readFileSync(file, 'utf8'))?.[0];
    expect(look(SCRIPT)).toBe(look(join(SCRIPT, '../upstairs-status.sh')));
    expect(look(SCRIPT)).toContain('PROVIDER');
    const write = (name: string, body: string) =>
      writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    write('ps', `echo ' PID ZONE COMMAND'\n[ -e ${folder}/idle ] || echo ' 47 oxz_p /x/propolis-server run'`);
    write('id', 'echo 60001');
    const listing = (line: string) =>
      write(
        'dtrace',
        `[ "$2" = -l ] || exit 0\n[ -e ${folder}/mute ] || echo '   ID   PROVIDER  MODULE'\n${line}`,
      );
    const last = async () => (await finished(shell, ['-r', 'a.d'])).stdout.split('\n').at(-2);
    try {
      listing('');
      expect(await last()).toBe('running=after listed=1 login=60001 probes=none');
      listing("echo '   7 propolis47 x'");
      expect(await last()).toBe('running=after listed=1 login=60001 probes=some');
      writeFileSync(join(folder, 'mute'), '');
      listing('exit 1');
      expect(await last()).toBe('running=after listed=1 login=60001');
      writeFileSync(join(folder, 'idle'), '');
      expect(await last()).toBe('running=after listed=0 login=60001');
    } finally {
      for (const name of ['ps', 'id', 'mute', 'idle']) rmSync(join(folder, name), { force: true });
      writeFileSync(join(folder, 'dtrace'), DTRACE, { mode: 0o755 });
    }
  });

  it('takes a name with a slash as a path', async () => {
    mkdirSync(join(folder, 'other'), { recursive: true });
    writeFileSync(join(folder, 'other', 'b.d'), '');
    const { stdout } = await finished(shell, [join(folder, 'other', 'b.d')]);
    expect(stdout).toBe(`[-Z][-s][${folder}/other/b.d]\n`);
  });

  it('passes whole numbers to its own scripts without leading zeros, and every other word as it is', async () => {
    const given = ['08', '010', '0', '000', '0x10', '-07', '1.50', '00a', '', 'LONG', ' 07'];
    const passed = ['8', '10', '0', '0', '0x10', '-07', '1.50', '00a', '', 'LONG', ' 07'];
    const { stdout } = await finished(shell, ['a.d', ...given]);
    expect(stdout).toBe(`[-Z][-s][${folder}/a.d]${passed.map((word) => `[${word}]`).join('')}\n`);
    // Whoever wrote the script of a path knows what it takes.
    const path = await finished(shell, [join(folder, 'a.d'), '08', '007']);
    expect(path.stdout).toBe(`[-Z][-s][${folder}/a.d][08][007]\n`);
  });

  it('runs dtrace through pfexec where there is one', async () => {
    writeFileSync(join(folder, 'pfexec'), '#!/bin/sh\necho privileged\nexec "$@"\n', { mode: 0o755 });
    expect((await finished(shell, ['a.d'])).stdout).toMatch(/^privileged\n\[-Z\]/);
    expect((await finished(shell, ['-r', 'a.d'])).stdout).toMatch(/^privileged\n\[-Z\]/m);
  });

  it.each<[readonly string[], RegExp]>([
    [[], /needs the name of a D script/],
    [['-w'], /needs the name of a D script/],
    [['none.d'], /there is no script '.*none\.d'/],
    [['-x'], /option -x needs a value/],
    [['-n', 'BEGIN', 'a.d'], /option -n does not go with a script/],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await finished(shell, args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^run-d: .*; run-d\.sh -h explains it\n$/);
  });

  it('explains itself', async () => {
    const { status, stdout } = await finished(shell, ['-h']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^usage: run-d\.sh \[-r\]/);
    expect(stdout).toMatch(/-b and -x cannot override what a\s+script sets itself by #pragma D option/);
  });

  it('goes on by hand though its standard input has ended', async () => {
    const { ended } = start(shell, ['a.d'], 'ignore');
    const pid = await tracer();
    expect(isRunning(pid)).toBe(true);
    endWith('0\n');
    expect((await ended).stdout).not.toContain('last words');
  });

  it('is dtrace itself by hand, so that Ctrl-C is', async () => {
    const { child, ended } = start(shell, ['a.d'], 'ignore');
    expect(await tracer()).toBe(child.pid);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 8, stdout: expect.stringContaining('interrupted') });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('with -r hands %s on to dtrace', async (signal) => {
    const { child, ended } = start(shell, ['-r', 'a.d'], 'ignore');
    const pid = await tracer();
    child.kill(signal);
    expect(await ended).toMatchObject({ status: 7, stdout: expect.stringContaining('last words') });
    expect(isRunning(pid)).toBe(false);
  });

  it('with -r says how a signal ended dtrace', async () => {
    const { ended } = start(shell, ['-r', 'a.d'], 'ignore');
    process.kill(await tracer(), 'SIGKILL');
    expect((await ended).status).toBe(137);
  });
});

const reason = requireSshd();

describe.skipIf(reason !== null)(
  `run-d.sh over OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let server: Sshd;
    let transport: ReturnType<typeof createTransport>;
    const bundle = makeBundle([
      { name: 'run-d.sh', content: readFileSync(SCRIPT) },
      { name: 'a.d', content: Buffer.from('BEGIN { exit(0); }\n') },
    ]);

    beforeAll(async () => {
      const HOME = join(folder, 'home');
      mkdirSync(HOME);
      const authorizedKeys = [makeKeyFile(join(folder, 'id'))];
      server = await startSshd({ authorizedKeys, environment: { ...env(), HOME } });
      writeFileSync(join(folder, 'known_hosts'), server.knownHosts);
      transport = createTransport({
        handshakesAtOnce: 4,
        elapsed: () => performance.now(),
        now: () => new Date(),
        random: () => 0.5,
      });
    });

    afterAll(async () => {
      await transport.close();
      await server.stop();
    });

    const limits = { timeoutMs: 20_000, maxOutputBytes: 1 << 20, signal: new AbortController().signal };
    const connect = async () => {
      const target = makeTarget(0, {
        host: server.host,
        port: server.port,
        user: server.user,
        identityFiles: [join(folder, 'id')],
        knownHostsFiles: [join(folder, 'known_hosts')],
      });
      const connection = await transport.connect(target, limits.signal);
      await upload(connection, makeGuard(), bundle, limits);
      return connection;
    };
    const payload = {
      script: scriptCommand(bundle, 'run-d.sh', ['a.d', '9']),
      isCounted: true,
      hasLastWords: true,
      lock: null,
    };

    it('shows what dtrace prints as it comes, and its status', async () => {
      const connection = await connect();
      let seen = '';
      const running = runGuarded(connection, makeGuard(), payload, {
        ...limits,
        onStdout: (text) => (seen += text),
      });
      await expect.poll(() => seen).toBe('[-Z][-s][./a.d][9]\n');
      endWith('4\n');
      expect(await running).toMatchObject({ stdout: seen, stderr: '', exitStatus: 4, cut: null, notes: [] });
      await connection.close();
    });

    it('leaves no dtrace behind when the connection is dropped in the middle', async () => {
      const connection = await connect();
      const running = runGuarded(connection, makeGuard(), payload, limits);
      const failure = expect(running).rejects.toMatchObject({ code: 'connection_lost' });
      const pid = await tracer();
      expect(isRunning(pid)).toBe(true);
      await connection.close();
      await failure;
      await expect.poll(() => isRunning(pid)).toBe(false);
    });

    it('lets dtrace say its last words when the run is interrupted', async () => {
      const connection = await connect();
      const abort = new AbortController();
      const running = runGuarded(connection, makeGuard(), payload, { ...limits, signal: abort.signal });
      const pid = await tracer();
      abort.abort();
      expect(await running).toMatchObject({ stdout: expect.stringContaining('last words\n'), exitStatus: 7 });
      expect(isRunning(pid)).toBe(false);
      await connection.close();
    });
  },
);
