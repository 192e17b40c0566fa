import { writeDuration } from '../model/duration.ts';

/** A number that a rule compares with. A duration is in milliseconds, a share is from 0 to 1. */
export interface Threshold {
  readonly kind: 'duration' | 'count' | 'share';
  readonly default: number;
  /** Both bounds are allowed. */
  readonly from: number;
  readonly to: number;
  /** One line for people. */
  readonly help: string;
}

type Declared = Pick<Threshold, 'default' | 'help'> & Partial<Pick<Threshold, 'from' | 'to'>>;

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** The longest time that can be set. */
export const LONGEST_MS = 366 * 24 * HOUR_MS;

/** A time above 0, of a year at most unless told otherwise. */
export function duration(declared: Declared): Threshold {
  return { kind: 'duration', from: 1, to: LONGEST_MS, ...declared };
}

/** A whole number from 1 to a million unless told otherwise. */
export function count(declared: Declared): Threshold {
  return { kind: 'count', from: 1, to: 1_000_000, ...declared };
}

/** A share from 0 to 1 unless told otherwise. */
export function share(declared: Declared): Threshold {
  return { kind: 'share', from: 0, to: 1, ...declared };
}

/** What a threshold may be. */
type Bounds = Pick<Threshold, 'kind' | 'from' | 'to'>;

/** Whether a number is within the bounds, and whole unless it is a share. */
export function fits({ kind, from, to }: Bounds, value: number): boolean {
  return value >= from && value <= to && (kind === 'share' || Number.isSafeInteger(value));
}

/** What `fits` allows, in words. */
export function boundsText({ kind, from, to }: Bounds): string {
  switch (kind) {
    case 'duration':
      return `a duration from ${writeDuration(from)} to ${writeDuration(to)}`;
    case 'count':
      return `a whole number from ${from} to ${to}`;
    case 'share':
      return `a share from ${from} to ${to}`;
  }
}
