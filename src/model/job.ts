import type { Reading } from './probe.ts';
import type { RunResult } from './transport.ts';

/** One file that a sled needs. */
export interface BundleFile {
  readonly name: string;
  readonly content: Buffer;
  /** `CRC SIZE`, as cksum(1) prints them. */
  readonly cksum: string;
}

/** A set of files that lie on a sled together, and the hash that names their folder there. */
export interface Bundle {
  readonly files: readonly BundleFile[];
  /** The first 16 hex digits of SHA-256 over names and contents: another content is another folder. */
  readonly hash: string;
}

/** What is done on each sled of a run: one command, and how its end is read. */
export interface Job {
  /** Files that must be there first; the command says so if they are not. Null: it needs none. */
  readonly bundle: Bundle | null;
  /** A command line for the login's shell. */
  readonly command: string;
  /** Standard input is held open, for commands that end when it does. */
  readonly holdStdin: boolean;
  /** Never throws. */
  readonly read: (result: RunResult) => Reading;
}
