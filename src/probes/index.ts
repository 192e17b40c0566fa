import type { ReportTableProbe } from '../kinds/report-table.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { allDownstairs } from './all-downstairs.ts';
import { downstairsCount } from './downstairs-count.ts';
import { dsState } from './ds-state.ts';
import { lrState } from './lr-state.ts';
import { perfDownstairs } from './perf-downstairs.ts';
import { perfDownstairsOs } from './perf-downstairs-os.ts';
import { perfDownstairsThree } from './perf-downstairs-three.ts';
import { perfDsClient } from './perf-ds-client.ts';
import { perfDsNet } from './perf-ds-net.ts';
import { perfLiveRepair } from './perf-live-repair.ts';
import { perfReqwest } from './perf-reqwest.ts';
import { perfUpstairsRw } from './perf-upstairs-rw.ts';
import { perfVol } from './perf-vol.ts';
import { perfgw } from './perfgw.ts';
import { singleUpInfo } from './single-up-info.ts';
import { traceVol } from './trace-vol.ts';
import { tracegw } from './tracegw.ts';
import { upState } from './up-state.ts';
import { upstairsAction } from './upstairs-action.ts';
import { upstairsCount } from './upstairs-count.ts';
import { upstairsInfo } from './upstairs-info.ts';
import { upstairsIo } from './upstairs-io.ts';
import { upstairsRaw } from './upstairs-raw.ts';
import { upstairsRepair } from './upstairs-repair.ts';

/** The probes that are commands of their own. */
export const STATE_PROBES = [dsState, lrState] as const satisfies readonly ProbeSpec[];

/** Other names of probes, each with a script of that name by hand. The report says the name that was typed. */
const OTHER_NAMES = { sled_upstairs_info: upstairsInfo } as const;

/** A probe under another name. */
export type Alias = ReportTableProbe & { readonly aliasOf: string };

/** The probes under their other names. */
export const ALIASES: readonly Alias[] = Object.entries(OTHER_NAMES).map(([name, probe]) => ({
  ...probe,
  name,
  aliasOf: probe.name,
  byHand: `${name}.d`,
  source: { ...probe.source, name },
}));

/** Every probe of `run`. A new one is a file beside this one, and a line here; `npm run scripts` makes its script. */
export const PROBES = [
  ...STATE_PROBES,
  upstairsInfo,
  ...ALIASES,
  singleUpInfo,
  upstairsCount,
  upstairsRepair,
  upState,
  upstairsAction,
  upstairsIo,
  allDownstairs,
  downstairsCount,
  tracegw,
  traceVol,
  perfgw,
  perfUpstairsRw,
  perfDsClient,
  perfDsNet,
  perfReqwest,
  perfVol,
  perfLiveRepair,
  perfDownstairs,
  perfDownstairsOs,
  perfDownstairsThree,
  upstairsRaw,
] as const satisfies readonly ProbeSpec[];
