import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openLink } from '../../src/cli/sim/breakable-link.ts';
import { readCredentials } from '../../src/relay/credentials.ts';
import { hubAddress } from '../../src/relay/hub-address.ts';
import { connectHub } from '../../src/relay/nats/connect.ts';
import { questionHead } from '../../src/relay/question.ts';
import { askSubject, tellSubject } from '../../src/relay/subjects.ts';
import { hasNatsServer, NATS_SERVER, withHub } from '../support/nats-hub.ts';
import { isLong } from '../support/sized.ts';
import { withRack } from '../support/rack.ts';
import { run, startProgram } from '../support/run-program.ts';

const SMALL = { sledsPerRack: 1, propolisPerSled: 1, pantryPerRack: 0 } as const;
const LOOK = ['ds-state', '--window', '1s', '-o', 'json'];

/** What is said of each sled that did not answer. */
function whysOf(stdout: string): readonly string[] {
  const sleds: readonly { error?: { message: string } }[] = JSON.parse(stdout).sleds;
  return sleds.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe.skipIf(!hasNatsServer)('a site whose link breaks', () => {
  const west = withRack({ ...SMALL, seed: 3 });
  const hub = withHub('west,east', 'storage,second');
  const ask = (site: string, silentAfter = '4s') => [
    ...LOOK,
    ...hub.as('storage'),
    '--site',
    site,
    '--silent-after',
    silentAfter,
  ];

  /** Nobody fetches its report, and a runner would wait for that at its end. */
  const letGo = async (runId: string): Promise<void> => {
    const { wire } = await connected();
    wire.publish(tellSubject('west', 'storage'), JSON.stringify({ type: 'stop', run: runId }));
    await wire.flush();
    await wire.close();
  };
  const connected = async () =>
    await connectHub(hubAddress(hub.url, null), await readCredentials(hub.creds('storage')), {
      title: 'test',
      timeoutMs: 5000,
    });

  it('is told apart by when: before it heard, when it had accepted, when its report was ready', async () => {
    const link = await openLink(Number(new URL(hub.url).port));
    onTestFinished(() => link.close());
    const url = `nats://127.0.0.1:${link.port}`;
    const argv = ['runner', '--relay', url, '--creds', hub.creds('west'), '-i', west.inventory];
    const runner = startProgram([...argv, '--host-key', 'off']);
    await expect.poll(() => runner.stderr()).toContain('is connected to the hub');
    // A report that nobody fetched is offered again and again, so that this comes first.
    const ready = [
      '"type":"ready"',
      '4s',
      /^site west sent only a part of its report: 0 of 1 parts of its report came/,
    ] as const;
    const accepted = [
      '"type":"accepted"',
      '2s',
      /^site west accepted the question and fell silent: its runner said nothing/,
    ] as const;
    for (const [after, silentAfter, why] of isLong ? [ready, accepted] : [accepted]) {
      link.cutAfter(after);
      const { status, stdout } = await run(ask('west', silentAfter));
      expect(status).toBe(3);
      expect(whysOf(stdout)).toEqual([expect.stringMatching(why)]);
      const again = await run(ask('west'));
      expect(whysOf(again.stdout)).toEqual([expect.stringMatching(/^site west has no runner/)]);
      await link.mend();
      await expect
        .poll(async () => (await run(ask('west'))).status, { timeout: 120_000, interval: 200 })
        .toBe(0);
      await letGo(JSON.parse(stdout).run.id);
    }
    runner.interrupt();
    await runner.ended;
  });

  it('by a leaf node says whether that is gone, or frozen', async () => {
    const [leafPort, port] = [await freePort(), await freePort()];
    const conf = join(hub.folder, 'nats.conf');
    const users = /^authorization \{[\s\S]*/m.exec(readFileSync(conf, 'utf8'))![0];
    appendFileSync(
      conf,
      `leafnodes { listen: "127.0.0.1:${leafPort}", authorization { user: leaf, password: test } }\n`,
    );
    const leafConf = join(hub.folder, 'leaf.conf');
    writeFileSync(
      leafConf,
      `listen: "127.0.0.1:${port}"\nleafnodes { reconnect: 1, remotes: [{ url: "nats://leaf:test@127.0.0.1:${leafPort}" }] }\n${users}`,
    );
    await hub.kill();
    await hub.start();
    let leaf: ChildProcess | null = null;
    const startLeaf = () => {
      leaf = spawn(NATS_SERVER, ['-c', leafConf], { stdio: 'ignore' });
    };
    onTestFinished(async () => {
      if (leaf?.exitCode !== null || leaf.signalCode !== null) return;
      leaf.kill('SIGKILL');
      await once(leaf, 'exit');
    });
    startLeaf();
    const argv = [
      'runner',
      '--relay',
      `nats://127.0.0.1:${port}`,
      '--creds',
      hub.creds('east'),
      '-i',
      west.inventory,
    ];
    const runner = startProgram([...argv, '--host-key', 'off']);
    const answers = () =>
      expect.poll(async () => (await run(ask('east'))).status, { timeout: 120_000 }).toBe(0);
    await answers();
    const pid = leaf!.pid!;
    process.kill(pid, 'SIGSTOP');
    const frozen = await run(ask('east', '500ms'));
    expect(whysOf(frozen.stdout)).toEqual([
      expect.stringMatching(/^site east was not reached: nothing came back/),
    ]);
    process.kill(pid, 'SIGCONT');
    await answers();
    process.kill(pid, 'SIGKILL');
    await once(leaf!, 'exit');
    await expect
      .poll(async () => whysOf((await run(ask('east', '500ms'))).stdout)[0])
      .toMatch(/^site east has no runner/);
    startLeaf();
    await answers();
    runner.interrupt();
    await runner.ended;
  });

  it('is asked by two at once, each of whom has its own answer', async () => {
    const runner = await hub.runner('west', west.inventory, ['--host-key', 'off']);
    const both = await Promise.all(
      ['storage', 'second'].map((name) => run([...LOOK, ...hub.as(name), '--site', 'west'])),
    );
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    const [one, other] = both.map(({ stdout }) => JSON.parse(stdout).run.id);
    expect(one).not.toBe(other);
    runner.interrupt();
    await runner.ended;
  });

  it('is asked once by copies of a question that reach two runners of it', async () => {
    const options = ['--host-key', 'off', '--name'];
    const runners = [
      await hub.runner('west', west.inventory, [...options, 'one']),
      await hub.runner('west', west.inventory, [...options, 'two']),
    ];
    const { wire } = await connected();
    const runId = 'abcdefabcdef';
    const question = questionOf(runId);
    const subject = askSubject({ site: 'west', probe: 'ds-state', asker: 'storage' });
    const COPIES = 12;
    for (let n = 0; n < COPIES; n++) wire.publish(subject, question);
    const ends = () => runners.flatMap((each) => each.stderr().match(/\(run abcdefabcdef\): \w+/g) ?? []);
    await expect.poll(() => ends().length, { timeout: 120_000 }).toBe(COPIES);
    expect(ends().filter((end) => end.endsWith('answered'))).toHaveLength(1);
    expect(ends().filter((end) => end.endsWith('repeated'))).toHaveLength(COPIES - 1);
    await wire.close();
    await letGo(runId);
  });
});

/** A question as an asker sends it. */
function questionOf(runId: string): string {
  const at = Date.now();
  return JSON.stringify({
    ...questionHead(false),
    version: '0.0.0-test',
    run: runId,
    asked_at: new Date(at).toISOString(),
    start_by: new Date(at + 10_000).toISOString(),
    deadline: new Date(at + 60_000).toISOString(),
    probe: 'ds-state',
    settings: { seconds: 1, interval: 0, pid: null, volume: null, totals: false, rates: false },
    selection: { racks: [], sleds: [], exclude: [], labels: [], shard: null },
    only: null,
  });
}
