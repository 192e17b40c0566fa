import type { CountTable } from '../kinds/count-table-spec.ts';
import type { LatencySpec } from '../kinds/latency-spec.ts';
import type { ReportTable } from '../kinds/report-table-spec.ts';
import type { ProbeSpec } from '../model/probe.ts';
import { PROBES } from '../probes/index.ts';
import { countScript } from './count-script.ts';
import { latencyScript } from './latency-script.ts';
import { rawScript } from './raw-script.ts';
import { reportTableScript } from './report-table-script.ts';
import { slogScript } from './slog-script.ts';
import { statusScript } from './status-script.ts';

/** What a script is made of, by kind of probe. */
export type ScriptSource = ReportTable | CountTable | LatencySpec;

/** Every script that is made, by the name of its file. */
export function madeScripts(): ReadonlyMap<string, string> {
  const raw: [string, string] = ['upstairs_raw.d', rawScript('src/d-text/raw-script.ts')];
  const status: [string, string] = ['upstairs-status.d', statusScript('src/d-text/status-fields.ts')];
  const slog: [string, string] = ['slog.d', slogScript('src/d-text/slog-script.ts')];
  const made = PROBES.filter(isMade).map((probe): [string, string] => [
    `${probe.name}.d`,
    scriptOf(probe.source, fileOf(probe.aliasOf ?? probe.name)),
  ]);
  return new Map([raw, status, slog, ...made]);
}

/** A probe that has a script made for it; `aliasOf` is its first name where this is another one. */
export type MadeProbe = ProbeSpec & { readonly source: ScriptSource; readonly aliasOf?: string };

export function isMade(probe: ProbeSpec): probe is MadeProbe {
  return 'source' in probe;
}

function scriptOf(spec: ScriptSource, source: string): string {
  switch (spec.kind) {
    case 'report-table':
      return reportTableScript(spec, source);
    case 'count-table':
      return countScript(spec, source);
    case 'latency':
    case 'latency-in-parts':
      return latencyScript(spec, source);
  }
}

/** The file of a probe: `src/probes/up-state.ts` of `up_state`. */
function fileOf(name: string): string {
  return `src/probes/${name.replaceAll('_', '-')}.ts`;
}
