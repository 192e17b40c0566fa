import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Rack } from './rack.ts';

/** What a stand-in for pilot or sush knows of its rack, and how it behaves. */
export interface ToolWorld {
  /** Of a private key that the sleds accept. */
  readonly key: string;
  readonly sleds: readonly {
    readonly cubby: number;
    readonly serial: string;
    readonly port: number;
    readonly environment: Readonly<Record<string, string>>;
    /** Its discovery sees the sled. */
    readonly isSeen: boolean;
    readonly isEndless: boolean;
  }[];
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
  Record<number, { readonly isSeen?: boolean; readonly isEndless?: boolean }>
>;

export async function createStandInTools(rack: Rack): Promise<StandInTools> {
  const folder = join(rack.folder, 'tools');
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
  const become: StandInTools['become'] = (change, sleds = {}) => {
    const world: ToolWorld = {
      key,
      shown: 1,
      wrongHash: false,
      asksForLogin: false,
      ...change,
      sleds: rack.simulation.sleds.map(({ id, cubby, serial, port }) => ({
        cubby,
        serial,
        port,
        environment: rack.simulation.environmentFor(id),
        isSeen: true,
        isEndless: false,
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
