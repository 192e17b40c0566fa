import type { ProbeSpec } from '../model/probe.ts';
import { parseAmbiguous } from '../parse/ambiguous.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseHistograms } from '../parse/histograms.ts';
import { takeOutRunning } from '../parse/running.ts';
import { ambiguousIssues } from './ambiguous-samples.ts';
import { columnNamed } from './column-help.ts';
import { furtherKeys, type LatencySpec } from './latency-spec.ts';
import { countRunning, silenceNotes } from './running-processes.ts';
import { scriptArguments } from './script-arguments.ts';

/** A probe of latencies, with what its script is made of. */
export type LatencyProbe = ProbeSpec & { readonly source: LatencySpec };

/** Makes a probe of it: one distribution for each zone, PID, type and further key. */
export function latencyProbe(source: LatencySpec): LatencyProbe {
  const further = furtherKeys(source);
  const keys = ['zone', 'pid', 'type', ...further];
  const volume = further.includes('volume');
  return {
    source,
    name: source.name,
    summary: source.summary,
    shape: 'distributions',
    script: `${source.name}.d`,
    needs: ['run-d.sh'],
    takes: { pid: volume ? 'no' : 'optional', volume },
    seconds: 30,
    interval: 0,
    firesFor: 'ios',
    cost: source.cost,
    arguments: (settings) => scriptArguments(volume ? 'volume' : 'pid', settings, 'plain'),
    columns: keys.map((name) => columnNamed(name)),
    groups: source.groups ?? [],
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const { rest, running } = takeOutRunning(result.stdout);
      const { histograms, ambiguous } = parseAmbiguous(rest);
      const { distributions, issues } = parseHistograms(histograms);
      const isSilent = distributions.length === 0 && ambiguous === 0n;
      return {
        status: 'answer',
        rows: [],
        distributions,
        issues: [
          ...readMessages(result.stderr),
          ...ambiguousIssues(ambiguous, distributions, source.provider),
          ...issues,
        ],
        notes: isSilent ? silenceNotes(running, source.provider, settings) : [],
        running: countRunning(running, source.provider),
      };
    },
    key: keys,
    check: () => [],
  };
}
