import type { Surroundings } from './surroundings.ts';

/** What a command has of the program around it. */
export interface CommandContext {
  /** The whole command line, without the program's name. */
  readonly argv: readonly string[];
  readonly version: string;
  readonly surroundings: Surroundings;
  readonly setExitCode: (code: number) => void;
  /** Runs another command line, and gives its exit status. */
  readonly run: (argv: readonly string[], surroundings: Surroundings) => Promise<number>;
}
