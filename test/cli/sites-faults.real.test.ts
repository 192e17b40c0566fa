import { chmodSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCertificate, makeExpiredCertificate, requireOpenssl } from '../support/certificate.ts';
import { hasNatsServer, withHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { run, startProgram } from '../support/run-program.ts';

const LOOK = ['ds-state', '--window', '1s', '-o', 'json'];

/** The one failed row of a site whose sleds are not known. */
const whyOf = (stdout: string): string => JSON.parse(stdout).sleds[0].error.message;

describe.skipIf(!hasNatsServer)('a hub that fails, or does not know us', () => {
  const west = withRack({ sledsPerRack: 1, propolisPerSled: 1, pantryPerRack: 0, seed: 3 });
  const hub = withHub('west,east', 'storage,oncall=west/lr-state');

  it('does not permit what the credentials are not for, which is told of the site', async () => {
    const { status, stdout } = await run([...LOOK, ...hub.as('oncall'), '--site', 'west']);
    expect(status).toBe(3);
    expect(whyOf(stdout)).toMatch(/^site west refused the question: the hub does not permit this question/);
  });

  it('does not accept credentials of another hub', async () => {
    await run([
      'relay',
      'config',
      '--sites',
      'west',
      '--askers',
      'storage',
      '--out',
      join(hub.folder, 'other'),
    ]);
    const creds = join(hub.folder, 'other', 'storage.creds');
    const { status, stdout } = await run([...LOOK, '--relay', hub.url, '--creds', creds, '--site', 'west']);
    expect(status).toBe(3);
    expect(whyOf(stdout)).toMatch(/^site west was not reached: the hub .* did not accept the credentials/);
    chmodSync(creds, 0o640);
    const open = await run([...LOOK, '--relay', hub.url, '--creds', creds, '--site', 'west']);
    expect(open.status).toBe(78);
    expect(open.stderr).toMatch(/can be read by others \(mode 0640, .*\); run: chmod 600 /);
    const secret = /seed: (\S+)/.exec(readFileSync(creds, 'utf8'))![1]!;
    expect(open.stderr + stdout).not.toContain(secret);
  });

  it.each([
    ['tls://localhost:PORT', /it does not offer TLS/],
    ['nats://127.0.0.1:1', /check that nats-server runs there/],
  ])('is not at %s, which is told of the site', async (address, why) => {
    const url = address.replace('PORT', new URL(hub.url).port);
    const { status, stdout } = await run([
      ...LOOK,
      '--relay',
      url,
      '--creds',
      hub.creds('storage'),
      '--site',
      'west',
    ]);
    expect(status).toBe(3);
    expect(whyOf(stdout)).toMatch(why);
  });

  it('is not a NATS server, which is told of the site', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => other.once('listening', resolve));
    const url = `nats://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const { status, stdout } = await run([
      ...LOOK,
      '--relay',
      url,
      '--creds',
      hub.creds('storage'),
      '--site',
      'west',
    ]);
    other.close();
    expect(status).toBe(3);
    expect(whyOf(stdout)).toMatch(/what answers there is not a NATS server/);
  });

  it('on another machine is not spoken to without TLS', async () => {
    const { status, stderr } = await run([
      ...LOOK,
      '--relay',
      'nats://hub.example',
      '--creds',
      hub.creds('storage'),
    ]);
    expect(status).toBe(64);
    expect(stderr).toMatch(/is not encrypted, .* use tls:\/\/hub\.example:4222/);
    const address = await run([...LOOK, '--relay', 'tls://192.0.2.1', '--creds', hub.creds('storage')]);
    expect(address.status).toBe(64);
    expect(address.stderr).toMatch(/certificates are checked by name/);
  });

  it('that is killed and started again while sleds are asked still gives the answer', async () => {
    await hub.runner('west', west.inventory, [
      '--host-key',
      'off',
      '--audit-log',
      join(hub.folder, 'west.jsonl'),
    ]);
    const log = join(hub.folder, 'me.jsonl');
    const asking = startProgram([...LOOK, ...hub.as('storage'), '--site', 'west', '--audit-log', log], {});
    // The runner has begun: its first command on the sled has found that the scripts are not there.
    await expect.poll(() => readFileSync(join(hub.folder, 'west.jsonl'), 'utf8')).toContain('"sled"');
    await hub.kill();
    await hub.start();
    const { status, stdout, stderr } = await asking.ended;
    const report = JSON.parse(stdout);
    expect(status, stderr).toBe(0);
    expect(report.coverage).toEqual({ selected: 1, answered: 1, failed: 0, with_issues: 0 });
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { asker: 'storage', site: 'west', run: report.run.id, question: { probe: 'ds-state' } },
    ]);
  });

  it('that is frozen makes its sites not reached within the time that silence may take', async () => {
    process.kill(hub.pid, 'SIGSTOP');
    try {
      const argv = [...LOOK, ...hub.as('storage'), '--site', 'west', '--silent-after', '300ms'];
      const { status, stdout } = await run(argv);
      expect(status).toBe(3);
      expect(whyOf(stdout)).toMatch(/^site west was not reached: .*nothing answered/);
    } finally {
      process.kill(hub.pid, 'SIGCONT');
    }
  });
});

describe.skipIf(!hasNatsServer || requireOpenssl() !== null).each([
  ['of a known authority', makeCertificate, /^site west has no runner/],
  ['that has expired', makeExpiredCertificate, /its certificate has expired: renew it on the hub/],
])('a hub with a certificate %s', (_, make, why) => {
  const certificate = make('DNS:localhost');
  afterAll(() => certificate.remove());
  const hub = withHub('west', 'storage', () => [
    '--tls-cert',
    certificate.file,
    '--tls-key',
    certificate.keyFile,
  ]);

  it('is spoken to over TLS alone, and told of where that cannot be', async () => {
    const ask = [...LOOK, ...hub.as('storage'), '--site', 'west'];
    expect(hub.url).toMatch(/^tls:/);
    expect(whyOf((await run([...ask, '--relay-ca', certificate.file])).stdout)).toMatch(why);
    expect(whyOf((await run(ask)).stdout)).toMatch(/not of a known authority: .*--relay-ca|has expired/);
  });
});
