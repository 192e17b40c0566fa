import { writeFile } from 'node:fs/promises';
import { codeOf, FleetError } from '../../model/error.ts';
import type { Simulation, SimulationOptions } from '../../simulator/simulate.ts';

/** The first simulated rack; the others count on from it. */
export const FIRST_RACK = 3;

/** Starts a simulation for some work, and stops it however the work ends. */
export async function withSimulation<T>(
  settings: SimulationOptions,
  work: (simulation: Simulation) => Promise<T>,
): Promise<T> {
  const simulation = await start(settings);
  try {
    return await work(simulation);
  } finally {
    await simulation.stop();
  }
}

/** Writes a file that the user named; one that cannot be written is wrong usage. */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new FleetError('usage', `${file} could not be written`, { cause });
  }
}

async function start(settings: SimulationOptions): Promise<Simulation> {
  const { startSimulation } = await import('../../simulator/simulate.ts');
  try {
    return await startSimulation(settings);
  } catch (error) {
    if (error instanceof RangeError)
      throw new FleetError('usage', `the simulation cannot be made: ${error.message}`);
    if (isOfThisMachine(error)) {
      const next = codeOf(error) === 'EMFILE' ? '; allow more open files (ulimit -n)' : '';
      throw new FleetError('usage', `this machine cannot run the simulation${next}`, { cause: error });
    }
    throw error;
  }
}

/** Whether the system or a program of it refused something, as opposed to a mistake of ours. */
export function isOfThisMachine(error: unknown): boolean {
  return error instanceof Error && ('syscall' in error || 'cmd' in error);
}
