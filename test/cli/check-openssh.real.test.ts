import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireSshd } from '../support/openssh-server.ts';
import { withOpensshRack } from '../support/openssh-rack.ts';

/** What only a real gateway and a real mail server show of a check: OpenSSH's keys, its deaths, and mail by SMTP. */
const reason = requireSshd();
const MINUTE = 60_000;

describe.skipIf(reason !== null)(
  `check over real OpenSSH${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let now = Date.parse('2026-11-26T08:00:00Z');
    const openssh = withOpensshRack({ sledsPerRack: 2, propolisPerSled: 1, seed: 3 });
    const { rack } = openssh;

    /** Status, and the texts of the mails that came. */
    async function check() {
      const { status, mails } = await openssh.check(now, join(rack.folder, 'check.json'));
      now += 5 * MINUTE;
      return { status, texts: mails.map(({ text }) => text.replaceAll(/\s+/g, ' ')) };
    }

    it('tells once of a gateway that made a new key, with what accepts it, and once of its end', async () => {
      expect(await check()).toEqual({ status: 0, texts: [] });
      await openssh.stopGateway();
      await openssh.startGateway();
      const { status, texts } = await check();
      expect(status).toBe(3);
      expect(texts).toHaveLength(1);
      expect(texts[0]).toMatch(
        /gateway 127\.0\.0\.1:\d+ is not to be trusted, .* it shows ssh-ed25519 SHA256:[^ ]+, and [^ ]+ line 1 has ssh-ed25519 SHA256:.* cruc-fleet inventory trust --gateway/,
      );
      expect(await check()).toEqual({ status: 3, texts: [] });
      openssh.trust();
      expect(await check()).toEqual({ status: 0, texts: [] });
      const over = await check();
      expect([over.status, over.texts.length]).toEqual([0, 1]);
      expect(over.texts[0]).toMatch(/resolved/);
    });

    it('tells of a gateway that is lost as one thing, and of what was wrong meanwhile when it is back', async () => {
      await openssh.stopGateway();
      const lost = await check();
      expect([lost.status, lost.texts.length]).toEqual([3, 1]);
      expect(lost.texts[0]).toMatch(
        /0 of 2 sleds answered, which is less than 50 %; no answer from 3\/\[0-1\]/,
      );
      for (const _ of [1, 2]) expect(await check()).toEqual({ status: 3, texts: [] });
      const [disk] = rack.sessions('3/0');
      rack.crucible('3/0').setStates(disk!, ['active', 'faulted', 'active']);
      await openssh.startGateway();
      openssh.trust();
      const back = await check();
      expect(back.status).toBe(2);
      expect(back.texts).toEqual([expect.stringMatching(/downstairs 1 is faulted/)]);
      expect((await check()).texts).toEqual([expect.stringMatching(/resolved/)]);
    });

    it('tells of a disk that got worse as one change', async () => {
      const [disk] = rack.sessions('3/0');
      rack.crucible('3/0').setStates(disk!, ['offline', 'faulted', 'active']);
      expect((await check()).texts).toEqual([
        expect.stringMatching(
          /degraded → disk stopped; downstairs 0 active → offline; was active\/faulted\/active/,
        ),
      ]);
    });
  },
);
