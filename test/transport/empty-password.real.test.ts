import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/model/target.ts';
import {
  makeKeyFile,
  requireEmptyRootPassword,
  type Sshd,
  type SshdOptions,
  startSshd,
} from '../support/openssh-server.ts';
import { never, runOptions, useBench } from './support/bench.ts';

const missing = requireEmptyRootPassword();

/** A stock sled: root has no password, and nobody has put a key there. */
describe.skipIf(missing !== null)(
  `a real OpenSSH server whose root has no password${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    const bench = useBench();

    async function sled(options: Partial<SshdOptions> = {}): Promise<Sshd> {
      const server = await startSshd({ authorizedKeys: [], emptyRootPassword: true, ...options });
      bench.cleanup(() => server.stop());
      appendFileSync(bench.place.knownHostsPath, server.knownHosts);
      return server;
    }

    function targetOf(server: Sshd, change: Partial<Login> = {}) {
      return bench.target(server, { user: 'root', identityFiles: [], ...change });
    }

    it('lets us in without a key, which is a warning', async () => {
      const before = readFileSync('/etc/shadow', 'utf8');
      const connection = await bench.transport.connect(targetOf(await sled()), never);
      expect((await connection.run('id -u', runOptions)).stdout).toBe('0\n');
      expect(connection.warnings).toEqual([
        expect.stringMatching(/^whoever reaches it is root there, without a key .* name none under auth/),
      ]);
      await connection.close();
      expect(readFileSync('/etc/shadow', 'utf8')).toBe(before);
    });

    it('lets us in without looking at a key that it would refuse', async () => {
      const server = await sled();
      const key = join(bench.place.directory, 'id_wrong');
      makeKeyFile(key);
      await (await bench.transport.connect(targetOf(server, { identityFiles: [key] }), never)).close();
      expect(server.log()).toContain('Accepted none for root');
      expect(server.log()).not.toMatch(/Failed|publickey/);
    });

    it('is no warning where the inventory names none', async () => {
      const target = targetOf(await sled(), { auth: ['none', 'publickey'] });
      const connection = await bench.transport.connect(target, never);
      expect(connection.warnings).toEqual([]);
      await connection.close();
    });
  },
);
