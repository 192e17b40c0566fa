import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { dtrace } from '../../src/simulator/d/dtrace.ts';
import { ps } from '../../src/simulator/ps.ts';
import type { CommandPlace } from '../../src/simulator/simulate.ts';
import type { RunningCommand } from '../../src/simulator/sled-login.ts';
import { zoneadm } from '../../src/simulator/zoneadm.ts';
import { guardedText } from './guarded.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
const script = (name: string): string => readFileSync(join(SCRIPTS, name), 'utf8');

/** What makes rows of all that was seen, as the scripts have it. */
const AWK_PROGRAM = /-v host="\$\(uname -n\)" '\n(.*?)\n'\n\}/s.exec(script('upstairs-status.sh'))?.[1];

const WANTED =
  /^word='?([^'\n]*)[^]*\n *sums=; cd "\$base\/(\w+)"[^]*\nexec sh \.\/(get-(?:ds|lr)-state)\.sh((?: -[afs]| -w \d+)+)\n/;

/**
 * Runs `get-ds-state.sh -f` and `get-lr-state.sh -f` of a sled that has them, and the guard around them, without their
 * thirty processes: dtrace, ps and zoneadm are the simulator's, and the scripts' own awk program makes rows of what they
 * print. For tests of what becomes of an answer, not of how a sled gives it; states-without-shell.test.ts holds that
 * both give the same.
 */
export function runStatesWithoutShell(command: string, place: CommandPlace): RunningCommand | null {
  const [, word = '', hash = '', name, options = ''] = WANTED.exec(guardedText(command)) ?? [];
  if (name === undefined || !existsSync(join(place.home, '.cruc-fleet', hash))) return null;
  const child = standIn();
  child.stderr.write(`\ncruc-fleet ${word} begin\n`);
  void finish({ name, options, place, child }, word);
  return child;
}

async function finish(asked: Asked, word: string): Promise<void> {
  const { status, body } = await answer(asked);
  const written = `${body.split('\n').length - 1} ${Buffer.byteLength(body)}`;
  const { stdout, stderr } = asked.child;
  stdout.end(`\ncruc-fleet ${word} begin\n${body}\ncruc-fleet ${word} end ${status} ${written}\n`);
  stderr.end();
}

interface StandIn extends RunningCommand {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
}

/** A command that has ended once its output was read. */
function standIn(): StandIn {
  const stdin = new Writable({ write: (_chunk, _encoding, done) => done() });
  const child = Object.assign(new EventEmitter(), {
    stdin,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
  });
  let open = 2;
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.once('close', () => {
      open--;
      if (open > 0) return;
      child.emit('exit', 0, null);
      child.emit('close', 0, null);
    });
  }
  return child;
}

interface Asked {
  readonly name: string;
  readonly options: string;
  readonly place: CommandPlace;
  readonly child: StandIn;
}

async function answer({ name, options, place, child }: Asked) {
  const { crucible } = place;
  const [, seconds = '3'] = /-w (\d+)/.exec(options) ?? [];
  const has = (letter: string) => options.split(' ').includes(`-${letter}`);
  const before = seen(1, place);
  let rows = '';
  const leave = place.traced();
  const run = dtrace(['-Z', '-s', join(SCRIPTS, 'upstairs-status.d'), seconds], crucible.machine, {
    stdout: (text) => (rows += text),
    stderr: (text) => void child.stderr.write(text),
    readFile: (path) => readFileSync(path, 'utf8'),
    appendFile: () => {},
  });
  child.stdin.once('close', () => run.signal('HUP'));
  const status = await run.done;
  leave();
  if (status !== 0) return { status, body: '' };
  const [, kind = '', columns = ''] = /\nkind=(\w+)\ncolumns='([^']*)'/.exec(script(`${name}.sh`)) ?? [];
  const settings = {
    kind,
    states: has('a') || has('s') ? 'yes' : 'no',
    all: has('a') ? 'yes' : 'no',
    fields: 'yes',
    header: 'no',
    columns: `${columns.split(/\s+/).join(' ')} `,
    name,
    visible: 'some',
    login: '',
    host: place.hostname,
  };
  return await merged(settings, before + seen(2, place) + tagged('row', rows), child.stderr);
}

/** The zones and processes of a sled, before the watch or after it. */
function seen(when: 1 | 2, { crucible }: CommandPlace): string {
  const zones = zoneadm(['list', '-p'], crucible.zones()).stdout;
  const processes = ps(['-eo', 'pid,zone,args'], crucible.processes()).stdout;
  return `${tagged(`zone${when}`, zones)}listed${when}\n${tagged(`process${when}`, processes)}`;
}

function tagged(tag: string, text: string): string {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${tag} ${line}\n`)
    .join('');
}

function merged(settings: Readonly<Record<string, string>>, text: string, stderr: PassThrough) {
  const words = Object.entries(settings).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
  if (AWK_PROGRAM === undefined)
    throw new Error('upstairs-status.sh has changed: no awk program was found in it');
  const awk = spawn(AWK, [...words, AWK_PROGRAM], { env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' } });
  let body = '';
  awk.stdout.setEncoding('utf8').on('data', (data: string) => (body += data));
  awk.stderr.pipe(stderr, { end: false });
  awk.stdin.on('error', () => undefined).end(text);
  return new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    awk.once('error', reject);
    awk.once('close', (status) => resolve({ status: status ?? 255, body }));
  });
}

const AWK = ['/usr/bin/mawk', '/usr/bin/nawk'].find((each) => existsSync(each)) ?? 'awk';
