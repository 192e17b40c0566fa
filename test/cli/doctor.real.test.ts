import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKeyFile, requireEmptyRootPassword, startSshd, type Sshd } from '../support/openssh-server.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';
import { mountProblem, mountSmallDisk, type SmallDisk } from './support/small-disk.ts';

/** `doctor` and what goes with it, against real sshd, each with one thing wrong. */
const missing = requireEmptyRootPassword() ?? mountProblem();

const WAY = ['name', 'address', 'gateway', 'pipe', 'tcp', 'banner', 'key_exchange', 'host_key'];

/** A sled's dtrace, ps and zonename, where a login sees no probes. */
const BLIND: Readonly<Record<string, string>> = {
  dtrace: `#!/bin/sh
case " $* " in
*' -V '*) echo 'dtrace: Sun D 1.13.1' ;;
*' -l '*) echo '   ID   PROVIDER            MODULE                          FUNCTION NAME'
  echo "dtrace: failed to match $3: No probe matches description" >&2 ;;
*) echo works ;;
esac
`,
  ps: `#!/bin/sh
echo '  PID     ZONE COMMAND'
echo '  652 oxz_propolis-server_041012bf /opt/oxide/propolis-server/bin/propolis-server run'
`,
  zonename: '#!/bin/sh\necho global\n',
};

/**
 * A sled's ps that finds nothing. That of this machine shows all commands that run on these sleds, each with the whole
 * text of its script, which a sh reads a byte at a time: half of what these tests cost. One sled has it nevertheless.
 */
const EMPTY = { ps: "#!/bin/sh\necho '  PID     ZONE COMMAND'\n" };

/** pfexec of a user without the profile. */
const PLAIN = { pfexec: '#!/bin/sh\nexec setpriv --reuid=65534 --clear-groups "$@"\n' };

interface Step {
  readonly sled: string;
  readonly step: string;
  readonly result: string;
  readonly ms: number | null;
  readonly answer: string;
  readonly details: string | null;
  readonly remedy: string | null;
}

let folder: string;
let disk: SmallDisk;
let readOnly: SmallDisk;
let stuck: Server;
const servers: Sshd[] = [];
const entries: string[] = [];
let knownHosts = '';
let inventory: string;
let report: { readonly rows: readonly Step[]; readonly findings: readonly { readonly message: string }[] };
let steps: readonly Step[];
let status: number;
let text: string;

async function sled(
  name: string,
  options: Partial<Parameters<typeof startSshd>[0]> = {},
  login = '',
): Promise<Sshd> {
  const home = join(folder, `home-${name}`);
  mkdirSync(home);
  const server = await startSshd({
    authorizedKeys: [KEY.line],
    ...options,
    environment: { HOME: home, ...(name === 'well' ? {} : { PATH: emptyPath }), ...options.environment },
  });
  servers.push(server);
  entries.push(`{ name: ${name}, host: 127.0.0.1, port: ${server.port}${login} }`);
  if (name !== 'changed') knownHosts += server.knownHosts;
  return server;
}

const KEY = { line: '' };
let emptyPath = '';

/** A PATH on which these commands come first. */
function pathWith(name: string, scripts: Readonly<Record<string, string>>): string {
  const bin = join(folder, `bin-${name}`);
  mkdirSync(bin);
  for (const [command, script] of Object.entries({ ...EMPTY, ...scripts })) {
    writeFileSync(join(bin, command), script);
    chmodSync(join(bin, command), 0o755);
  }
  return `${bin}:/usr/bin:/bin`;
}

describe.skipIf(missing !== null)(`doctor${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-doctor-'));
    KEY.line = makeKeyFile(join(folder, 'id'));
    emptyPath = pathWith('empty', {});
    disk = mountSmallDisk();
    disk.fill();
    readOnly = mountSmallDisk();
    spawnSync('mount', ['-o', 'remount,ro', readOnly.path]);

    await sled('well');
    await sled('open', { authorizedKeys: [], emptyRootPassword: true });
    const down = await sled('down');
    await down.stop();
    // Of the limits only those of what never answers are to be reached.
    (await sled('frozen', {}, ', connect_timeout: 3s')).freeze();
    await sled('wrongkey', { authorizedKeys: [makeKeyFile(join(folder, 'other'))] });
    const changed = await sled('changed');
    const old = makeKeyFile(join(folder, 'old')).split(' ').slice(0, 2).join(' ');
    knownHosts += `[127.0.0.1]:${changed.port} ${old}\n`;
    await sled('nologin', { extraConfig: ['ForceCommand echo This account is not available.'] });
    await sled('homeless', { environment: { HOME: '/nonexistent' } });
    await sled('full', { environment: { HOME: disk.path } });
    await sled('readonly', { environment: { HOME: readOnly.path } });
    await sled('blind', { environment: { PATH: pathWith('blind', BLIND) } });
    await sled('plain', { environment: { PATH: pathWith('plain', PLAIN) } }, ', pfexec: true');
    const profile = { pfexec: '#!/bin/sh\nUNDER=pfexec exec "$@"\n' };
    await sled('profile', { environment: { PATH: pathWith('profile', profile) } }, ', pfexec: true');
    await sled('noisy');
    writeFileSync(join(folder, 'home-noisy', '.bashrc'), 'echo Welcome to noisy\n');
    await sled('left');
    const ours = join(folder, 'home-left', '.cruc-fleet');
    mkdirSync(join(ours, '0123456789abcdef'), { recursive: true });
    mkdirSync(join(ours, 'locks'));
    writeFileSync(join(ours, '0123456789abcdef', '.run-d.sh.77'), 'cut');
    writeFileSync(join(ours, 'locks', 'status.1'), '4194304 30 ana on build7\n');
    utimesSync(join(ours, 'locks', 'status.1'), 1, 1);
    // A server that says who it is, and freezes in the key exchange.
    stuck = createServer((socket) => void socket.on('error', () => {}).write('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => {
      stuck.listen(0, '127.0.0.1', resolve);
    });
    const address = stuck.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    entries.push(`{ name: stuck, host: 127.0.0.1, port: ${port}, connect_timeout: 3s }`);
    entries.push(`{ name: behind, host: "fd00::1", gateways: [{ host: 127.0.0.1, port: ${down.port} }] }`);
    entries.push(`{ name: unknown, host: nobody.invalid }`);

    writeFileSync(join(folder, 'known_hosts'), knownHosts);
    inventory = join(folder, 'inventory.yaml');
    const defaults =
      '{ known_hosts: known_hosts, identity_file: id, identity_agent: none, connect_timeout: 60s }';
    const racks = `  - id: 3\n    sleds:\n${entries.map((each) => `      - ${each}`).join('\n')}\n`;
    writeFileSync(inventory, `version: 1\ndefaults: ${defaults}\nracks:\n${racks}`);
    const ended = await run(['doctor', '-i', inventory, '-o', 'json']);
    ({ status } = ended);
    report = JSON.parse(ended.stdout);
    steps = report.rows;
    text = (await run(['doctor', '-i', inventory, '-s', 'well,down,wrongkey'])).stdout;
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    stuck.close();
    disk.remove();
    readOnly.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const stepOf = (name: string, step: string): Step => {
    const found = steps.find((each) => each.sled === `3/${name}` && each.step === step);
    if (found === undefined) throw new Error(`${name} has no step ${step}`);
    return found;
  };
  const shortly = (name: string) =>
    steps.filter((each) => each.sled === `3/${name}`).map(({ step, result }) => `${step} ${result}`);

  it('tells every step of every sled, and ends with 3', () => {
    expect(status).toBe(3);
    expect(schemaErrors(report)).toEqual([]);
    expect(report.findings).toHaveLength(steps.filter(({ result }) => result === 'failed').length);
    const names = new Set(steps.map((each) => each.sled));
    expect(names.size).toBe(entries.length);
    for (const name of names) expect(steps.filter((each) => each.sled === name)).toHaveLength(21);
  });

  it('tells of a sled that is well but for dtrace, with times and what was agreed on', () => {
    expect(shortly('well').filter((each) => !/ (ok|none)$/.test(each))).toEqual([
      'dtrace failed',
      'probes not_tried',
      'crucible notice',
    ]);
    expect(stepOf('well', 'name').details).toMatch(
      /^host 127\.0\.0\.1 \(inventory\), port \d+ \(inventory\), identity_file .*id \(inventory\), .*connect_timeout .* \(inventory\)/,
    );
    expect(stepOf('well', 'banner').answer).toMatch(/^OpenSSH_/);
    expect(stepOf('well', 'key_exchange').details).toMatch(
      /key exchange: ours ecdh-sha2-nistp256.*, the server's .*ecdh-sha2-nistp256/,
    );
    expect(stepOf('well', 'host_key').details).toMatch(/^ssh-ed25519 SHA256:/);
    expect(stepOf('well', 'authentication')).toMatchObject({
      answer: `root, by ${join(folder, 'id')} (ssh-ed25519)`,
      details: expect.stringContaining('refused: none'),
    });
    for (const step of [
      'tcp',
      'banner',
      'key_exchange',
      'host_key',
      'authentication',
      'shell',
      'crucible',
      'home',
    ]) {
      expect(stepOf('well', step).ms).toBeGreaterThanOrEqual(0);
    }
    expect(stepOf('well', 'dtrace')).toMatchObject({ answer: 'there is no dtrace', remedy: /global zone/ });
  });

  it('says that a sled lets none in', () => {
    expect(stepOf('open', 'authentication')).toMatchObject({
      result: 'notice',
      answer: 'by none: whoever reaches it is root there',
    });
  });

  it.each([
    ['unknown', 'name', /nobody\.invalid is not known/, /resolver/],
    [
      'behind',
      'gateway',
      /^gateway 127\.0\.0\.1:\d+ cannot be used: .* refused the connection/,
      /gateway by hand/,
    ],
    ['down', 'tcp', /its address refused the connection/, /sshd runs there/],
    ['frozen', 'banner', /sent no SSH banner within 3 s/, /console/],
    [
      'stuck',
      'key_exchange',
      /sent its banner \(OpenSSH_9\.6\), but did not finish the key exchange/,
      /hang/,
    ],
    ['changed', 'host_key', /has changed: it shows ssh-ed25519/, /cruc-fleet inventory trust/],
    ['wrongkey', 'authentication', /refused every key; offered: /, /authorized_keys of root/],
    ['nologin', 'shell', /never ran: .*This account is not available/, /give the login a shell/],
    [
      'plain',
      'shell',
      /pfexec does not make this login root there.*it stays user 65534/,
      /Primary Administrator/,
    ],
  ])('of %s the step %s fails, and none behind it is tried', (name, step, answer, remedy) => {
    const failed = stepOf(name, step);
    expect(failed).toMatchObject({ result: 'failed' });
    expect(`${failed.answer} -> ${failed.remedy}`).toMatch(answer);
    expect(failed.remedy).toMatch(remedy);
    const all = shortly(name);
    const at = all.indexOf(`${step} failed`);
    for (const before of all.slice(0, at)) expect(before).toMatch(/ (ok|none)$/);
    for (const behind of all.slice(at + 1)) expect(behind).toMatch(/ not_tried$/);
    expect(steps.find((each) => each.sled === `3/${name}` && each.result === 'not_tried')?.answer).toMatch(
      /^not tried: .* failed$/,
    );
  });

  it.each([
    ['homeless', 'home', 'failed', /the home folder does not exist/, /home folder/],
    ['full', 'home', 'failed', /no space: 0 KiB free/, /make room/],
    ['readonly', 'home', 'failed', /^cannot be written, /, /home folder/],
    ['noisy', 'noise', 'notice', /Welcome to noisy/, /start-up files silent/],
    ['left', 'leftovers', 'notice', /1 locks of runs that are gone, 1 files of uploads that broke/, /clean/],
    [
      'blind',
      'probes',
      'failed',
      /^no probes visible: dtrace_proc, proc_owner and proc_zone are needed$/,
      /dtrace_proc/,
    ],
  ])('of %s the step %s is %s, and the others are told too', (name, step, result, answer, remedy) => {
    expect(stepOf(name, step)).toMatchObject({ result });
    expect(stepOf(name, step).answer).toMatch(answer);
    expect(stepOf(name, step).remedy).toMatch(remedy);
    for (const each of WAY) expect(stepOf(name, each).result).toMatch(/ok|none/);
    expect(stepOf(name, 'versions').result).toBe('ok');
  });

  it('reads and writes nothing there', async () => {
    const { stdout } = await run(['exec', '-i', inventory, '-s', 'well', '--', 'ls -A ~']);
    expect(stdout).toContain('no output');
  });

  it('runs under pfexec where the inventory says so, uploads too', async () => {
    expect(stepOf('profile', 'shell')).toMatchObject({
      result: 'ok',
      answer: expect.stringContaining('as root'),
    });
    const { stdout } = await run(['exec', '-i', inventory, '-s', 'profile', '--', 'echo "$UNDER"']);
    expect(stdout).toContain('pfexec');
    expect((await run(['push', '-i', inventory, '-s', 'profile'])).status).toBe(0);
    expect(existsSync(join(folder, 'home-profile', '.cruc-fleet', 'scripts', 'doctor.sh'))).toBe(true);
    const refused = await run(['push', '-i', inventory, '-s', 'plain']);
    expect(refused).toMatchObject({
      status: 3,
      stdout: expect.stringContaining('run, pfexec: pfexec does not'),
    });
    expect(existsSync(join(folder, 'home-plain', '.cruc-fleet'))).toBe(false);
  });

  it('calls no sled answered that did not, in a table for a spreadsheet', async () => {
    const { stdout } = await run(['doctor', '-i', inventory, '-s', 'well,down', '-o', 'csv']);
    const ends = stdout
      .split('\r\n')
      .map((line) => /^3,3\/(\w+),.*,(answered,|failed,refused: .*)$/.exec(line));
    const told = ends.flatMap((end) => (end === null ? [] : [`${end[1]} ${end[2]?.slice(0, 15)}`]));
    expect([...new Set(told)].toSorted()).toEqual(['down failed,refused:', 'well answered,']);
    expect(told).toHaveLength(42);
  });

  it('folds what is the same, and says what to do below what failed', () => {
    expect(text).toMatch(/^address +ok +all 3 +IPv4$/m);
    expect(text).toMatch(/^tcp +FAILED .*3\/down +its address refused the connection/m);
    expect(text).toMatch(/^ +-> check that sshd runs there and that the port is right$/m);
    expect(text).toMatch(/^banner to leftovers +- +3\/down +not tried: TCP failed$/m);
    expect(text).toMatch(/^shell to leftovers +- +3\/wrongkey +not tried: authentication failed$/m);
    expect(text).toMatch(/1 of 3 sleds answered/);
  });
});
