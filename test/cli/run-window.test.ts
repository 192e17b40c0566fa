import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';

const rack = withRack({ sledsPerRack: 1, propolisPerSled: 1, seed: 3, down: new Map([['3/0', 'refused']]) });

/** The seconds that a run with these options meant, as its recording says them. */
async function secondsOf(name: string, ...argv: readonly string[]): Promise<number> {
  const to = join(rack.folder, name);
  await rack.run(['run', 'perf-vol', ...argv, '--record', to]);
  return JSON.parse(readFileSync(join(to, 'recording.json'), 'utf8')).settings.seconds;
}

describe('the window of run', () => {
  it('is --window, -w or its other name, --for', async () => {
    expect(await secondsOf('long', '--window', '7s')).toBe(7);
    expect(await secondsOf('short', '-w', '7s')).toBe(7);
    expect(await secondsOf('other', '--for', '7s')).toBe(7);
    expect(await secondsOf('none')).toBe(30);
  });

  it('is given once: two names with two times would leave one of them out', async () => {
    const { status, stdout, stderr } = await run(['run', 'perf-vol', '--window', '3s', '--for', '4s']);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/'--for <time>' cannot be used with option '-w, --window <time>'/);
  });

  it.each(['--window', '--for'])('is whole seconds, by %s too', async (option) => {
    const { status, stderr } = await run(['run', 'perf-vol', option, '1500ms']);
    expect(status).toBe(64);
    expect(stderr).toMatch(new RegExp(`${option}.*whole seconds from 1s to 3600s`));
  });

  it('is in the help once, with its other name', async () => {
    const { stdout } = await run(['run', '--help']);
    expect(stdout).toMatch(/-w, --window <time> +how long each sled is watched/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('also called --for');
    expect(stdout).not.toMatch(/^ +--for\b(?!ce)/m);
  });
});
