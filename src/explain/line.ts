import type { Index } from '../facts/fact.ts';

/** The parts of an explanation, in their order, with their headings. */
export const PARTS = {
  upstairs: 'The upstairs',
  states: 'States',
  counters: 'Counters that moved',
  copies: 'Both ends of each copy',
  services: 'Services',
  logs: 'The last lines that the services logged',
  attempts: 'What the upstairs logs of its attempts to connect',
  pools: 'Pools and disks',
  repairs: 'Repairs in progress',
  others: 'Other upstairs with the same sick end',
  follows: 'What follows',
  upstream: 'What is known upstream',
  unknown: 'What is not known',
} as const;

export type Part = keyof typeof PARTS;

/** One sentence of an explanation. */
export interface Line {
  readonly part: Part;
  /** The downstairs that it is about; null: the upstairs. */
  readonly index: Index | null;
  readonly says: string;
  /** Where it was read; of what follows, all that it follows from. */
  readonly evidence: string | null;
  /** What would clear it, on the sled that the sentence names. It is never run. */
  readonly command: string | null;
}

export function line(
  part: Part,
  index: Index | null,
  says: string,
  evidence: string | null = null,
  command: string | null = null,
): Line {
  return { part, index, says, evidence, command };
}
