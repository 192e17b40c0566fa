import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import type { Crucible } from '../../src/simulator/crucible.ts';
import { startSimulation, type Simulation, type SimulationOptions } from '../../src/simulator/simulate.ts';
import type { Session } from '../../src/simulator/upstairs-session.ts';
import { run, startProgram, type Ended, type Running } from './run-program.ts';
import { isLong } from './sized.ts';
import { runWithoutShell } from './sled-without-shell.ts';
import { warmSled } from './warm-sled.ts';

/** Simulated sleds for the tests of a file or of a `describe`; there once the first of them begins. */
export interface Rack {
  readonly simulation: Simulation;
  /** Of these tests alone; it goes with them. */
  readonly folder: string;
  /** The file of the inventory. */
  readonly inventory: string;
  /** The text of an inventory of these sleds (`rack/cubby`) alone, reached without a gateway: a visit less is time. */
  inventoryOf(...sleds: readonly string[]): string;
  crucible(sled: string): Crucible;
  sessions(sled: string): readonly Session[];
  /** Runs a command line on these sleds: `-i` is given it. */
  run(argv: readonly string[], change?: Partial<Surroundings>): Promise<Ended>;
  start(argv: readonly string[], change?: Partial<Surroundings>): Running;
}

export interface RackOptions extends SimulationOptions {
  /** Sleds (`rack/cubby`) that accept a connection and never speak: the inventory gives them a second only. */
  readonly mute?: readonly string[];
  /** Its sleds were asked before: they have the scripts. For tests of what is answered, not of the way there. */
  readonly isWarm?: boolean;
  /**
   * Warm, and but for `test:long` probes are answered without a shell, at two fifths of the cost: for tests of what
   * becomes of an answer.
   */
  readonly isShellFree?: boolean;
}

/**
 * Starts a simulation before the tests around it and stops it after them: one rack, `3`, in simulated time, where
 * `options` say nothing else. `prepare` makes the sleds what the tests need.
 */
export function withRack(
  options: RackOptions,
  prepare: (rack: Rack) => void | Promise<void> = () => {},
): Rack {
  let started: { readonly simulation: Simulation; readonly folder: string } | null = null;
  const there = () => {
    if (started === null) throw new Error('the rack of withRack is there when a test begins, not before');
    return started;
  };
  const rack: Rack = {
    get simulation() {
      return there().simulation;
    },
    get folder() {
      return there().folder;
    },
    get inventory() {
      return join(there().folder, 'inventory.yaml');
    },
    inventoryOf: (...sleds) => {
      const wanted = sleds.map((sled) => `serial: ${there().simulation.world.sled(sled).serial},`);
      const isKept = (line: string) =>
        /^ +- \{ serial:/.test(line)
          ? wanted.some((serial) => line.includes(serial))
          : !/^ +(?:gateways:|- \{ host:)/.test(line);
      return readFileSync(rack.inventory, 'utf8').split('\n').filter(isKept).join('\n');
    },
    crucible: (sled) => there().simulation.world.sled(sled).crucible,
    sessions: (sled) => rack.crucible(sled).sessions(),
    run: (argv, change) => run([...argv, '-i', rack.inventory], change),
    start: (argv, change) => startProgram([...argv, '-i', rack.inventory], change),
  };

  beforeAll(async () => {
    const { isShellFree = false, isWarm = isShellFree } = options;
    const simulation = await startSimulation({
      racks: ['3'],
      time: 'simulated',
      ...options,
      ...(isShellFree && !isLong ? { runWithoutProcess: runWithoutShell } : {}),
    });
    started = { simulation, folder: mkdtempSync(join(tmpdir(), 'cruc-fleet-rack-')) };
    writeFileSync(rack.inventory, patientInventory(simulation, options.mute ?? []));
    if (isWarm) {
      for (const { id } of simulation.sleds) await warmSled(simulation.environmentFor(id).HOME);
    }
    await prepare(rack);
  });

  afterAll(async () => {
    if (started === null) return;
    const { simulation, folder } = started;
    started = null;
    await simulation.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return rack;
}

/** The inventory of a simulation, with time to connect that suffices on any machine under any load. */
function patientInventory(simulation: Simulation, mute: readonly string[]): string {
  return mute.reduce(
    (yaml, sled) => {
      const { serial } = simulation.world.sled(sled);
      return yaml.replace(`serial: ${serial},`, `serial: ${serial}, connect_timeout: 1s,`);
    },
    simulation.inventoryYaml().replace(/connect_timeout: \w+/, 'connect_timeout: 60s'),
  );
}
