import type { ProbeSpec } from '../model/probe.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseHistograms } from '../parse/histograms.ts';
import { columnNamed } from './column-help.ts';
import { scriptArguments } from './table-probe.ts';

/** What an author says of a probe whose D script prints histograms of nanoseconds. */
interface LatencyProbe {
  readonly name: string;
  readonly summary: string;
  /** Keys beside zone, PID and type. */
  readonly keys?: readonly ('client' | 'volume' | 'part')[];
  readonly cost: string;
}

/** Makes a probe of it: one distribution for each zone, PID, type and further key. */
export function latencyProbe(spec: LatencyProbe): ProbeSpec {
  const keys = ['zone', 'pid', 'type', ...(spec.keys ?? [])];
  const volume = spec.keys?.includes('volume') === true;
  return {
    name: spec.name,
    summary: spec.summary,
    shape: 'distributions',
    script: `${spec.name}.d`,
    needs: ['run-d.sh'],
    takes: { pid: volume ? 'no' : 'optional', volume },
    seconds: 30,
    interval: 0,
    cost: spec.cost,
    arguments: (settings) => scriptArguments(volume ? 'no' : 'optional', volume, settings),
    columns: keys.map((name) => columnNamed(name, name.toUpperCase())),
    read(result) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const { distributions, issues } = parseHistograms(result.stdout);
      return {
        status: 'answer',
        rows: [],
        distributions,
        issues: [...readMessages(result.stderr), ...issues],
      };
    },
    key: keys,
    check: () => [],
  };
}
