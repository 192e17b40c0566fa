import type { ErrorCode } from '../../src/model/error.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { Stage } from '../../src/model/stage.ts';
import type { FaultName } from '../../src/simulator/fault.ts';
import type { Running } from '../support/run-program.ts';
import type { SledChange, ToolWorld } from '../support/stand-in-tools.ts';
import type { Field } from './field.ts';
import type { WayName } from './ways.ts';

/** What is done on all sleds. `exec` prints the name of each; the faulty sled, or its rack, runs `own` in its place. */
export type Job =
  | { readonly verb: 'exec'; readonly own?: string; readonly of?: 'rack' }
  | { readonly verb: 'ds-state' };

/** What is changed of a healthy field for one run. */
export interface Arrangement {
  /** Of the sled. */
  readonly fault?: FaultName;
  readonly gatewayFault?: FaultName;
  /** What the inventory says of the sled, of its gateway and of all, over what it says else. */
  readonly sled?: Readonly<Record<string, unknown>>;
  readonly gateway?: Readonly<Record<string, unknown>>;
  readonly defaults?: Readonly<Record<string, unknown>>;
  readonly hasSecondGateway?: boolean;
  /** What the gateway does with forwarding, and whether it has an nc. */
  readonly forwarding?: 'open' | 'prohibited' | 'hangs';
  readonly hasNetcat?: boolean;
  /** Of the stand-in for pilot or sush. */
  readonly tool?: {
    readonly world?: Partial<ToolWorld>;
    /** Of the sled alone. */
    readonly sled?: SledChange[number];
    /** In place of the stand-in. */
    readonly command?: string;
  };
  readonly argv?: readonly string[];
  readonly job?: Job;
  /** When a fault that nothing but a limit ends comes to its end. */
  readonly limitMs?: number;
  /** Acts while the program runs. */
  readonly during?: (running: Running) => Promise<void>;
}

/** What must come of the sleds that the fault hits. */
export interface Expected {
  readonly outcome: 'answered' | 'failed';
  /** Of a failure. */
  readonly stage: Stage | null;
  /** Of a failure, or of the issue of an answer that is not whole. */
  readonly code: ErrorCode | Issue['code'] | null;
  readonly exit: number;
  /** There are rows of the sled, and none of them says a health, nor is a finding. */
  readonly isBlind: boolean;
  /** A part of a warning that an answer must have. */
  readonly warning: string | null;
  /** It fails when its time is over, and not before; anything else ends by itself, long before any limit. */
  readonly endsAtLimit: boolean;
}

export const CHAPTERS = [
  'The network',
  'The way to the sled',
  'Host keys',
  'Logging in',
  'The gateway',
  'Commands that lead to a sled',
  'Running a command',
  'The home of the login',
  'dtrace',
  'Tools of a rack',
  'The run as a whole',
] as const;

/** One thing that can go wrong, as a row of `docs/faults.md`. */
export interface ToldFault {
  readonly id: string;
  readonly chapter: (typeof CHAPTERS)[number];
  /** What is wrong, as the document says it. */
  readonly what: string;
  /** What whoever reads that should do. */
  readonly remedy: string;
  /** The ways in by which it can be met; absent: all that log in to the sled. */
  readonly ways?: readonly WayName[];
  /** The sleds that it hits: those of the gateway, or the one that it is of, where absent. */
  readonly hits?: 'rack' | 'all';
  readonly expect: Expected;
  /** Where it comes out otherwise by another way in. */
  readonly by?: Partial<Readonly<Record<WayName, Expected>>>;
}

/** One that is made on the field: its test in every way in too. */
export interface Fault extends ToldFault {
  readonly arrange: (field: Field, way: WayName) => Arrangement | Promise<Arrangement>;
}

const NOTHING_ELSE = { isBlind: false, warning: null, endsAtLimit: false } as const;

export const failed = (stage: Stage, code: ErrorCode, change: Partial<Expected> = {}): Expected => ({
  outcome: 'failed',
  stage,
  code,
  exit: 3,
  ...NOTHING_ELSE,
  ...change,
});

/** A failure that nothing but the end of a limit brings. */
export const timedOut = (stage: Stage, code: ErrorCode = 'timeout'): Expected =>
  failed(stage, code, { endsAtLimit: true });

export const answered = (change: Partial<Expected> = {}): Expected => ({
  outcome: 'answered',
  stage: null,
  code: null,
  exit: 0,
  ...NOTHING_ELSE,
  ...change,
});

/** The same by the system's ssh, straight and through a gateway. */
export const bySsh = (expected: Expected) => ({ openssh: expected, 'openssh-gateway': expected });

/** An answer of which something is missing. */
export const partial = (code: Issue['code'], change: Partial<Expected> = {}): Expected =>
  answered({ code, exit: 3, ...change });
