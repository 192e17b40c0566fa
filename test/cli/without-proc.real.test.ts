import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { isLong } from '../support/sized.ts';

const BIN = fileURLToPath(new URL('../../bin/cruc-fleet.js', import.meta.url));

/** An empty /proc, as macOS and the BSDs have none, for one program and its children. */
const WITHOUT_PROC = 'mount -t tmpfs none /proc && exec "$@"';

const isPossible = spawnSync('unshare', ['--mount', 'sh', '-c', WITHOUT_PROC, 'sh', 'true']).status === 0;

describe.skipIf(!isPossible)(
  `without /proc and without any program in PATH${isPossible ? '' : ' (skipped: needs unshare --mount)'}`,
  () => {
    const rack = withRack({
      sledsPerRack: 2,
      propolisPerSled: 1,
      downstairsPerSled: 0,
      degraded: 1,
      isWarm: true,
    });

    async function run(argv: readonly string[], isBare: boolean) {
      const home = join(rack.folder, isBare ? 'bare' : 'whole');
      mkdirSync(home, { recursive: true });
      const bare = [
        'unshare',
        '--mount',
        'sh',
        '-c',
        WITHOUT_PROC,
        'sh',
        '/usr/bin/env',
        'PATH=/nonexistent',
      ];
      const [command = '', ...words] = [...(isBare ? bare : []), process.execPath, BIN, ...argv];
      const child = spawn(command, words, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: home, TZ: 'UTC' },
      });
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { status: await ended, stdout, stderr };
    }

    const verbs: readonly (readonly [string, readonly string[]])[] = [
      ['exec', ['-r', '*', '--', 'hostname']],
      ['check', []],
      ['ds-state', []],
    ];
    // The others do less.
    it.each(isLong ? verbs : verbs.filter(([verb]) => verb === 'check'))(
      '%s answers as with them',
      async (verb, words) => {
        const state = (name: string) => (verb === 'check' ? ['--state-file', join(rack.folder, name)] : []);
        const argv = (name: string) => [verb, '-i', rack.inventory, ...state(name), ...words];
        const bare = await run(argv('state-bare'), true);
        const whole = await run(argv('state-whole'), false);
        expect([0, 1, 2]).toContain(whole.status);
        expect(bare.stderr).not.toMatch(/ENOENT|at .*\.js/);
        const steady = (said: string) =>
          said.replaceAll(/\d+(?:\.\d+)?(?: ?m?s|%)|\d\d:\d\d(?::\d\d)?|\d+=\S*/g, '…');
        expect({ ...bare, stdout: steady(bare.stdout), stderr: steady(bare.stderr) }).toEqual({
          ...whole,
          stdout: steady(whole.stdout),
          stderr: steady(whole.stderr),
        });
      },
    );
  },
);
