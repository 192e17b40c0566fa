import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askFleet } from '../../src/fleet/ask.ts';
import { openPool } from '../../src/fleet/connection-pool.ts';
import { makeKeyFile, requireSshd, startSshd } from '../support/openssh-server.ts';
import { makeGuard } from '../support/guarded.ts';
import { never, useBench } from '../transport/support/bench.ts';

const missing = requireSshd();
const suite = missing === null ? 'rounds over OpenSSH' : `rounds over OpenSSH (skipped: ${missing})`;

describe.skipIf(missing !== null)(suite, () => {
  const bench = useBench();

  it('share one login, tell of a cut, and go on over a new connection once the sled is back', async () => {
    const identity = join(bench.place.directory, 'id');
    const authorizedKeys = [makeKeyFile(identity)];
    const start = async (port?: number) => {
      const server = await startSshd({ authorizedKeys, ...(port === undefined ? {} : { port }) });
      bench.cleanup(() => server.stop());
      appendFileSync(bench.place.knownHostsPath, server.knownHosts);
      return server;
    };
    const first = await start();
    const target = bench.target(first, {
      user: first.user,
      identityFiles: [identity],
      connectTimeoutMs: 20_000,
    });
    let nowMs = 0;
    const elapsed = () => nowMs;
    const pool = openPool(bench.transport, { most: 8, elapsed, random: () => 0 });
    bench.cleanup(() => pool.close());
    const round = async () => {
      nowMs += 60_000;
      const { outcomes } = await askFleet(
        [target],
        {
          what: 'test',
          bundle: null,
          payload: { script: 'echo here', isCounted: true, lock: null },
          mayRepeat: true,
          read: ({ stdout }) => ({ status: 'answer', rows: [], text: stdout, issues: [] }),
        },
        {
          transport: pool,
          clock: { now: () => new Date(0), elapsed },
          guard: makeGuard(),
          limits: {
            concurrency: 8,
            uploadTimeoutMs: 20_000,
            runTimeoutMs: 20_000,
            maxOutputBytes: 1000,
            totalOutputBytes: 1000,
          },
          signal: never,
        },
      );
      return outcomes.map((outcome) =>
        outcome.status === 'answered' ? [outcome.text, outcome.warnings] : outcome.error.code,
      );
    };
    expect(await round()).toEqual([['here\n', []]]);
    expect(await round()).toEqual([['here\n', []]]);
    expect(first.log().match(/Accepted publickey/g)).toHaveLength(1);
    await first.stop();
    expect(await round()).toEqual(['refused']);
    const second = await start(first.port);
    const again = `connected again: 127.0.0.1:${first.port} closed the connection`;
    expect(await round()).toEqual([['here\n', [expect.stringContaining(again)]]]);
    expect(await round()).toEqual([['here\n', []]]);
    expect(second.log().match(/Accepted publickey/g)).toHaveLength(1);
  });
});
