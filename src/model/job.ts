import type { Reading } from './probe.ts';
import type { Sled } from './sled.ts';
import type { RunResult } from './transport.ts';

/** One file that a sled needs. */
export interface BundleFile {
  readonly name: string;
  readonly content: Buffer;
  /** `CRC SIZE`, as cksum(1) prints them. */
  readonly cksum: string;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
}

/** A set of files that lie on a sled together, and the hash that names their folder there. */
export interface Bundle {
  readonly files: readonly BundleFile[];
  /** The first 16 hex digits of SHA-256 over names and contents: another content is another folder. */
  readonly hash: string;
}

/** What may run on a sled at most so many times at once; two of a name are of the same kind. */
export interface Lock {
  readonly name: string;
  readonly room: number;
}

/** What runs on a sled under the guard. */
export interface Payload {
  /** Lines of POSIX sh: the body of a function whose status is the command's. */
  readonly script: string;
  /** The guard counts what it writes, byte by byte, so that what is lost on the way is missed. */
  readonly isCounted: boolean;
  /** It ends by itself at TERM, and has something to say before: only it is told to. */
  readonly hasLastWords?: boolean;
  readonly lock: Lock | null;
}

/** What a job is as one text, for a tool that runs it in a shell on many sleds. */
export interface JobText {
  /** What is asked, as the answers begin with it: `probe=ds-state seconds=3 interval=0`. */
  readonly about: string;
  /** The text, on one line, without a single quote; the word stands in its marks. */
  readonly make: (word: string) => Promise<string>;
}

/** What is done on each sled of a run: one command, and how its end is read. */
export interface Job {
  /** What it does, as an audit log says it: a command line where there is one. */
  readonly what: string;
  /** Files that must be there first; the command says so if they are not. Null: it needs none. */
  readonly bundle: Bundle | null;
  readonly payload: Payload;
  /** Given to the command on standard input. The sled then does not hear whether we are still there. */
  readonly stdin?: Buffer;
  /** What differs on each sled; absent: nothing does. */
  readonly onSled?: (sled: Sled) => Pick<Job, 'what' | 'payload'>;
  /** Its output is read as it comes: `read` is given the beginning and the end of it. */
  readonly isReadAsItComes?: boolean;
  /** It only reads: a sled may be asked again where the first answer was lost. */
  readonly mayRepeat: boolean;
  /** The same for a tool that takes one text and no files; absent: it is not for such a tool, or does not only read. */
  readonly asText?: JobText;
  /** Why no tool runs it: sleds behind one are not asked, and the others are. Absent: all of it is refused there. */
  readonly notByTool?: string;
  /** Never throws. */
  readonly read: (result: RunResult) => Reading;
}
