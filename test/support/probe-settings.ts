import type { ProbeSettings } from '../../src/model/probe.ts';

/** What a probe is run with when a test does not care. */
export const SETTINGS: ProbeSettings = {
  seconds: 3,
  interval: 0,
  pid: null,
  volume: null,
  totals: false,
  rates: false,
};
