import { guardedText, marked } from './guarded.ts';
import { FleetError } from '../../src/model/error.ts';
import type { Target } from '../../src/model/target.ts';
import type { Connection, RunOptions, RunResult, Transport } from '../../src/model/transport.ts';

/** What a scripted sled does with a command; it may throw a FleetError. */
export type Script = (command: string, options: RunOptions) => RunResult | Promise<RunResult>;

export function result(stdout: string, exitStatus = 0, stderr = ''): RunResult {
  return { stdout, stderr, exitStatus, signalName: null };
}

/** A transport without a network: each sled answers by its script, or cannot be reached when it has an error. */
export function scriptedTransport(scripts: Readonly<Record<string, Script | FleetError>>): Transport & {
  readonly closed: string[];
} {
  const closed: string[] = [];
  return {
    closed,
    connect: async ({ sled }: Target): Promise<Connection> => {
      const script = scripts[sled.id];
      if (script === undefined) throw new Error(`no script for ${sled.id}`);
      if (script instanceof FleetError) throw script;
      return {
        via: null,
        warnings: [],
        run: async (command, options) => marked(command, await script(guardedText(command), options)),
        lost: () => null,
        close: async () => {
          closed.push(sled.id);
        },
      };
    },
    close: async () => {},
  };
}
