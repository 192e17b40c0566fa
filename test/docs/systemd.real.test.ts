import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const text = readFileSync(new URL('../../docs/alerting.md', import.meta.url), 'utf8');
const [service = '', timer = ''] = [...text.matchAll(/^```ini\n([^]*?)^```/gm)].map(
  (match) => match[1] ?? '',
);
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!isThere)(
  `the systemd units of docs/alerting.md${isThere ? '' : ' (no systemd-analyze)'}`,
  () => {
    it('are units that systemd takes without a word', () => {
      const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-units-'));
      try {
        // The program is not installed where the tests run.
        const units = {
          'cruc-fleet-check.service': service.replace('/usr/local/bin/cruc-fleet', process.execPath),
          'cruc-fleet-check.timer': timer,
        };
        for (const [name, unit] of Object.entries(units)) writeFileSync(join(folder, name), unit);
        const files = Object.keys(units).map((name) => join(folder, name));
        const { status, stderr } = spawnSync('systemd-analyze', ['verify', ...files], { encoding: 'utf8' });
        expect([status, stderr]).toEqual([0, '']);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('run every five minutes', () => {
      const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(timer) ?? [];
      const argv = ['calendar', '--iterations=3', '--base-time=2026-11-26 08:00:01 UTC', calendar];
      const { stdout } = spawnSync('systemd-analyze', argv, {
        encoding: 'utf8',
        env: { ...process.env, TZ: 'UTC' },
      });
      expect([...stdout.matchAll(/ (\d\d:\d\d):00 UTC/g)].map(([, time]) => time)).toEqual([
        '08:05',
        '08:10',
        '08:15',
      ]);
    });
  },
);
