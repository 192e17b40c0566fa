import { type ChildProcess, spawn } from 'node:child_process';
import type { Connection, ServerChannel, Session } from 'ssh2';
import type { FaultName } from '../../src/simulator/fault.ts';
import { serveGatewayLogin } from '../../src/simulator/gateway-login.ts';
import { generateKeyPair, knownHostsLine, type KeyPair } from '../../src/simulator/ssh-keys.ts';
import { startSshHost, type SshHost } from '../../src/simulator/ssh-host.ts';

/** What a gateway does, from the next login on. */
export interface GatewayHabits {
  readonly forwarding: 'open' | 'prohibited' | 'hangs';
  /** Where its commands are looked for. */
  readonly path: string;
}

export interface TestGateway {
  readonly port: number;
  readonly hostKey: KeyPair;
  readonly knownHostsLine: string;
  set(habits: GatewayHabits, fault: FaultName | null): Promise<void>;
  /** How many logins stand. */
  readonly logins: () => number;
  /** Breaks every connection without a word. */
  cut(): void;
  close(): void;
}

/** A gateway on loopback that forwards to anywhere and runs commands as its sshd would, under any fault of a simulated host. */
export async function startGateway(clientKey: KeyPair, first: GatewayHabits): Promise<TestGateway> {
  let habits = first;
  const hostKey = generateKeyPair();
  const children = new Set<ChildProcess>();
  const logins = new Set<() => void>();
  const host: SshHost = await startSshHost({
    host: '127.0.0.1',
    hostKey,
    clientKey,
    otherKey: generateKeyPair(),
    fault: null,
    visited: () => () => {},
    serve: (connection, socket) => {
      const cut = (): void => void socket.destroy();
      logins.add(cut);
      socket.once('close', () => logins.delete(cut));
      if (habits.forwarding === 'hangs') connection.on('tcpip', () => {});
      else serveGatewayLogin(connection, habits.forwarding, () => true);
      serveCommands(connection);
    },
  });

  const serveCommands = (connection: Connection): void => {
    connection.on('session', (accept, reject) => {
      if (host.fault() === 'no-session') {
        reject();
        return;
      }
      const session: Session = accept();
      session.on('exec', (acceptCommand, refuse, { command }) => {
        if (host.fault() === 'no-exec') refuse();
        else run(command, acceptCommand());
      });
    });
  };

  const run = (command: string, channel: ServerChannel): void => {
    const child = spawn('/bin/sh', ['-c', command], { env: { PATH: habits.path }, detached: true });
    children.add(child);
    for (const stream of [channel, child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
    channel.pipe(child.stdin);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    channel.on('close', () => child.stdin.destroy());
    child.on('exit', (status, signal) => {
      children.delete(child);
      if (!channel.writable) return;
      if (status !== null) channel.exit(status);
      else channel.exit((signal ?? 'SIGKILL').slice('SIG'.length));
    });
    child.on('close', () => channel.end());
  };

  return {
    port: host.port,
    hostKey,
    knownHostsLine: knownHostsLine('127.0.0.1', host.port, hostKey),
    set: async (next, fault) => {
      habits = next;
      await host.setFault(fault);
    },
    logins: () => logins.size,
    cut: () => {
      for (const cut of logins) cut();
    },
    close: () => {
      host.close();
      for (const { pid } of children) {
        try {
          if (pid !== undefined) process.kill(-pid, 'SIGKILL');
        } catch {
          // It has ended meanwhile.
        }
      }
    },
  };
}
