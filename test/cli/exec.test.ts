import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { run, startProgram } from '../support/run-program.ts';
import { withRack } from '../support/rack.ts';

const rack = withRack({
  sledsPerRack: 5,
  propolisPerSled: 1,
  seed: 5,
  down: new Map([
    ['3/3', 'refused'],
    ['3/4', 'flood'],
  ]),
});

const exec = (options: readonly string[], ...words: readonly string[]) =>
  run(['exec', '-r', '*', '-i', rack.inventory, ...options, '--', ...words]);

/** The one sled on which a file was made first. */
const homeOf = (cubby: number) => rack.simulation.environmentFor(`3/${cubby}`).HOME;

describe('exec', () => {
  it('prints identical outputs once, and names the sled that did not answer', async () => {
    const { status, stdout, stderr } = await exec(['--exclude', '4'], 'echo', 'hello  world', '$HOME;#');
    expect(stdout).toMatch(
      /^sled 3\/\[0-2\] \(3\)\nhello {2}world \$HOME;#\n\nrack \*, not 4: 3 of 4 sleds answered; /,
    );
    expect(stdout).toMatch(/^no answer from 3\/BRM42220003 \(cubby 3\): connect, refused: /m);
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
  });

  it('gives a single word to the shell as a line', async () => {
    const { status, stdout } = await exec(['--sled', '0'], 'echo a | tr a b; echo c >&2; exit 4');
    expect(stdout).toMatch(/^sled 3\/0, status 4\nb\nstderr: c\n\n/);
    expect(status).toBe(4);
  });

  it('ends with the highest status of the commands, which a sled that is down does not hide', async () => {
    writeFileSync(join(homeOf(1), 'flag'), '');
    const { status, stdout } = await exec(['--exclude', '4'], 'test -e flag && exit 7; exit 2');
    expect(stdout).toMatch(
      /^sled 3\/\[0,2\] \(2\), status 2, no output\n\nsled 3\/1, status 7, no output\n\n/,
    );
    expect(status).toBe(7);
    rmSync(join(homeOf(1), 'flag'));
  });

  it('says 128 and more of a command that a signal ended', async () => {
    const { status, stdout } = await exec(['--sled', '0'], 'echo before; kill -TERM $$');
    expect(stdout).toMatch(/^sled 3\/0, status 143\nbefore\n/);
    expect(status).toBe(143);
  });

  it('uploads nothing, and closes the standard input of the command', async () => {
    const { status, stdout } = await exec(['--sled', '2'], 'cat; ls -A');
    expect({ status, first: stdout.split('\n')[0] }).toEqual({ status: 0, first: 'sled 3/2, no output' });
  });

  it('fails a sled that says too much, and shows what the others said', async () => {
    const { status, stdout } = await exec(['--sled', '0,4'], 'echo ok');
    expect(stdout).toMatch(/^sled 3\/0\nok\n/);
    expect(stdout).toMatch(/no answer from .*cubby 4\): run, output_limit: .* 8388608 bytes/);
    expect(status).toBe(3);
  });

  it('has a limit in time', async () => {
    const { status, stdout } = await exec(['--sled', '0', '--timeout', '500ms'], 'sleep 5');
    expect(stdout).toMatch(/no answer from .*: run, timeout: /);
    expect(status).toBe(3);
  });

  it('as JSON has a row a sled with its status and outputs, whole', async () => {
    const { stdout } = await exec(
      ['--exclude', '4', '-o', 'json'],
      'printf "a\\033[1m\\n"; echo e >&2; exit 1',
    );
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({ probe: 'exec', complete: false, coverage: { answered: 3, failed: 1 } });
    expect(report.rows).toHaveLength(3);
    expect(report.rows[0]).toMatchObject({
      sled: '3/BRM42220000',
      status: 1,
      signal: null,
      stdout: 'a\x1b[1m\n',
      stderr: 'e\n',
    });
  });

  it('prints each sled by itself when told', async () => {
    const { stdout } = await exec(['--sled', '0-1', '--no-fold'], 'hostname >/dev/null; echo x');
    expect(stdout).toMatch(/^sled 3\/0\nx\n\nsled 3\/1\nx\n\n/);
  });

  it('compares with the commonest answer when told, for people alone', async () => {
    const differing = 'test -e flag && echo odd; echo same; hostname >/dev/null';
    writeFileSync(join(homeOf(1), 'flag'), '');
    const { status, stdout } = await exec(['--sled', '0-2', '--diff'], differing);
    rmSync(join(homeOf(1), 'flag'));
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^sled 3\/\[0,2\] \(2\): the commonest answer\nsame\n\nsled 3\/1: differs\n@@ 1 @@\n\+odd\n same\n\n/,
    );
    expect((await exec(['--diff', '-o', 'json'], 'true')).status).toBe(64);
    expect((await exec(['--diff', '--no-fold'], 'true')).status).toBe(64);
  });

  it('gives standard input to the command on each sled, up to a limit', async () => {
    const given = (bytes: Buffer) => ({ readStdin: async (most = Infinity) => bytes.subarray(0, most + 1) });
    const input = Buffer.from('a\n\u0000b'.repeat(20_000));
    const words = ['exec', '-s', '0-2', '-i', rack.inventory, '--stdin', '--', 'cksum'];
    const { status, stdout } = await run(words, given(input));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^sled 3\/\[0-2\] \(3\)\n\d+ 80000\n/);
    const unread = await run([...words.slice(0, -1), 'true'], given(input));
    expect(unread.status).toBe(0);
    const much = await run(words, given(Buffer.alloc(1024 * 1024 + 1)));
    expect(much).toMatchObject({ status: 64, stdout: '' });
    expect(much.stderr).toContain('--stdin: more than 1 MiB');
  });

  it('writes the outputs of every sled that answered into a new folder', async () => {
    const out = join(rack.folder, 'out');
    const { status } = await exec(['--exclude', '4', '--out-dir', out], 'echo o; echo e >&2');
    expect(status).toBe(3);
    expect(readdirSync(join(out, '3')).toSorted()).toEqual(
      [0, 1, 2].flatMap((n) => [`BRM4222000${n}.err`, `BRM4222000${n}.out`]),
    );
    expect(readFileSync(join(out, '3', 'BRM42220001.out'), 'utf8')).toBe('o\n');
    expect(readFileSync(join(out, '3', 'BRM42220001.err'), 'utf8')).toBe('e\n');
    const again = await exec(['--sled', '0', '--out-dir', out], 'echo o');
    expect({ status: again.status, stdout: again.stdout }).toEqual({ status: 64, stdout: '' });
    expect(again.stderr).toMatch(/--out-dir: .* is not empty/);
  });

  it.each([
    ['exec', '--', 'true'],
    ['exec', '-x', '0', '--', 'true'],
    ['push'],
    ['clean'],
    ['run', './chill.d', '--destructive'],
  ])('is refused without a selection, as all that acts: %s %s', async (...argv) => {
    const { status, stdout, stderr } = await run(argv, {});
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(/acts on the sleds, so say on which: --rack, .* \(--rack '\*' is all\)\n$/);
  });

  it('is refused without a command', async () => {
    const nothing = await run(['exec', '-r', '*', '-i', rack.inventory]);
    expect(nothing.status).toBe(64);
    expect(nothing.stderr).toMatch(/missing required argument 'command'/);
    for (const words of [
      ['uname', '-v'],
      ['reboot', '--rack', '3'],
      ['a', '--', 'b'],
    ]) {
      const { status, stdout, stderr } = await run(['exec', '-r', '*', '-i', rack.inventory, ...words]);
      expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
      expect(stderr).toMatch(/put -- between the options and the command/);
    }
    const blank = await exec([], ' ');
    expect({ status: blank.status, stdout: blank.stdout }).toEqual({ status: 64, stdout: '' });
  });

  it('that is interrupted prints what arrived and exits with 130', async () => {
    const out = join(rack.folder, 'interrupted');
    writeFileSync(join(homeOf(1), 'slow'), '');
    const slow = startProgram(
      [
        'exec',
        '-i',
        rack.inventory,
        '--sled',
        '0-1',
        '--out-dir',
        out,
        '--',
        'test -e slow && sleep 30; echo done',
      ],
      {},
    );
    // Written as soon as the sled has answered.
    await expect.poll(() => existsSync(join(out, '3', 'BRM42220000.err'))).toBe(true);
    slow.interrupt();
    const ended = await slow.ended;
    expect(ended.status).toBe(130);
    expect(ended.stdout).toMatch(
      /^sled 3\/0\ndone\n\ncubby 0-1: interrupted, incomplete; 1 of 2 sleds answered/,
    );
    expect(ended.stdout).toMatch(/no answer from .*cubby 1\): run, interrupted/);
  });
});
