import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blake3 } from '../../src/rack-tools/blake3.ts';
import type { ToolWorld } from './stand-in-tools.ts';

/**
 * A program of its own that stands in for pilot and for sush, as far as public samples show them: it reads `world.json`
 * beside it at each call. Bundled by `stand-in-tools.ts`.
 */
const [folder = '', name, ...words] = process.argv.slice(2);
const world: ToolWorld = JSON.parse(readFileSync(join(folder, 'world.json'), 'utf8'));
writeFileSync(join(folder, 'calls'), `${JSON.stringify([name, ...words])}\n`, { flag: 'a' });
const SSH =
  '-F none -T -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'.split(
    ' ',
  );

const JOB = '7f6a2990-0000-4000-8000-000000000001';

process.exitCode = name === 'pilot' ? pilot(words) : sush(words);

/** `pilot [-r RACK] host exec -c COMMAND RANGES`. */
function pilot(given: readonly string[]): number {
  const at = given.indexOf('host');
  const [, verb, flag, command = '', ranges = ''] = given.slice(at);
  if (verb !== 'exec' || flag !== '-c') {
    process.stderr.write(`pilot: what is ${given.join(' ')}?\n`);
    return 2;
  }
  const cubbies = ranges.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const blocks = world.sleds
    .filter(({ cubby, isSeen }) => isSeen && cubbies.includes(cubby))
    .map(({ cubby, serial, port }) => {
      const heading = `${String(cubby).padStart(2)}  ${serial.padEnd(18)}`;
      const { status, stdout, stderr } = spawnSync(
        'ssh',
        [...SSH, '-i', world.key, '-p', `${port}`, 'root@127.0.0.1', command],
        {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      return status === 0
        ? `${heading} ok: ${stdout === '' ? '\n' : stdout}`
        : `${heading} failure: exit code ${status}: ${stderr.trim()}\n`;
    });
  const all = blocks.join('');
  process.stdout.write(all.slice(0, Math.floor(all.length * world.shown)));
  return 0;
}

/** `sush -j job start -w` with a signed job on standard input; `sush -j job stdout|stderr -b -T SLED ID`. */
function sush([json, job, verb, ...rest]: readonly string[]): number {
  if (json !== '-j' || job !== 'job') return 2;
  if (world.asksForLogin) {
    process.stderr.write('error: not logged in: touch your security key to sign the challenge\n');
    return 1;
  }
  if (verb === 'start') {
    const { signed } = JSON.parse(readFileSync(0, 'utf8'));
    process.stdout.write(
      `${JSON.stringify({ session_started: 'f00d' })}\n${JSON.stringify(runAll(signed.command))}\n`,
    );
    return 0;
  }
  const [, , serial, id] = rest;
  const bytes = id === JOB ? readFileSync(join(folder, `${serial}.${verb}`)) : null;
  if (bytes === null) return 1;
  const kept = bytes.subarray(0, Math.floor(bytes.length * world.shown));
  process.stdout.write(`${JSON.stringify([...kept])}\n`);
  return 0;
}

/** Runs it as sush does, in a bash whose standard input is empty, and gives the map of states. */
function runAll(command: string): Record<string, unknown> {
  const answering = world.sleds.filter(({ isSeen }) => isSeen);
  return Object.fromEntries(
    answering.map(({ serial, environment, isEndless }) => {
      const name = `913-0000019:${serial}`;
      if (isEndless) return [name, { Started: { time_started: '2026-11-27T20:00:00Z' } }];
      const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
        env: environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      writeFileSync(join(folder, `${serial}.stdout`), stdout);
      writeFileSync(join(folder, `${serial}.stderr`), stderr);
      const output = {
        stdout_len: stdout.length,
        stderr_len: stderr.length,
        stdout_hash: world.wrongHash ? blake3(Buffer.from('another')) : blake3(stdout),
        stderr_hash: blake3(stderr),
      };
      return [name, { Stopped: { job_id: JOB, result: { Ok: status }, output } }];
    }),
  );
}
