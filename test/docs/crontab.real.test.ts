import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startMailServer, type MailServer } from '../support/mail-server.ts';
import { withRack } from '../support/rack.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));
const text = readFileSync(new URL('../../docs/alerting.md', import.meta.url), 'utf8');
const [, crontab = ''] = /^```crontab\n([^]*?)^```/m.exec(text) ?? [];

/**
 * Runs a real cron with one crontab, and an /etc, /usr/local and home that only it sees: mounts in a namespace of its
 * own, which ends with all that is in it. The machine's crontabs are out of its sight.
 */
const IN_NAMESPACE = `
set -eu
mount -t tmpfs tmpfs "$1/layers"
for name in etc usr-local; do mkdir "$1/layers/$name" "$1/layers/$name.work"; done
mount -t overlay overlay -o "lowerdir=$1/etc:/etc,upperdir=$1/layers/etc,workdir=$1/layers/etc.work" /etc
mount -t overlay overlay -o "lowerdir=$1/local:/usr/local,upperdir=$1/layers/usr-local,workdir=$1/layers/usr-local.work" /usr/local
for folder in /run /root /var/spool/cron; do mount -t tmpfs tmpfs "$folder"; done
rm -rf /etc/cron.d /etc/crontab
mkdir -m 1730 /var/spool/cron/crontabs
chgrp crontab /var/spool/cron/crontabs
install -m 600 "$1/crontab" /var/spool/cron/crontabs/root
exec cron -f
`;

/** Null where a cron can be tried that nobody else sees, which takes rights that no package brings. */
function cronProblem(): string | null {
  if (process.getuid?.() !== 0) return 'a namespace of mounts takes root';
  if (spawnSync('cron', ['-h']).error !== undefined) return 'cron is not installed';
  const mounts = `
    mount -t tmpfs tmpfs /mnt && mkdir /mnt/upper /mnt/work &&
    mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc`;
  const tried = spawnSync('unshare', ['--mount', 'sh', '-c', mounts], { encoding: 'utf8' });
  return tried.status === 0 ? null : `nothing can be mounted: ${tried.stderr}`;
}

const problem = cronProblem();
let server: MailServer;

const rack = withRack({ sledsPerRack: 2, propolisPerSled: 1, seed: 41 }, async (its) => {
  server = await startMailServer();
  const [victim] = its.sessions('3/1');
  if (victim !== undefined) its.crucible('3/1').setStates(victim, ['active', 'faulted', 'active']);
});

afterAll(() => server.stop());

describe.skipIf(problem !== null)(
  `the crontab of docs/alerting.md${problem === null ? '' : ` (${problem})`}`,
  () => {
    it('works as it stands in the environment of a real cron, but for its time and its mail server', async () => {
      const { folder } = rack;
      for (const name of ['layers', 'etc', 'local', 'etc/cruc-fleet', 'local/bin'])
        mkdirSync(join(folder, name));
      writeFileSync(join(folder, 'etc/cruc-fleet/inventory.yaml'), readFileSync(rack.inventory));
      writeFileSync(join(folder, 'etc/cruc-fleet/cruc-fleet.yaml'), 'version: 1\ncheck: { window: 2s }\n');
      symlinkSync(BIN, join(folder, 'local/bin/cruc-fleet'));
      const lines = crontab
        .replace('*/5 * * * *', '@reboot')
        .replace('smtp://mail.example.com', `smtp://127.0.0.1:${server.port}`);
      expect(lines).not.toBe(crontab);
      writeFileSync(join(folder, 'crontab'), lines);
      const flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
      const cron = spawn('unshare', [...flags, 'sh', '-c', IN_NAMESPACE, 'sh', folder], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      cron.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
      try {
        await vi.waitFor(() => expect(server.mails.length, stderr).toBeGreaterThan(0), {
          timeout: 120_000,
          interval: 100,
        });
      } finally {
        cron.kill('SIGKILL');
        await once(cron, 'close');
      }
      const [mail] = server.mails;
      expect(mail?.to).toEqual(['storage@example.com']);
      expect(mail?.parsed.subject).toBe('[cruc-fleet] CRITICAL - rack 3: 1 degraded - new');
      // The command in the mail is one that can be typed wherever it is read.
      expect(mail?.parsed.text).toMatch(
        /^ {2}\/usr\/local\/bin\/cruc-fleet ds-state .* --inventory \/etc\/cruc-fleet\/inventory\.yaml$/m,
      );
    });
  },
);
