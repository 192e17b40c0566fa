import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from './support/ssh-client.ts';
import { withRack } from '../support/rack.ts';

const SLED = '3/0';

// Real time, since signals come in the midst of it.
const rack = withRack({ sledsPerRack: 1, time: 'real' }, async () => {
  const { HOME } = rack.simulation.environmentFor(SLED);
  writeFileSync(join(HOME, 'quick.d'), 'BEGIN { printf("%s %d\\n", $$1, $2); exit(3); }\n');
  writeFileSync(
    join(HOME, 'long.d'),
    'BEGIN { printf("begun\\n"); } tick-100hz { printf("tick\\n"); } END { printf("ended\\n"); } tick-60s { exit(9); }\n',
  );
});

/** Runs a script in a plain sh with the sled's environment. */
async function sh(script: string, stdin = '') {
  const env = rack.simulation.environmentFor(SLED);
  const child = spawn('/bin/sh', ['-c', script], { env, cwd: env.HOME });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { stdout, stderr, status };
}

const callFiles = (): string[] =>
  readdirSync(join(dirname(rack.simulation.environmentFor(SLED).HOME), 'run'));

describe('the stand-in commands in a plain sh', () => {
  it('say that this is a sled', async () => {
    const { stdout } = await sh('uname; uname -n; hostname; zonename');
    expect(stdout).toBe('SunOS\nBRM42220000\nBRM42220000\nglobal\n');
  });

  it('are files of the simulation, and no links to files of this machine, which a test might write through', () => {
    const { rootDir } = rack.simulation;
    const commands = readdirSync(rootDir, { withFileTypes: true, recursive: true }).filter(
      (entry) => entry.parentPath !== rootDir && entry.isSymbolicLink(),
    );
    expect(commands.length).toBeGreaterThan(0);
    for (const { parentPath, name } of commands)
      expect(realpathSync(join(parentPath, name))).toContain(realpathSync(rootDir));
  });

  it('read the same processes as the truth has', async () => {
    const truth = rack.simulation.truth().sleds[0]!.sessions;
    const { stdout } = await sh(
      'for p in $(pgrep -x propolis-server); do echo "$p $(ps -o zone= -p $p)"; done',
    );
    const expected = new Map(truth.map(({ pid, zone }) => [pid, `${pid} ${zone}`]));
    expect(stdout).toBe(`${[...expected.values()].join('\n')}\n`);
    expect((await sh('ps -o zone -p 99999')).status).toBe(1);
    const zones = (await sh('zoneadm list -n')).stdout;
    expect(zones).toContain(truth[0]!.zone);
  });

  it('digest files and standard input', async () => {
    const hex = createHash('sha256').update('text').digest('hex');
    expect((await sh('digest -a sha256', 'text')).stdout).toBe(`${hex}\n`);
    expect((await sh('cat >"a file"; digest -v -a sha256 "a file"', 'text')).stdout).toBe(
      `sha256 (a file) = ${hex}\n`,
    );
    expect(await sh('digest -a sha256 none')).toMatchObject({ stdout: '', status: 1 });
  });

  it('run dtrace with its arguments, script and status, from where the caller stands', async () => {
    expect(await sh("dtrace -q -s quick.d 'a b\nc' 17")).toEqual({
      stdout: 'a b\nc 17\n\n',
      stderr: '',
      status: 3,
    });
    expect((await sh('pfexec dtrace -q -s quick.d x 1')).status).toBe(3);
    expect(await sh('cd /; dtrace -q -s quick.d x 1')).toMatchObject({ stdout: '', status: 1 });
    expect((await sh('dtrace -q -s /dev/stdin', 'BEGIN { exit(4); }')).status).toBe(4);
  });

  it('end dtrace on TERM as on a sled: END runs, and the status is 0', async () => {
    const { stdout } = await sh(
      'mkfifo f; dtrace -q -s long.d >f & p=$!; exec 3<f; read x <&3; kill -TERM $p; cat <&3 | tail -3; wait $p; echo $?',
    );
    expect(stdout).toContain('ended\n');
    expect(stdout.endsWith('\n0\n')).toBe(true);
    expect(rack.simulation.tracing(SLED)).toBe(0);
  });

  it.each(['HUP', 'KILL'])('end dtrace on %s at once, without END', async (signal) => {
    const name = `f${signal}`;
    const { stdout } = await sh(
      `mkfifo ${name}; dtrace -q -s long.d >${name} & p=$!; exec 3<${name}; read x <&3; kill -${signal} $p; wait $p; echo $?; cat <&3`,
    );
    expect(stdout.startsWith(signal === 'HUP' ? '129\n' : '137\n')).toBe(true);
    expect(stdout).not.toContain('ended');
    await until(() => rack.simulation.tracing(SLED) === 0);
  });

  it('end dtrace when its reader has gone, at its next write', async () => {
    const { stdout } = await sh(
      '{ dtrace -q -s long.d; echo $? >status; } | head -1; until [ -s status ]; do :; done; cat status',
    );
    expect(stdout).toBe('begun\n141\n');
    expect(rack.simulation.tracing(SLED)).toBe(0);
  });

  it('leave a dtrace that was started in the background alone on INT', async () => {
    const { stdout } = await sh(
      'mkfifo g; dtrace -q -s long.d >g & p=$!; exec 3<g; read x <&3; kill -INT $p; read x <&3; read x <&3; echo $x; kill -TERM $p; cat <&3 >/dev/null; wait $p; echo $?',
    );
    expect(stdout).toBe('tick\n0\n');
  });

  it('leave no files behind', async () => {
    await sh('ps -e; dtrace -q -s quick.d x 1');
    await until(() => callFiles().length === 0);
  });
});
