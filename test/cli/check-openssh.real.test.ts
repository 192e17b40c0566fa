import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { makeKeyFile, requireSshd, startSshd, type Sshd } from '../support/openssh-server.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

/** What only a real gateway and a real mail server show of a check: OpenSSH's keys, its deaths, and mail by SMTP. */
const reason = requireSshd();
const MINUTE = 60_000;

describe.skipIf(reason !== null)(
  `check over real OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let now = Date.parse('2026-11-26T08:00:00Z');
    let mailServer: MailServer;
    let gateway: Sshd;
    let authorizedKeys: readonly string[];
    const sleds: Sshd[] = [];

    const rack = withRack({ sledsPerRack: 2, propolisPerSled: 1, seed: 3 }, async () => {
      mailServer = await startMailServer();
      authorizedKeys = [makeKeyFile(join(rack.folder, 'id'))];
      for (const { id } of rack.simulation.sleds) {
        const { PATH, HOME } = rack.simulation.environmentFor(id);
        sleds.push(await startSshd({ authorizedKeys, environment: { PATH, HOME } }));
      }
      gateway = await startSshd({ authorizedKeys });
      const lines = [
        'version: 1',
        `defaults: { user: ${gateway.user}, identity_file: id, known_hosts: known_hosts, identities_only: true, connect_timeout: 60s }`,
        'racks:',
        '  - id: 3',
        `    gateways: ["127.0.0.1:${gateway.port}"]`,
        '    sleds:',
        ...sleds.map(({ port }, n) => `      - { cubby: ${n}, host: 127.0.0.1, port: ${port} }`),
      ];
      writeFileSync(join(rack.folder, 'openssh.yaml'), lines.join('\n'));
      trust();
    });

    afterAll(async () => {
      await Promise.all([gateway, ...sleds].map((server) => server.stop()));
      await mailServer.stop();
    });

    function trust(): void {
      const known = [gateway, ...sleds].map(({ knownHosts }) => knownHosts).join('');
      writeFileSync(join(rack.folder, 'known_hosts'), known);
    }

    /** Status, and the texts of the mails that came. */
    async function check() {
      const before = mailServer.mails.length;
      const argv = ['check', '--window', '2s', '--cron', '-i', join(rack.folder, 'openssh.yaml')];
      const memory = ['--state-file', join(rack.folder, 'check.json')];
      const mail = ['--mail-to', 'ada@example.com', '--mail-from', 'c@example.com'];
      const smtp = ['--smtp', `smtp://127.0.0.1:${mailServer.port}`];
      const { status } = await run([...argv, ...memory, ...mail, ...smtp], { now: () => new Date(now) });
      now += 5 * MINUTE;
      const texts = mailServer.mails
        .slice(before)
        .map(({ parsed }) => (parsed.text ?? '').replaceAll(/\s+/g, ' '));
      return { status, texts };
    }

    it('tells once of a gateway that made a new key, with what accepts it, and once of its end', async () => {
      expect(await check()).toEqual({ status: 0, texts: [] });
      const { port } = gateway;
      await gateway.stop();
      gateway = await startSshd({ authorizedKeys, port });
      const { status, texts } = await check();
      expect(status).toBe(3);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toMatch(
        /gateway 127\.0\.0\.1:\d+ is not to be trusted, .* it shows ssh-ed25519 SHA256:[^ ]+, and [^ ]+ line 1 has ssh-ed25519 SHA256:.* cruc-fleet inventory trust --gateway/,
      );
      expect(await check()).toEqual({ status: 3, texts: [] });
      trust();
      expect(await check()).toEqual({ status: 0, texts: [] });
      const over = await check();
      expect([over.status, over.texts.length]).toEqual([0, 1]);
      expect(over.texts[0]).toMatch(/resolved/);
    }, 120_000);

    it('tells of a gateway that is lost as one thing, and of what was wrong meanwhile when it is back', async () => {
      const { port } = gateway;
      await gateway.stop();
      const lost = await check();
      expect([lost.status, lost.texts.length]).toEqual([3, 1]);
      expect(lost.texts[0]).toMatch(
        /0 of 2 sleds answered, which is less than 50 %; no answer from 3\/\[0-1\]/,
      );
      for (const _ of [1, 2]) expect(await check()).toEqual({ status: 3, texts: [] });
      const [disk] = rack.sessions('3/0');
      rack.crucible('3/0').setStates(disk!, ['active', 'faulted', 'active']);
      gateway = await startSshd({ authorizedKeys, port });
      trust();
      const back = await check();
      expect(back.status).toBe(2);
      expect(back.texts).toEqual([expect.stringMatching(/downstairs 1 is faulted/)]);
      expect((await check()).texts).toEqual([expect.stringMatching(/resolved/)]);
    }, 120_000);

    it('tells of a disk that got worse as one change', async () => {
      const [disk] = rack.sessions('3/0');
      rack.crucible('3/0').setStates(disk!, ['offline', 'faulted', 'active']);
      expect((await check()).texts).toEqual([
        expect.stringMatching(
          /degraded → critical; downstairs 0 active → offline; was active\/faulted\/active/,
        ),
      ]);
    }, 120_000);
  },
);
