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
  /^word='?([^'\n]*)[^]*\n *sums=; cd "\$base\/(\w+)"[^]*\nexec sh \.\/(?:(get-(?:ds|lr)-state)\.sh((?: -[afs]| -w \d+)+)|run-d\.sh -r ([\w-]+\.d)((?: [\w*.:-]+| '[^'\n]*')*))\n/;

/**
 * Runs `get-ds-state.sh -f`, `get-lr-state.sh -f` and `run-d.sh -r` of a sled that has them, and the guard around them,
 * without their thirty processes: dtrace, ps and zoneadm are the simulator's, and the scripts' own awk program makes rows
 * of what they print. For tests of what becomes of an answer, not of how a sled gives it; sled-without-shell.test.ts
 * holds that both give the same.
 */
export function runWithoutShell(command: string, place: CommandPlace): RunningCommand | null {
  const [, word = '', hash = '', name, options = '', script, words = ''] =
    WANTED.exec(guardedText(command)) ?? [];
  const folder = join(place.home, '.cruc-fleet', hash);
  if ((name ?? script) === undefined || !existsSync(folder)) return null;
  const child = standIn();
  child.stderr.write(`\ncruc-fleet ${word} begin\n`);
  child.stdout.write(`\ncruc-fleet ${word} begin\n`);
  const asked = { place, child, ...counted(child.stdout) };
  const answer =
    name === undefined
      ? runD({ ...asked, folder, script: script ?? '', words: wordsIn(words) })
      : states({ ...asked, name, options });
  void answer.then((status) => {
    child.stdout.end(`\ncruc-fleet ${word} end ${status} ${asked.written()}\n`);
    child.stderr.end();
    return status;
  });
  return child;
}

/** The words of a line of sh, which quotes some of them. */
const wordsIn = (line: string): readonly string[] =>
  (line.match(/'[^']*'|[^ ']+/g) ?? []).map((word) => word.replaceAll("'", ''));

/** Prints, and tells how many lines and bytes that were. */
function counted(stdout: PassThrough) {
  let [lines, bytes] = [0, 0];
  return {
    print: (text: string) => {
      lines += text.split('\n').length - 1;
      bytes += Buffer.byteLength(text);
      stdout.write(text);
    },
    written: () => `${lines} ${bytes}`,
  };
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
  readonly place: CommandPlace;
  readonly child: StandIn;
  readonly print: (text: string) => void;
}

/** The status of a dtrace that has ended. It is ended with the connection. */
async function traced(
  argv: readonly string[],
  { place, child, print }: Asked,
  folder: string,
): Promise<number> {
  const leave = place.traced();
  const run = dtrace(argv, place.crucible.machine, {
    stdout: print,
    stderr: (text) => void child.stderr.write(text),
    readFile: (path) => readFileSync(join(folder, path), 'utf8'),
    appendFile: () => {},
  });
  child.stdin.once('close', () => run.signal('HUP'));
  const status = await run.done;
  leave();
  return status;
}

/** What `run-d.sh -r` does; gives its status. */
async function runD(
  asked: Asked & { readonly folder: string; readonly script: string; readonly words: readonly string[] },
): Promise<number> {
  const { place, print, folder, script, words } = asked;
  const sayRunning = (when: string) => {
    const processes = ps(['-eo', 'pid,zone,args'], place.crucible.processes())
      .stdout.split('\n')
      .map((line) => line.trim().split(/ +/))
      .map(([pid = '', zone = '', path = '']) => ({ pid, zone, command: path.replace(/^.*\//, '') }))
      .filter(({ command }) => /^(?:propolis-server|crucible-pantry|crucible-downstairs)$/.test(command));
    for (const { pid, zone, command } of processes)
      print(`running=${when} zone=${zone} pid=${pid} command=${command}\n`);
    print(`running=${when} listed=${processes.length} login=0\n`);
  };
  sayRunning('before');
  const given = words.map((word) => word.replace(/^0+(?=\d+$)/, ''));
  const status = await traced(['-Z', '-s', `./${script}`, ...given], asked, folder);
  if (status === 0) sayRunning('after');
  return status;
}

/** What `get-ds-state.sh` and `get-lr-state.sh` do; gives their status. */
async function states(asked: Asked & { readonly name: string; readonly options: string }): Promise<number> {
  const { name, options, place, child, print } = asked;
  const [, seconds = '3'] = /-w (\d+)/.exec(options) ?? [];
  const has = (letter: string) => options.split(' ').includes(`-${letter}`);
  const before = seen(1, place);
  let rows = '';
  const keep = (text: string) => {
    rows += text;
  };
  const status = await traced(['-Z', '-s', 'upstairs-status.d', seconds], { ...asked, print: keep }, SCRIPTS);
  if (status !== 0) return status;
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
  const made = await merged(settings, before + seen(2, place) + tagged('row', rows), child.stderr);
  print(made.body);
  return made.status;
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
