import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../src/model/shell-word.ts';
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

type Sled = ToolWorld['sleds'][number];

if (world.hangs) spawnSync('sleep', ['600']);
const status = world.asksForLogin ? askForLogin() : name === 'pilot' ? pilot(words) : sush(words);
process.exitCode = status === 0 ? world.status : status;

function askForLogin(): number {
  process.stderr.write('error: not logged in: touch your security key to sign the challenge\n');
  return 1;
}

/** Over SSH, as pilot does it; what sush starts is a bash of its own. */
function run(sled: Sled, command: string) {
  const asked = sled.instead ?? command;
  const here = name === 'sush' ? `exec bash -c ${shellWord(asked)} </dev/null` : asked;
  const { sshd } = world;
  if (sshd === null && name === 'sush') {
    return spawnSync('bash', ['-c', asked], { env: sled.environment, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  const [login, text] =
    sshd === null
      ? [['-i', world.key, '-p', `${sled.port}`, 'root@127.0.0.1'], asked]
      : [['-i', sshd.key, '-p', `${sshd.port}`, `${sshd.user}@127.0.0.1`], `${settingsOf(sled)}; ${here}`];
  return spawnSync('ssh', [...SSH, ...login, text], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function settingsOf({ environment }: Sled): string {
  const settings = Object.entries(environment).map(([key, value]) => `${key}=${shellWord(value)}`);
  return `export ${settings.join(' ')}`;
}

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
    .toSorted((a, b) => b.shown - a.shown || a.cubby - b.cubby)
    .map((sled) => {
      const text = blockOf(sled, command);
      const whole = sled.isTold === 'twice' ? `${text}${text}` : text;
      return whole.slice(0, Math.floor(whole.length * sled.shown));
    });
  const all = `${world.before}${blocks.join('')}${world.after}`;
  process.stdout.write(all.slice(0, Math.floor(all.length * world.shown)));
  return 0;
}

function blockOf(sled: Sled, command: string): string {
  const heading = `${String(sled.cubby).padStart(2)}  ${(sled.called ?? sled.serial).padEnd(18)}`;
  if (sled.isEndless) {
    return `${heading} failure: exit code 255: Connection timed out during banner exchange\n`;
  }
  const ended = run(sled, command);
  const stdout = ended.stdout.toString();
  return ended.status === 0
    ? `${heading} ok: ${stdout === '' ? '\n' : stdout}`
    : `${heading} failure: exit code ${ended.status}: ${ended.stderr.toString().trim()}\n`;
}

/** `sush -j job start -w` with a signed job on standard input; `sush -j job stdout|stderr -b -T SLED ID`. */
function sush([json, job, verb, ...rest]: readonly string[]): number {
  if (json !== '-j' || job !== 'job') return 2;
  if (verb === 'start') {
    const { signed } = JSON.parse(readFileSync(0, 'utf8'));
    const all = `${world.before}${JSON.stringify({ session_started: 'f00d' })}\n${JSON.stringify(runAll(signed.command))}\n${world.after}`;
    // As much of it as of everything else, but for a stream that is cut by itself.
    process.stdout.write(world.shown === 0 ? '' : all);
    return 0;
  }
  const [, , serial, id] = rest;
  const sled = world.sleds.find((each) => each.serial === serial);
  if (sled === undefined || sled.isLost || id !== JOB) {
    process.stderr.write('error: the sled does not answer\n');
    return 1;
  }
  const bytes = readFileSync(join(folder, `${serial}.${verb}`));
  const kept = bytes.subarray(0, Math.floor(bytes.length * world.shown * sled.shown));
  process.stdout.write(`${JSON.stringify([...kept])}\n`);
  return 0;
}

/** Runs it as sush does, in a bash whose standard input is empty, and gives the map of states. */
function runAll(command: string): Record<string, unknown> {
  const answering = world.sleds.filter(({ isSeen }) => isSeen);
  return Object.fromEntries(
    answering.map((sled) => {
      const { serial, isEndless } = sled;
      const named = `913-0000019:${serial}`;
      if (isEndless) return [named, { Started: { time_started: '2026-11-27T20:00:00Z' } }];
      const { status: ended, stdout, stderr } = run(sled, command);
      writeFileSync(join(folder, `${serial}.stdout`), stdout);
      writeFileSync(join(folder, `${serial}.stderr`), stderr);
      const output = {
        stdout_len: stdout.length,
        stderr_len: stderr.length,
        stdout_hash: blake3(world.wrongHash ? Buffer.from('another') : stdout),
        stderr_hash: blake3(stderr),
      };
      return [named, { Stopped: { job_id: JOB, result: { Ok: ended }, output } }];
    }),
  );
}
