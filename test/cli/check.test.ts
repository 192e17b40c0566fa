import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/simulator/upstairs-session.ts';
import { requireAlertmanager, startAlertmanager } from '../support/alertmanager.ts';
import { makeCertificate, requireOpenssl } from '../support/certificate.ts';
import { startHttpServer } from '../support/http-server.ts';
import { reply, startMailServer, type MailServer } from '../support/mail-server.ts';
import { checkMetrics, requirePromtool } from '../support/promtool.ts';
import { checkSchemaErrors } from '../support/report-schema.ts';
import { withRack } from '../support/rack.ts';
import { run, startProgram } from '../support/run-program.ts';
import { mountProblem, mountSmallDisk } from './support/small-disk.ts';

const noMount = mountProblem();
const MINUTE = 60_000;
const START = Date.parse('2026-11-26T08:00:00Z');

const rack = withRack({ isShellFree: true, sledsPerRack: 3, propolisPerSled: 1, seed: 21 });

/** Of each test. */
let folder: string;
let now: number;
let count = 0;
const cleanups: (() => Promise<void> | void)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `cruc-fleet-check-${(count += 1)}-`));
  copyFileSync(rack.inventory, join(folder, 'inventory.yaml'));
  now = START;
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const cubby of [0, 1, 2]) {
    for (const session of sessionsOf(cubby)) setStates(cubby, session, ['active', 'active', 'active']);
    await rack.simulation.setFault(`3/${cubby}`, null);
  }
  rmSync(folder, { recursive: true, force: true });
});

const sessionsOf = (cubby: number) => rack.sessions(`3/${cubby}`);
const setStates = (cubby: number, session: Session, states: Session['states']) =>
  rack.crucible(`3/${cubby}`).setStates(session, states);

/** Makes the first upstairs of a sled ill. */
function sicken(cubby: number, states: Session['states'] = ['active', 'faulted', 'active']): Session {
  const session = sessionsOf(cubby)[0]!;
  setStates(cubby, session, states);
  return session;
}

/** Leaves these sleds alone in the inventory: what is not about the rack needs no more. */
const visits = (...sleds: readonly string[]) =>
  writeFileSync(join(folder, 'inventory.yaml'), rack.inventoryOf(...sleds));

const stateFile = () => join(folder, 'check.json');

function argv(...more: readonly string[]): readonly string[] {
  const where = ['-i', join(folder, 'inventory.yaml'), '--state-file', stateFile()];
  // An upstairs reports a little less than once a second: in one second it may be silent.
  return ['check', ...where, '--window', '2s', ...more];
}

/** One check, five minutes after the last. */
async function check(...more: readonly string[]) {
  const ended = await run(argv(...more), { now: () => new Date(now), cwd: folder });
  now += 5 * MINUTE;
  return ended;
}

async function mailServer(...args: Parameters<typeof startMailServer>): Promise<MailServer> {
  const server = await startMailServer(...args);
  cleanups.push(() => server.stop());
  return server;
}

const mailTo = (server: MailServer): readonly string[] => [
  '--mail-to',
  'ada@example.com',
  '--mail-from',
  'cruc-fleet@example.com',
  '--smtp',
  `smtp://127.0.0.1:${server.port}`,
];

const subjects = (server: MailServer) => server.mails.map((mail) => mail.parsed.subject);

describe('the verdict', () => {
  it('is the line of a monitoring plugin, with status 0 when all is well, and nothing with --cron', async () => {
    const well = await check('--rack', '3');
    expect(well.status).toBe(0);
    expect(well.stdout.split('\n')[0]).toMatch(
      /^CRUC_FLEET OK - rack 3: all is well; 3 of 3 sleds answered \| 'sleds'=3;;;0;3 .*'degraded'=0 .*'duration'=[\d.]+s$/,
    );
    expect(well.stderr).toBe('');
    expect(await check('--rack', '3', '--cron')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('is critical with the rows that it is about, and not whole without a sled', async () => {
    const session = sicken(1);
    await rack.simulation.setFault('3/2', 'refused');
    const { status, stdout } = await check();
    expect(status).toBe(2);
    expect(stdout).toMatch(/^CRUC_FLEET CRITICAL - all sleds: 1 degraded; 2 of 3 sleds answered \| /);
    expect(stdout).toContain(session.states.join('/'));
    expect(stdout).toMatch(/^no answer from 3\/BRM42220002 \(cubby 2\): connect, refused/m);
    sessionsOf(1).forEach((each) => setStates(1, each, ['active', 'active', 'active']));
    const cleared = await check();
    expect(cleared.status).toBe(3);
    expect(cleared.stdout).toMatch(/^CRUC_FLEET UNKNOWN - all sleds: 1 sled silent, 1 clearing; 2 of 3/);
  });

  it('costs a sled one connection', async () => {
    await check('--sled', '3/0');
    const before = rack.simulation.connections('3/0');
    await check('--sled', '3/0');
    expect(rack.simulation.connections('3/0') - before).toBe(1);
  });

  it('is JSON by its schema, with incidents, news and the whole report', async () => {
    sicken(0);
    await rack.simulation.setFault('3/2', 'refused');
    const { status, stdout } = await check('-o', 'json');
    const json = JSON.parse(stdout);
    expect(checkSchemaErrors(json)).toEqual([]);
    expect([status, json.level, json.exit_status]).toEqual([2, 'critical', 2]);
    expect(json.news.map((each: { kind: string }) => each.kind)).toEqual(['opened']);
    expect(json.report.coverage).toMatchObject({ selected: 3, answered: 2 });
  });

  it('is in any format of a report as well, with what is wrong on standard error', async () => {
    sicken(0);
    writeFileSync(stateFile(), 'nonsense');
    const { stdout, stderr } = await check('-o', 'csv', '--columns', 'cubby,health');
    expect(stdout).toContain('0,degraded');
    expect(stderr).toMatch(/^cruc-fleet: the state file .* was damaged .*; it was set aside as /m);
  });

  it('says in one line why there is none when there is no inventory', async () => {
    rmSync(join(folder, 'inventory.yaml'));
    const { status, stdout, stderr } = await check();
    expect(status).toBe(78);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - no inventory at [^\n]*\n$/);
    expect(stderr).toMatch(/^cruc-fleet: no inventory at /);
  });
});

describe('mails of a check', () => {
  beforeEach(() => visits('3/1'));

  it('are one when something breaks, none while it stays, one when it is over, in one thread', async () => {
    const server = await mailServer();
    await check(...mailTo(server), '--cron');
    sicken(1);
    const broken = await check(...mailTo(server), '--cron');
    expect(broken.stdout).toContain('CRUC_FLEET CRITICAL');
    const same = await check(...mailTo(server), '--cron');
    expect(same).toEqual({ status: 2, stdout: '', stderr: '' });
    sicken(1, ['active', 'active', 'active']);
    await check(...mailTo(server), '--cron');
    await check(...mailTo(server), '--cron');
    expect(subjects(server)).toEqual([
      '[cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
      '[cruc-fleet] OK - rack 3: resolved: 1 degraded',
    ]);
    const [first, second] = server.mails.map((mail) => mail.parsed);
    expect(second?.inReplyTo).toBe(first?.messageId);
    expect(first?.headers.get('auto-submitted')).toBe('auto-generated');
    expect(first?.text).toContain('downstairs 1 is faulted');
    expect(first?.html).toContain('downstairs 1');
    expect(server.mails[0]?.to).toEqual(['ada@example.com']);
  });

  it('have one subject in one story with --subject-style thread, and the verdict as their first line', async () => {
    const server = await mailServer();
    const styled = [...mailTo(server), '--cron', '--subject-style', 'thread'];
    await check(...styled);
    sicken(1);
    await check(...styled);
    sicken(1, ['active', 'faulted', 'offline']);
    await check(...styled);
    for (const each of sessionsOf(1)) setStates(1, each, ['active', 'active', 'active']);
    await check(...styled);
    await check(...styled);
    expect(subjects(server)).toEqual(Array.from({ length: 3 }, () => '[cruc-fleet] rack 3: trouble #2'));
    expect(server.mails.map((mail) => mail.parsed.text?.split('\n')[0])).toEqual([
      'CRITICAL - rack 3: 1 degraded - new',
      'CRITICAL - rack 3: 1 disk stopped (two of three downstairs lost) - worse',
      'OK - rack 3: resolved: 1 disk stopped',
    ]);
  });

  it('are printed and not sent with --dry-run, which leaves no trace', async () => {
    const server = await mailServer();
    sicken(1);
    const dry = await check(...mailTo(server), '--dry-run');
    expect(dry.stdout).toMatch(
      /^To: ada@example\.com\nSubject: \[cruc-fleet\] CRITICAL - rack 3: 1 degraded - new$/m,
    );
    expect([server.connections(), existsSync(stateFile()), readdirSync(folder)]).toEqual([
      0,
      false,
      ['inventory.yaml'],
    ]);
    sicken(1, ['active', 'active', 'active']);
    expect((await check(...mailTo(server), '--dry-run')).stdout).toContain('no mail would be sent');
  });

  it('wait while the server is away or refuses, and then come in their order, each once', async () => {
    let answer: Error | null = reply(451, 'try later');
    visits('3/1', '3/2');
    const server = await mailServer({}, () => {
      if (answer !== null) throw answer;
    });
    sicken(1);
    const away = await check(...mailTo(server));
    expect(away.status).toBe(2);
    expect(away.stdout).toMatch(/^CRUC_FLEET CRITICAL - /);
    expect(away.stderr).toMatch(
      /the mail '\[cruc-fleet\] CRITICAL - rack 3.*was not accepted: .*451 try later/,
    );
    expect(away.stderr).toMatch(
      /1 mail waits in .*check\.spool since .* and will be tried again at the next run/,
    );
    sicken(2, ['offline', 'active', 'active']);
    await check(...mailTo(server));
    expect(server.mails).toEqual([]);
    answer = null;
    const back = await check(...mailTo(server));
    expect(back.stderr).toBe('');
    expect(subjects(server)).toEqual([
      '[cruc-fleet] CRITICAL - rack 3: 1 degraded - new',
      '[cruc-fleet] CRITICAL - rack 3: 2 degraded - new: 1 degraded',
    ]);
    await check(...mailTo(server));
    expect(server.mails.length).toBe(2);
    expect(readdirSync(join(folder, 'check.spool'))).toEqual([]);
  });

  it('make a check that is well unknown while they wait: nobody was told', async () => {
    const server = await mailServer();
    sicken(1);
    await check(...mailTo(server));
    sicken(1, ['active', 'active', 'active']);
    await check(...mailTo(server));
    await server.stop();
    const over = await check(...mailTo(server));
    expect(over.status).toBe(3);
    expect(over.stdout).toMatch(/^CRUC_FLEET UNKNOWN - .*resolved: 1 degraded/);
  });

  it.skipIf(requireOpenssl() !== null)('go over STARTTLS with a password that is never shown', async () => {
    const certificate = makeCertificate('IP:127.0.0.1');
    cleanups.push(() => certificate.remove());
    const server = await mailServer({
      key: certificate.key,
      cert: certificate.certificate,
      authOptional: false,
      onAuth: ({ username, password }, _, callback) => {
        if (username === 'ada' && password === 'Tr0ub4dor&3') callback(null, { user: username });
        else callback(reply(535, 'Authentication failed'));
      },
    });
    writeFileSync(join(folder, 'password'), 'wrong-Tr0ub4dor\n', { mode: 0o600 });
    const login = ['--set', 'mail.user=ada', '--set', `mail.ca_file=${certificate.file}`];
    sicken(1);
    const wrong = await check(...mailTo(server), ...login, '--smtp-password-file', 'password');
    expect(wrong.stderr).toMatch(/refused the user ada.*535/);
    expect(wrong.stdout + wrong.stderr).not.toContain('Tr0ub4dor');
    writeFileSync(join(folder, 'password'), 'Tr0ub4dor&3\n');
    const right = await check(...mailTo(server), ...login, '--smtp-password-file', 'password');
    expect([right.status, right.stderr]).toEqual([2, '']);
    expect(server.mails[0]?.session).toMatchObject({ secure: true, user: 'ada' });
    for (const name of readdirSync(folder).filter(
      (each) => each.startsWith('check.') && each.endsWith('.json'),
    )) {
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain('Tr0ub4dor');
    }
    const shown = await check(
      ...mailTo(server),
      ...login,
      '--smtp-password-file',
      'password',
      '--print-config',
    );
    expect(shown.stdout).not.toContain('Tr0ub4dor');
  });

  it.skipIf(requireOpenssl() !== null)(
    'that a certificate keeps back are heard of another way: plugin, heartbeat, textfile, JSON',
    async () => {
      const certificate = makeCertificate('IP:127.0.0.1');
      cleanups.push(() => certificate.remove());
      const server = await mailServer({
        key: certificate.key,
        cert: certificate.certificate,
        authOptional: true,
      });
      const heartbeat = await startHttpServer();
      cleanups.push(() => heartbeat.stop());
      const file = join(folder, 'cruc_fleet.prom');
      const ways = ['--heartbeat', `http://127.0.0.1:${heartbeat.port}/x`, '--textfile', file];
      sicken(1);
      const first = await check(...mailTo(server), ...ways);
      expect(first.stderr).toMatch(/certificate of the mail server .* cannot be trusted/);
      expect(server.mails).toEqual([]);
      // Healthy again: what nobody has heard of is still said, and since when.
      for (const each of sessionsOf(1)) setStates(1, each, ['active', 'active', 'active']);
      const { status, stdout } = await check(...mailTo(server), ...ways);
      expect(status).toBe(3);
      const since = '1 mail waits since 2026-11-26T08:00:00Z';
      expect(stdout.split('\n')[0]).toContain(`; ${since}; 1 of 1 sled answered | `);
      expect(heartbeat.requests.at(-1)?.body).toContain(since);
      const metrics = readFileSync(file, 'utf8');
      expect(metrics).toMatch(/^cruc_fleet_mails_waiting\{selection="all sleds"\} 1$/m);
      expect(metrics).toMatch(
        /^cruc_fleet_mails_waiting_since_timestamp_seconds\{selection="all sleds"\} 1795680000$/m,
      );
      const json = JSON.parse((await check(...mailTo(server), '-o', 'json')).stdout);
      expect(json.mails_waiting.since).toBe('2026-11-26T08:00:00.000Z');
      // Trusted, it all arrives, and nothing waits any more.
      await check(...mailTo(server), ...ways, '--set', `mail.ca_file=${certificate.file}`);
      expect(server.mails.length).toBeGreaterThan(0);
      expect(readFileSync(file, 'utf8')).toMatch(/^cruc_fleet_mails_waiting\{selection="all sleds"\} 0$/m);
    },
  );

  it('leave through a sendmail program too', async () => {
    const program = join(folder, 'sendmail');
    writeFileSync(program, `#!/bin/sh\necho "$@" > "${folder}/arguments"\ncat > "${folder}/mail"\n`);
    chmodSync(program, 0o755);
    sicken(1);
    const to = ['--mail-to', 'ada@example.com', '--mail-from', 'c@example.com', '--sendmail', program];
    expect((await check(...to)).stderr).toBe('');
    expect(readFileSync(join(folder, 'mail'), 'utf8')).toMatch(
      /^Subject: \[cruc-fleet\] CRITICAL - rack 3: 1/m,
    );
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toContain('ada@example.com');
  });
});

describe('silences', () => {
  beforeEach(() => visits('3/1'));

  const silence = (...more: readonly string[]) =>
    run(['silence', ...more, '-i', join(folder, 'inventory.yaml'), '--state-file', stateFile()], {
      now: () => new Date(now),
    });

  it('keep a sled out of the mails until they end', async () => {
    const server = await mailServer();
    const added = await silence('add', '--sled', '3/1', '--for', '7m', '--reason', 'update');
    expect(added.status).toBe(0);
    expect(added.stdout).toMatch(
      /^[0-9a-f]{6} +2026-11-26T08:07Z \(in 7m00s\) +sled 3\/BRM42220001 +tester +update$/m,
    );
    sicken(1);
    const quiet = await check(...mailTo(server));
    expect(quiet.status).toBe(0);
    expect(quiet.stdout).toMatch(/^CRUC_FLEET OK - all sleds: 1 silenced;/);
    expect(quiet.stdout).toMatch(/^degraded .* silenced .*3\/BRM42220001/m);
    await check(...mailTo(server));
    expect(server.mails).toEqual([]);
    await check(...mailTo(server));
    expect(subjects(server)).toEqual(['[cruc-fleet] CRITICAL - rack 3: 1 degraded - new']);
    expect((await silence('list')).stderr).toBe('no silence is in force\n');
    expect((await silence('list', '--all')).stdout).toContain('(over)');
  });

  it('take a zone as the table shows it, and say what fits nothing now, with the nearest', async () => {
    sicken(1);
    const { stdout } = await check();
    const [, id = ''] = /oxz_propolis-server_([0-9a-f]{8})/.exec(stdout) ?? [];
    const typo = `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`;
    const missed = await silence('add', '--zone', `propolis ${typo}`, '--for', '1h');
    expect([missed.status, missed.stderr]).toEqual([
      0,
      expect.stringContaining(`the nearest is 'propolis ${id}'`),
    ]);
    expect((await check()).stdout).toMatch(/^CRUC_FLEET CRITICAL/);
    expect((await silence('add', '--zone', `propolis ${id}`, '--for', '1h')).stderr).toBe('');
    expect((await check()).stdout).toMatch(/^CRUC_FLEET OK - all sleds: 1 silenced;/);
  });

  it('end when they are told to, and are refused without an end, a target or a rule that there is', async () => {
    await silence('add', '--rule', 'repairing', '--for', '2d');
    const [listed] = JSON.parse((await silence('list', '-o', 'json')).stdout);
    expect(listed).toMatchObject({
      rules: ['repairing'],
      in_force: true,
      ends_at: '2026-11-28T08:00:00.000Z',
    });
    expect((await silence('expire', 'ffffff1')).stderr).toContain(`those in force are ${listed.id}`);
    expect((await silence('expire', listed.id)).stdout).toContain('(over)');
    expect((await silence('list', '-o', 'json')).stdout).toBe('[]\n');
    for (const [wrong, said] of [
      [['--sled', '3/1'], /a silence needs an end: say how long with --for 4h/],
      [['--for', '4h'], /say what is silenced/],
      [['--rule', 'degrade', '--for', '4h'], /there is no rule 'degrade'; did you mean degraded\?/],
      [['--sled', '3/99', '--for', '4h'], /3\/99/],
      [['--rack', '3', '--until', '2020-01-01'], /is over/],
      [['--rack', '3', '--until', 'soon'], /give a time such as/],
    ] as const) {
      const ended = await silence('add', ...wrong);
      expect([ended.status, ended.stdout]).toEqual([64, '']);
      expect(ended.stderr).toMatch(said);
    }
    expect((await silence('list', '-o', 'json')).stdout).toBe('[]\n');
  });
});

describe('the other ways out', () => {
  beforeEach(() => visits('3/1'));

  it('ping before and after, with the status, and never fail a run', async () => {
    const server = await startHttpServer();
    cleanups.push(() => server.stop());
    sicken(1);
    await check('--heartbeat', `http://127.0.0.1:${server.port}/ping/abc`);
    sicken(1, ['active', 'active', 'active']);
    await check('--heartbeat', `http://127.0.0.1:${server.port}/ping/abc`);
    expect(server.requests.map(({ path }) => path.replace(/\?rid=.*/, ''))).toEqual([
      '/ping/abc/start',
      '/ping/abc/2',
      '/ping/abc/start',
      '/ping/abc',
    ]);
    expect(server.requests[1]?.body).toMatch(/^CRUC_FLEET CRITICAL - /);
    await server.stop();
    const deaf = await check('--heartbeat', `http://127.0.0.1:${server.port}/ping/abc`);
    expect(deaf.status).toBe(0);
    expect(deaf.stderr).toMatch(/^warning: .*127\.0\.0\.1/);
    expect(deaf.stderr).not.toContain('abc');
  });

  it('tell the heartbeat of an inventory that is gone', async () => {
    const server = await startHttpServer();
    cleanups.push(() => server.stop());
    rmSync(join(folder, 'inventory.yaml'));
    await check('--heartbeat', `http://127.0.0.1:${server.port}/ping/abc`);
    expect(server.requests.at(-1)?.path).toMatch(/^\/ping\/abc\/78\?/);
  });

  it.skipIf(requirePromtool() !== null)(
    'write metrics that promtool accepts, also without a sled',
    async () => {
      visits('3/1', '3/2');
      const file = join(folder, 'cruc_fleet.prom');
      expect((await check('--textfile', file)).status).toBe(0);
      sicken(1);
      await rack.simulation.setFault('3/2', 'refused');
      await check('--textfile', file, '--textfile-labels', 'zone,upstairs_id');
      const text = readFileSync(file, 'utf8');
      expect(checkMetrics(text)).toEqual({ status: 0, output: '' });
      expect(text).toContain('cruc_fleet_check_level{selection="all sleds",level="critical"} 1');
      expect(text).toContain('cruc_fleet_incidents{rack="3",rule="degraded",status="open"} 1');
      expect(text).toMatch(/cruc_fleet_sled_up\{probe="check",rack="3",sled="3\/BRM42220002"\} 0/);
      // When all was well is said though it is not now.
      expect(text).toMatch(
        new RegExp(`cruc_fleet_run_last_success_timestamp_seconds\\{[^}]*\\} ${START / 1000}$`, 'm'),
      );
      expect(readdirSync(folder).filter((name) => name.endsWith('.prom'))).toEqual(['cruc_fleet.prom']);
      const nowhere = await check('--textfile', join(folder, 'no-such-folder', 'x.prom'));
      expect(nowhere.stderr).toMatch(
        /the metrics could not be written to .*x\.prom; check that .*no-such-folder is there/,
      );
    },
  );

  it.skipIf(requireAlertmanager() !== null)(
    'post incidents to an Alertmanager, which holds them until they are over',
    async () => {
      visits('3/0', '3/1');
      const manager = await startAlertmanager();
      cleanups.push(() => manager.stop());
      now = Date.now();
      sicken(1);
      const webhook = ['--webhook', manager.url];
      expect((await check(...webhook)).stderr).toBe('');
      now = Date.now();
      const names = async () => (await manager.alerts()).map((alert) => alert.labels['alertname']);
      expect(await names()).toEqual(['cruc_fleet_degraded']);
      // Worse: another alert, and the first one ends.
      sicken(1, ['offline', 'faulted', 'active']);
      await check(...webhook);
      now = Date.now();
      await expect.poll(names).toEqual(['cruc_fleet_critical', 'cruc_fleet_critical']);
      await rack.simulation.setFault('3/1', 'refused');
      await check(...webhook);
      now = Date.now();
      expect(await names()).toHaveLength(2);
      await rack.simulation.setFault('3/1', null);
      sicken(1, ['active', 'active', 'active']);
      await check(...webhook);
      now = Date.now();
      await check(...webhook);
      await expect.poll(names).toEqual([]);
    },
  );

  it('post again what did not arrive', async () => {
    let status = 503;
    const server = await startHttpServer((response) => {
      response.statusCode = status;
      response.end('busy');
    });
    cleanups.push(() => server.stop());
    const webhook = ['--webhook', `http://127.0.0.1:${server.port}/hook`];
    sicken(1);
    const failed = await check(...webhook);
    expect(failed.stderr).toMatch(/503.*; the alerts will be posted at the next run/);
    sicken(1, ['active', 'active', 'active']);
    status = 200;
    await check(...webhook);
    await check(...webhook);
    const bodies = server.requests.map(({ body }) => JSON.parse(body));
    expect(bodies.map((body) => body.length)).toEqual([1, 1, 1]);
    expect(Date.parse(bodies[2][0].endsAt)).toBeLessThanOrEqual(now);
  });
});

describe('what is wrong with a check', () => {
  beforeEach(() => visits('3/1'));

  it('is said, and the verdict is printed all the same: a configuration with mistakes', async () => {
    writeFileSync(
      join(folder, 'cruc-fleet.yaml'),
      'version: 1\ncheck:\n  rules:\n    degrated: off\n  mail:\n    smtp: smtp://127.0.0.1:1\n',
    );
    sicken(1);
    const { status, stdout, stderr } = await check();
    expect(status).toBe(78);
    expect(stdout).toMatch(/^CRUC_FLEET CRITICAL - all sleds: 1 degraded;/);
    expect(stderr).toMatch(
      /cruc-fleet\.yaml:4:5: check\.rules\.degrated: found an unknown key, did you mean degraded\?/,
    );
    expect(stderr).toMatch(/mail\.smtp is given without a recipient/);
    // Nobody was told, so that it is news once the configuration is right.
    const server = await mailServer();
    rmSync(join(folder, 'cruc-fleet.yaml'));
    await check(...mailTo(server));
    expect(subjects(server)).toEqual(['[cruc-fleet] CRITICAL - rack 3: 1 degraded - new']);
  });

  it('is wrong usage where the command line is wrong', async () => {
    const unknown = await check('--for', 'degrate=4h');
    expect([unknown.status, unknown.stdout.slice(0, 24)]).toEqual([64, 'CRUC_FLEET UNKNOWN - all']);
    expect(unknown.stderr).toMatch(/--for degrate: .*did you mean/);
    const password = await check('--mail-to', 'a@example.com', '--smtp', 'smtp://ada:hunter2@127.0.0.1');
    expect([password.status, password.stdout + password.stderr]).toEqual([
      64,
      expect.not.stringContaining('hunter2'),
    ]);
  });

  it.each([
    [
      'an unwritable folder',
      () => writeFileSync(join(folder, 'check.lock'), ''),
      /the lock .*check\.lock cannot be taken/,
    ],
    [
      'a state file that is a folder',
      () => mkdirSync(stateFile()),
      /the state file .*check\.json is not a file/,
    ],
    [
      'a state file of a newer version',
      () => writeFileSync(stateFile(), '{"format":"cruc-fleet/check","version":9,"value":{}}'),
      /has version 9, and this cruc-fleet reads up to 1/,
    ],
  ])('is %s: nobody is mailed, and the check is unknown', async (_, spoil, said) => {
    const server = await mailServer();
    spoil();
    sicken(1, ['active', 'live_repair', 'active']);
    const { status, stdout, stderr } = await check(...mailTo(server), '--cron');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - all sleds: 1 repairing;/);
    expect(stderr).toMatch(said);
    expect(server.connections()).toBe(0);
  });

  it('is a state file that is damaged: set aside, and what is open is news', async () => {
    const server = await mailServer();
    sicken(1);
    await check(...mailTo(server));
    writeFileSync(stateFile(), readFileSync(stateFile(), 'utf8').slice(0, 200));
    const { status, stderr } = await check(...mailTo(server));
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /was damaged \(it is not JSON\); it was set aside as .*check\.json\.set-aside-2026-11-26T08-05/,
    );
    expect(server.mails.length).toBe(2);
    expect(server.mails[1]?.parsed.text).toContain('it was set aside as');
    expect(readdirSync(folder).filter((name) => name.includes('set-aside'))).toHaveLength(1);
  });

  it.skipIf(noMount !== null)(
    `is a disk that is full: the verdict is printed, what waits is sent once, and nothing is lost${noMount === null ? '' : ` (skipped: ${noMount})`}`,
    async () => {
      visits('3/1', '3/2');
      const disk = mountSmallDisk();
      cleanups.push(() => disk.remove());
      let isAway = true;
      const server = await mailServer({}, () => {
        if (isAway) throw reply(451, 'try later');
      });
      const where = ['--state-file', join(disk.path, 'check.json'), ...mailTo(server)];
      sicken(1);
      await check(...where);
      disk.fill();
      isAway = false;
      sicken(2, ['offline', 'active', 'active']);
      for (let n = 0; n < 2; n++) {
        const { status, stdout, stderr } = await check(...where);
        expect(status).toBe(2);
        expect(stdout).toMatch(
          /^CRUC_FLEET CRITICAL - all sleds: 2 degraded; a problem with the check itself;/,
        );
        expect(stderr).toMatch(
          /its disk is full: make room there, or name a file elsewhere with --state-file: ENOSPC.*; this run is not recorded, and nobody is mailed about it/,
        );
      }
      expect(subjects(server)).toEqual(['[cruc-fleet] CRITICAL - rack 3: 1 degraded - new']);
      disk.makeRoom();
      expect((await check(...where)).stderr).toBe('');
      expect(subjects(server).slice(1)).toEqual([
        '[cruc-fleet] CRITICAL - rack 3: 2 degraded - new: 1 degraded',
      ]);
      expect(server.mails[1]?.parsed.text).toMatch(/^new +degraded/m);
    },
  );

  it('is another run that holds the lock: the verdict is not recorded, and nobody is mailed twice', async () => {
    const server = await mailServer();
    sicken(1);
    const slow = startProgram(argv(...mailTo(server), '--window', '4s'), {
      now: () => new Date(now),
      cwd: folder,
    });
    await expect.poll(() => existsSync(join(folder, 'check.lock'))).toBe(true);
    await expect
      .poll(() => readdirSync(join(folder, 'check.lock')).some((name) => /^\d/.test(name)))
      .toBe(true);
    const second = await run(argv(...mailTo(server), '--set', 'lock_wait=0s'), {
      now: () => new Date(now),
      cwd: folder,
    });
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(
      /another check \(PID \d+\) holds .*check\.lock; this verdict is not recorded/,
    );
    expect((await slow.ended).status).toBe(2);
    expect(server.mails.length).toBe(1);
  });

  it('is Ctrl-C: nothing is recorded of what was cut short', async () => {
    visits('3/1', '3/2');
    await rack.simulation.setFault('3/2', 'silent');
    const running = startProgram(argv('-v'), {
      now: () => new Date(now),
      cwd: folder,
    });
    await expect.poll(() => running.stderr().match(/rows \(/g)).toHaveLength(1);
    running.interrupt();
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    expect(stdout).toMatch(/^CRUC_FLEET UNKNOWN - /);
    expect(existsSync(stateFile())).toBe(false);
  });
});

describe('--print-config', () => {
  it('shows what is in force and where it comes from, and visits nobody', async () => {
    writeFileSync(join(folder, 'cruc-fleet.yaml'), 'version: 1\ncheck:\n  repeat: 6h\n');
    const before = rack.simulation.connections('3/0');
    const { status, stdout } = await check(
      '--print-config',
      '--for',
      'repairing=4h',
      '--mail-to',
      'a@example.com',
      '--sendmail',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^repeat +=\s6h +# .*cruc-fleet\.yaml:3:11$/m);
    expect(stdout).toMatch(/^rules\.repairing\.for +=\s4h +# --for/m);
    expect(stdout).toMatch(/^mail\.sendmail +=\s\/usr\/sbin\/sendmail +# --sendmail/m);
    expect(stdout).toMatch(/^resolve_after +=\s2 +# default$/m);
    expect(rack.simulation.connections('3/0')).toBe(before);
  });
});
