import type { ProbeSpec } from '../model/probe.ts';
import { dsState } from './ds-state.ts';
import { lrState } from './lr-state.ts';

/** Every probe. A new one is a file beside this one, its script, and a line here. */
export const PROBES = [dsState, lrState] as const satisfies readonly ProbeSpec[];
