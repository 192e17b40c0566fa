import type { ChildProcess } from 'node:child_process';
import { Readable } from 'node:stream';
import { FleetError } from '../model/error.ts';

/** Where no file descriptor is left for them, a child comes without its pipes, in spite of its type. */
export function hasPipes({ stdout }: ChildProcess): boolean {
  return stdout instanceof Readable;
}

/** The child, which has its pipes. Throws a FleetError where it has none, and never ran. */
export function withPipes<Child extends ChildProcess>(child: Child, what: string): Child {
  if (hasPipes(child)) return child;
  // It says so once more, by itself.
  child.on('error', () => {});
  throw new FleetError('pipe', noRoomFor(what));
}

/** That a program has no pipes, and what to do. */
export function noRoomFor(what: string): string {
  return `no file descriptor is left for ${what}; raise the limit (ulimit -n) or visit fewer sleds at a time`;
}
