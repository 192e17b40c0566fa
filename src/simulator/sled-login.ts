import type { Socket } from 'node:net';
import type { Connection, ServerChannel, Session } from 'ssh2';
import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Children } from './children.ts';
import { COMMAND_FAULTS, OUTPUT_FAULTS } from './command-faults.ts';
import type { FaultName } from './fault.ts';
import { serveSftp } from './sftp.ts';

/** A command that runs: a process, or what stands for one. */
export interface RunningCommand extends EventEmitter {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** What a login on a sled finds there. */
export interface LoginPlace {
  readonly children: Children;
  readonly fault: () => FaultName | null;
  readonly environment: (broken?: FaultName | null) => { readonly PATH: string; readonly HOME: string };
  /** Runs a command of a sled without a fault without a process; null: it cannot. */
  readonly runWithoutProcess: (command: string) => RunningCommand | null;
}

/** OpenSSH's default. */
const MAX_SESSIONS = 10;

/** Serves a login as the sled's OpenSSH does: exec, shell and SFTP, no signals, no terminal, ten sessions. */
export function serveSledLogin(connection: Connection, socket: Socket, place: LoginPlace): void {
  let sessions = 0;
  const lettingGo = new Set<() => void>();
  connection.once('close', () => {
    for (const letGo of lettingGo) letGo();
  });
  connection.on('session', (accept, reject) => {
    if (sessions >= MAX_SESSIONS || place.fault() === 'no-session') {
      reject();
      return;
    }
    sessions++;
    const session = accept();
    let counted = true;
    const closed = (): void => {
      if (counted) sessions--;
      counted = false;
    };
    session.on('close', closed);
    session.on('env', (acceptVariable) => acceptVariable?.());
    // As OpenSSH to root: "session signalling requires privilege separation".
    session.on('signal', (_accept, refuse) => refuse?.());
    session.on('pty', (_accept, refuse) => refuse?.());
    const run = (
      command: string,
      acceptCommand: () => ServerChannel,
      refuse: (() => void) | undefined,
    ): void => {
      if (place.fault() === 'no-exec') {
        session.on('close', () => answerClose(connection, session));
        refuse?.();
        return;
      }
      const channel = acceptCommand();
      channel.once('close', closed);
      channel.on('error', () => undefined);
      serveCommand(command, channel, socket, lettingGo, place);
    };
    session.on('exec', (acceptCommand, refuse, info) => run(info.command, acceptCommand, refuse));
    session.on('shell', (acceptCommand, refuse) => run('exec /bin/sh', acceptCommand, refuse));
    session.on('sftp', (acceptSftp) => {
      const sftp = acceptSftp();
      sftp.once('close', closed);
      sftp.on('error', () => undefined);
      serveSftp(sftp, place.environment().HOME, takesNoWrites(place.fault()));
    });
  });
}

/** As sshd does; ssh2's server leaves a channel open on which no command was begun, and OpenSSH's client waits for its end. */
function answerClose(connection: Connection, session: Session): void {
  const protocol: unknown = Reflect.get(connection, '_protocol');
  const channel: unknown = Reflect.get(session, '_chanInfo');
  if (!closesChannels(protocol) || !hasOutgoing(channel)) throw new TypeError('ssh2 has changed within');
  protocol.channelClose(channel.outgoing.id);
}

function closesChannels(value: unknown): value is { readonly channelClose: (id: number) => void } {
  return typeof value === 'object' && value !== null && 'channelClose' in value;
}

function hasOutgoing(value: unknown): value is { readonly outgoing: { readonly id: number } } {
  return typeof value === 'object' && value !== null && 'outgoing' in value;
}

function takesNoWrites(fault: FaultName | null): boolean {
  return fault === 'disk-full' || fault === 'read-only';
}

function serveCommand(
  command: string,
  channel: ServerChannel,
  socket: Socket,
  lettingGo: Set<() => void>,
  place: LoginPlace,
): void {
  const fault = place.fault();
  if (fault === 'hang') {
    channel.resume();
    return;
  }
  if (fault === 'flood') {
    channel.resume();
    flood(channel);
    return;
  }
  const environment = place.environment(fault);
  const child =
    (fault === null ? place.runWithoutProcess(command) : null) ??
    place.children.spawn(
      fault === null ? command : (COMMAND_FAULTS[fault]?.(command) ?? command),
      { ...environment, USER: 'root', LOGNAME: 'root', SHELL: '/bin/sh' },
      fault === 'no-home' ? '/' : environment.HOME,
    );
  let open = true;
  // The command goes on without its reader, as under OpenSSH: only its pipes close.
  const letGo = (): void => {
    open = false;
    lettingGo.delete(letGo);
    child.stdin.destroy();
    child.stdout.destroy();
    child.stderr.destroy();
  };
  channel.once('close', letGo);
  lettingGo.add(letGo);
  for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stderr.pipe(channel.stderr, { end: false });
  if (fault === 'cut') {
    child.stdout.once('data', (data: Buffer) => {
      channel.write(data.subarray(0, Math.ceil(data.length / 2)), () => socket.destroySoon());
    });
    child.once('close', () => socket.destroySoon());
    return;
  }
  if (fault === 'freeze') {
    child.stdout.once('data', (data: Buffer) => channel.write(data, () => socket.pause()));
    return;
  }
  if (fault === 'no-status') {
    child.stdout.pipe(channel, { end: false });
    child.once('close', () => channel.end());
    return;
  }
  const onTheWay = fault === null ? undefined : OUTPUT_FAULTS[fault]?.();
  const output = onTheWay === undefined ? child.stdout : child.stdout.pipe(onTheWay);
  output.pipe(channel, { end: false });
  child.once('error', () => {
    if (!open) return;
    channel.exit(255);
    channel.end();
  });
  child.once('exit', (code: number | null, signal: NodeJS.Signals | null) => {
    if (!open) return;
    if (code !== null) channel.exit(code);
    else channel.exit((signal ?? 'SIGKILL').slice('SIG'.length));
  });
  let left = onTheWay === undefined ? 1 : 2;
  const ended = (): void => {
    left--;
    if (open && left === 0) channel.end();
  };
  child.once('close', ended);
  onTheWay?.once('end', ended);
}

const FLOOD = Buffer.from('the same line over and over, as fast as it is read\n'.repeat(640));

function flood(channel: ServerChannel): void {
  const pour = (): void => {
    // A closed channel is not writable any more, and drains no more.
    while (channel.writable && channel.write(FLOOD));
  };
  channel.on('drain', pour);
  pour();
}
