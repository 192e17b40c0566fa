import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Rack } from './rack.ts';

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
}

export type SledChange = Readonly<
  Record<number, Partial<Omit<ToolWorld['sleds'][number], 'cubby' | 'serial' | 'port' | 'environment'>>>
>;

export async function createStandInTools(rack: Rack, sshd: ToolSshd | null = null): Promise<StandInTools> {
  const folder = join(rack.folder, 'stand-in-tools');
  mkdirSync(folder);
  const program = join(folder, 'program.mjs');
  const input = fileURLToPath(new URL('stand-in-tool-program.ts', import.meta.url));
  const bundle = await rolldown({ input, platform: 'node' });
  await bundle.write({ file: program, format: 'esm' });
  await bundle.close();
  for (const name of ['pilot', 'sush']) {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' '${folder}' ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  const key = /identity_file: "?([^"\n]+)/.exec(readFileSync(rack.inventory, 'utf8'))?.[1] ?? '';
  // A tool knows one rack.
  const [first] = rack.simulation.sleds;
  const become: StandInTools['become'] = (change, sleds = {}) => {
    const world: ToolWorld = {
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
    writeFileSync(join(folder, 'world.json'), JSON.stringify(world));
  };
  become({});
  const log = join(folder, 'calls');
  return {
    command: (name) => join(folder, name),
    become,
    calls: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(0, -1) : [];
      writeFileSync(log, '');
      return lines.map((line) => JSON.parse(line));
    },
  };
}
