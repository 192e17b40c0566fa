import { groupDistributions } from '../../distribution/distribution-group.ts';
import { distributionTable } from '../../distribution-views/distribution-summary.ts';
import { fleetRow } from '../../fleet/merge.ts';
import type { Distribution } from '../../model/histogram.ts';
import type { EndedInterval, IntervalStream } from '../../model/probe.ts';
import type { Sled } from '../../model/sled.ts';
import type { Terminal } from '../../term/terminal.ts';

/** How long the other sleds have to say the same interval, after the first. */
const TOGETHER_MS = 1_000;

interface Shown {
  readonly push: (sled: Sled, text: string) => void;
  /** The same of an interval that somebody else read. */
  readonly take: (sled: Sled, interval: EndedInterval) => void;
  /** Shows what has not been shown. */
  readonly close: () => void;
}

/**
 * Percentiles of each interval when it has ended, a line a group under its time; the whole answer follows at the end.
 * A sled that is late is in that one.
 */
export function openIntervals(
  openStream: () => IntervalStream,
  by: readonly string[],
  { out }: Pick<Terminal, 'out'>,
): Shown {
  const streams = new Map<string, IntervalStream>();
  const waiting = new Map<string, { readonly all: Distribution[]; readonly timer: NodeJS.Timeout }>();
  const done = new Set<string>();
  let headings = '';
  const show = (time: string): void => {
    const interval = waiting.get(time);
    if (interval === undefined) return;
    clearTimeout(interval.timer);
    waiting.delete(time);
    done.add(time);
    const grouping = groupDistributions(interval.all, by);
    const context = { width: out.width(), color: out.color, unit: 'ns', percentile: 'range' } as const;
    const drawing = { ...context, headers: true, unicode: out.unicode, human: false };
    const { table } = distributionTable(grouping, drawing);
    const [own = 'no samples', ...lines] = table;
    // Another interval may need other columns: they stand below their own headings.
    const names = own.replaceAll(/ +/g, ' ');
    const shown = names === headings ? lines : table;
    headings = names;
    out.write([time, ...shown, ''].join('\n'));
  };
  const take = (sled: Sled, { time, distributions }: EndedInterval): void => {
    if (done.has(time)) return;
    const timer = waiting.get(time)?.timer ?? setTimeout(() => show(time), TOGETHER_MS);
    const own = distributions.map((each) => ({ ...each, keys: fleetRow(sled, each.keys) }));
    waiting.set(time, { all: [...(waiting.get(time)?.all ?? []), ...own], timer });
  };
  return {
    push(sled, text) {
      const stream = streams.get(sled.id) ?? openStream();
      streams.set(sled.id, stream);
      for (const interval of stream.push(text)) take(sled, interval);
    },
    take,
    close() {
      for (const time of [...waiting.keys()].toSorted()) show(time);
      if (done.size > 0) out.write('\n');
    },
  };
}
