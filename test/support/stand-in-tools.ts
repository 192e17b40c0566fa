import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Rack } from './rack.ts';
import { answerAsTool } from './stand-in-tool-answer.ts';

/** A real sshd that stands for that of every sled, in whose environment a command then runs. */
export interface ToolSshd {
  readonly port: number;
  readonly user: string;
  readonly key: string;
}

/** What a stand-in for pilot or sush knows of its rack, and how it behaves. */
export interface ToolWorld {
  /** Of a private key that the sleds accept. */
  readonly key: string;
  /** Null: pilot logs in to the simulated sleds, and sush runs a bash. */
  readonly sshd: ToolSshd | null;
  readonly sleds: readonly {
    readonly cubby: number;
    readonly serial: string;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
    /** Its discovery sees the sled. */
    readonly isSeen: boolean;
    readonly isEndless: boolean;
    /** Runs this in place of what is asked; null: what is asked. */
    readonly instead: string | null;
    /** How much of its answer arrives, from 0 to 1: what is cut is the last. */
    readonly shown: number;
    /** What it is called by mistake; null: its serial. */
    readonly called: string | null;
    readonly isTold: 'once' | 'twice';
    /** What the tool knows of it cannot be fetched. */
    readonly isLost: boolean;
  }[];
  readonly before: string;
  readonly after: string;
  readonly status: number;
  readonly hangs: boolean;
  /** How much of what it would print it does print, from 0 to 1. */
  readonly shown: number;
  readonly wrongHash: boolean;
  readonly asksForLogin: boolean;
}

/** `pilot` and `sush` in a folder, which run commands on the sleds of a simulated rack. */
export interface StandInTools {
  /** For `tool:` of the inventory. */
  command(name: 'pilot' | 'sush'): string;
  /** From the next call on; what is not said is as it was at the beginning. */
  become(change: Partial<Omit<ToolWorld, 'sleds' | 'key'>>, sleds?: SledChange): void;
  /** The command lines that were run since the last look. */
  calls(): readonly (readonly string[])[];
  close(): void;
}

export type SledChange = Readonly<
  Record<number, Partial<Omit<ToolWorld['sleds'][number], 'cubby' | 'serial' | 'port' | 'environment'>>>
>;

export async function createStandInTools(rack: Rack, sshd: ToolSshd | null = null): Promise<StandInTools> {
  const folder = join(rack.folder, 'stand-in-tools');
  mkdirSync(folder);
  const listening = await listen(serve);
  for (const name of ['pilot', 'sush']) {
    const file = join(folder, name);
    writeFileSync(file, clientOf(name, listening.port, folder));
    chmodSync(file, 0o755);
  }
  const key = /identity_file: "?([^"\n]+)/.exec(readFileSync(rack.inventory, 'utf8'))?.[1] ?? '';
  // A tool knows one rack.
  const [first] = rack.simulation.sleds;
  const worldOf = (change: Partial<Omit<ToolWorld, 'sleds' | 'key'>>, sleds: SledChange): ToolWorld => {
    return {
      key,
      sshd,
      before: '',
      after: '',
      status: 0,
      hangs: false,
      shown: 1,
      wrongHash: false,
      asksForLogin: false,
      ...change,
      sleds: rack.simulation.sleds
        .filter((sled) => sled.rack === (first?.rack ?? ''))
        .map(({ id, cubby, serial, port }) => ({
          cubby,
          serial,
          port,
          environment: rack.simulation.environmentFor(id),
          isSeen: true,
          isEndless: false,
          instead: null,
          shown: 1,
          called: null,
          isTold: 'once' as const,
          isLost: false,
          ...sleds[cubby],
        })),
    };
  };
  let world = worldOf({}, {});
  let calls: (readonly string[])[] = [];
  let answers = 0;

  async function serve(socket: Socket): Promise<void> {
    const gone = new AbortController();
    socket.on('error', () => {}).on('close', () => gone.abort());
    const [name = '', ...words] = await wordsFrom(socket);
    const stdin = words.pop() ?? '';
    calls.push([name, ...words]);
    const answer = await answerAsTool({ world, folder, name, words, stdin, gone: gone.signal });
    answers += 1;
    writeFileSync(join(folder, `${answers}.stdout`), answer.stdout);
    writeFileSync(join(folder, `${answers}.stderr`), answer.stderr);
    socket.end(`${answer.status} ${answers}\n`);
  }

  return {
    command: (name) => join(folder, name),
    become: (change, sleds = {}) => {
      world = worldOf(change, sleds);
    },
    calls: () => {
      const seen = calls;
      calls = [];
      return seen;
    },
    close: () => listening.close(),
  };
}

/**
 * The program itself only passes on what it is told and prints what comes of it, since one of Node would cost thirty
 * times as much. Of sush, only what starts a job is given anything to read.
 */
function clientOf(name: string, port: number, folder: string): string {
  return `#!/usr/bin/env bash
exec 3<>/dev/tcp/127.0.0.1/${port} || exit 70
{
  printf '%s\\0' $(($# + 2)) ${name} "$@"
  [ "$3" = start ] && cat
  printf '\\0'
} >&3
read -r status answer <&3 || exit 71
cat "${folder}/$answer.stderr" >&2
cat "${folder}/$answer.stdout"
exit "$status"
`;
}

/** Each ends with a NUL; the first says how many follow. */
function wordsFrom(socket: Socket): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const [count, ...words] = text.split('\0').slice(0, -1);
      if (count !== undefined && words.length === Number(count)) resolve(words);
    });
  });
}

async function listen(
  serve: (socket: Socket) => Promise<void>,
): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Whoever called sees that nothing comes.
    serve(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
