import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { shellWord } from '../../src/model/shell-word.ts';
import { blake3 } from '../../src/rack-tools/blake3.ts';
import type { ToolWorld } from './stand-in-tools.ts';

/** A call of pilot or sush. */
export interface ToolCall {
  readonly world: ToolWorld;
  /** Where sush keeps the streams of its job. */
  readonly folder: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly stdin: string;
  /** Whoever called has gone. */
  readonly gone: AbortSignal;
}

/** What it prints and ends with. */
export interface ToolAnswer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SSH =
  '-F none -T -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'.split(
    ' ',
  );

const JOB = '7f6a2990-0000-4000-8000-000000000001';

type Sled = ToolWorld['sleds'][number];

/** What pilot and sush do, as far as public samples show them. */
export async function answerAsTool(call: ToolCall): Promise<ToolAnswer> {
  const { world, name, gone } = call;
  if (world.hangs) await new Promise((resolve) => gone.addEventListener('abort', resolve));
  const answer = await (world.asksForLogin ? ASKS_FOR_LOGIN : name === 'pilot' ? pilot(call) : sush(call));
  return answer.status === 0 ? { ...answer, status: world.status } : answer;
}

const printed = (stdout: string): ToolAnswer => ({ status: 0, stdout, stderr: '' });
const refused = (status: number, stderr: string): ToolAnswer => ({ status, stdout: '', stderr });

const ASKS_FOR_LOGIN = refused(1, 'error: not logged in: touch your security key to sign the challenge\n');

/** Over SSH, as pilot does it; what sush starts is a bash of its own. */
async function run({ world, name, gone }: ToolCall, sled: Sled, command: string) {
  const asked = sled.instead ?? command;
  const here = name === 'sush' ? `exec bash -c ${shellWord(asked)} </dev/null` : asked;
  const { sshd } = world;
  if (sshd === null && name === 'sush') return await ended('bash', ['-c', asked], gone, sled.environment);
  const [login, text] =
    sshd === null
      ? [['-i', world.key, '-p', `${sled.port}`, 'root@127.0.0.1'], asked]
      : [['-i', sshd.key, '-p', `${sshd.port}`, `${sshd.user}@127.0.0.1`], `${settingsOf(sled)}; ${here}`];
  return await ended('ssh', [...SSH, ...login, text], gone);
}

async function ended(
  command: string,
  words: readonly string[],
  gone: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
) {
  const child = spawn(command, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  gone.addEventListener('abort', kill);
  if (gone.aborted) kill();
  try {
    const status = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    const [code, stdout, stderr] = await Promise.all([status, buffer(child.stdout), buffer(child.stderr)]);
    return { status: code, stdout, stderr };
  } finally {
    gone.removeEventListener('abort', kill);
  }
}

function settingsOf({ environment }: Sled): string {
  const settings = Object.entries(environment).map(([key, value]) => `${key}=${shellWord(value)}`);
  return `export ${settings.join(' ')}`;
}

/** `pilot [-r RACK] host exec -c COMMAND RANGES`. */
async function pilot(call: ToolCall): Promise<ToolAnswer> {
  const { world, words } = call;
  const at = words.indexOf('host');
  const [, verb, flag, command = '', ranges = ''] = words.slice(at);
  if (verb !== 'exec' || flag !== '-c') return refused(2, `pilot: what is ${words.join(' ')}?\n`);
  const cubbies = ranges.split(',').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  const asked = world.sleds
    .filter(({ cubby, isSeen }) => isSeen && cubbies.includes(cubby))
    .toSorted((a, b) => b.shown - a.shown || a.cubby - b.cubby);
  let all = world.before;
  for (const sled of asked) {
    const text = await blockOf(call, sled, command);
    const whole = sled.isTold === 'twice' ? `${text}${text}` : text;
    all += whole.slice(0, Math.floor(whole.length * sled.shown));
  }
  all += world.after;
  return printed(all.slice(0, Math.floor(all.length * world.shown)));
}

async function blockOf(call: ToolCall, sled: Sled, command: string): Promise<string> {
  const heading = `${String(sled.cubby).padStart(2)}  ${(sled.called ?? sled.serial).padEnd(18)}`;
  if (sled.isEndless) {
    return `${heading} failure: exit code 255: Connection timed out during banner exchange\n`;
  }
  const { status, stdout, stderr } = await run(call, sled, command);
  return status === 0
    ? `${heading} ok: ${stdout.length === 0 ? '\n' : stdout.toString()}`
    : `${heading} failure: exit code ${status}: ${stderr.toString().trim()}\n`;
}

/** `sush -j job start -w` with a signed job on standard input; `sush -j job stdout|stderr -b -T SLED ID`. */
async function sush(call: ToolCall): Promise<ToolAnswer> {
  const { world, folder, stdin } = call;
  const [json, job, verb, ...rest] = call.words;
  if (json !== '-j' || job !== 'job') return refused(2, '');
  if (verb === 'start') {
    const { signed } = JSON.parse(stdin);
    const states = await runAll(call, signed.command);
    const all = `${world.before}${JSON.stringify({ session_started: 'f00d' })}\n${JSON.stringify(states)}\n${world.after}`;
    // As much of it as of everything else, but for a stream that is cut by itself.
    return printed(world.shown === 0 ? '' : all);
  }
  const [, , serial, id] = rest;
  const sled = world.sleds.find((each) => each.serial === serial);
  if (sled === undefined || sled.isLost || id !== JOB) {
    return refused(1, 'error: the sled does not answer\n');
  }
  const bytes = readFileSync(join(folder, `${serial}.${verb}`));
  const kept = bytes.subarray(0, Math.floor(bytes.length * world.shown * sled.shown));
  return printed(`${JSON.stringify([...kept])}\n`);
}

/** Runs it as sush does, in a bash whose standard input is empty, and gives the map of states. */
async function runAll(call: ToolCall, command: string): Promise<Record<string, unknown>> {
  const { world, folder } = call;
  const states: Record<string, unknown> = {};
  for (const sled of world.sleds.filter(({ isSeen }) => isSeen)) {
    const { serial, isEndless } = sled;
    const named = `913-0000019:${serial}`;
    if (isEndless) {
      states[named] = { Started: { time_started: '2026-11-27T20:00:00Z' } };
      continue;
    }
    const { status, stdout, stderr } = await run(call, sled, command);
    writeFileSync(join(folder, `${serial}.stdout`), stdout);
    writeFileSync(join(folder, `${serial}.stderr`), stderr);
    const output = {
      stdout_len: stdout.length,
      stderr_len: stderr.length,
      stdout_hash: blake3(world.wrongHash ? Buffer.from('another') : stdout),
      stderr_hash: blake3(stderr),
    };
    states[named] = { Stopped: { job_id: JOB, result: { Ok: status }, output } };
  }
  return states;
}
