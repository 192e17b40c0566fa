import type { Command } from 'commander';
import type { Surroundings } from './surroundings.ts';

/** What a command has of the program around it. */
export interface CommandContext {
  /** The whole command line, without the program's name. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly surroundings: Surroundings;
  /** The program with every command in full, for what tells of all of them. */
  readonly wholeProgram: () => Promise<Command>;
  readonly setExitCode: (code: number) => void;
  /** Runs another command line, and gives its exit status. */
  readonly run: (argv: readonly string[], surroundings: Surroundings) => Promise<number>;
}
