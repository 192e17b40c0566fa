import type { Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';
import type { IntervalStream, ProbeSpec } from '../model/probe.ts';
import { parseAmbiguous } from '../parse/ambiguous.ts';
import { readFailure, readMessages } from '../parse/dtrace-messages.ts';
import { parseHistograms } from '../parse/histograms.ts';
import { createLineFeed } from '../parse/line-feed.ts';
import { isRunningLine, takeOutRunning } from '../parse/running.ts';
import { intervalNames, parseTimedPrints } from '../parse/timed-prints.ts';
import { ambiguousIssues } from './ambiguous-samples.ts';
import { columnNamed } from './column-help.ts';
import { furtherKeys, type LatencySpec } from './latency-spec.ts';
import { countRunning, hiddenIssues, silenceNotes } from './running-processes.ts';
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
    arguments: (settings) =>
      scriptArguments(volume ? 'volume' : 'pid', settings, settings.interval > 0 ? 'fields' : 'plain'),
    columns: keys.map((name) => columnNamed(name)),
    groups: source.groups ?? [],
    read(result, settings) {
      if (result.exitStatus !== 0) return { status: 'failure', error: readFailure(this.script, result) };
      const { rest, running } = takeOutRunning(result.stdout);
      const { histograms, ambiguous } = parseAmbiguous(rest);
      const { distributions, issues } = timedHistograms(histograms, settings.interval);
      const isSilent = distributions.length === 0 && ambiguous === 0n;
      return {
        status: 'answer',
        rows: [],
        distributions,
        issues: [
          ...(isSilent ? hiddenIssues(running, source.provider) : []),
          ...readMessages(result.stderr),
          ...ambiguousIssues(ambiguous, distributions, source.provider),
          ...issues,
        ],
        notes: isSilent ? silenceNotes(running, source.provider, settings) : [],
        running: countRunning(running, source.provider),
      };
    },
    intervals: ({ interval }) => intervalStream(interval),
    key: keys,
    check: () => [],
  };
}

/** Histograms with the interval that they are of as a key, `time`, where there are intervals and the text names them. */
function timedHistograms(
  text: string,
  interval: number,
): { readonly distributions: readonly Distribution[]; readonly issues: readonly Issue[] } {
  const prints = parseTimedPrints(text);
  if (interval === 0) return parseHistograms(prints.map((print) => print.text).join(''));
  const nameOf = intervalNames(interval);
  const read = prints.map((print, number) => {
    const time = nameOf(number, print.beganMs);
    const { distributions, issues } = parseHistograms(print.text);
    return {
      distributions: time === null ? distributions : distributions.map((each) => atTime(each, time)),
      issues,
    };
  });
  return {
    distributions: read.flatMap(({ distributions }) => distributions),
    issues: read.flatMap(({ issues }) => issues),
  };
}

function atTime(distribution: Distribution, time: string): Distribution {
  return { ...distribution, keys: { ...distribution.keys, time } };
}

/** Each interval when the line came that closes it. */
function intervalStream(interval: number): IntervalStream {
  const feed = createLineFeed();
  const nameOf = intervalNames(interval);
  let open: string[] = [];
  let number = 0;
  return {
    push(text) {
      return feed.push(text).flatMap((line) => {
        if (!isRunningLine(line)) open.push(line);
        if (!line.startsWith('interval=')) return [];
        const [print] = parseTimedPrints(open.join('\n'));
        open = [];
        const time = print === undefined ? null : nameOf(number++, print.beganMs);
        if (print === undefined || time === null) return [];
        const { histograms } = parseAmbiguous(print.text);
        const { distributions } = parseHistograms(histograms);
        return [{ time, distributions: distributions.map((each) => atTime(each, time)) }];
      });
    },
  };
}
