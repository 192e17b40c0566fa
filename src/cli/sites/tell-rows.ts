import { createRowFeed, type ArrivedRow } from '../../fleet/row-feed.ts';
import { describeError } from '../../model/error.ts';
import type { IntervalStream, ProbeSpec } from '../../model/probe.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Question } from '../../relay/question.ts';
import type { RunOfSite } from '../../relay/serve-settings.ts';
import type { FleetRunSettings } from '../ask/fleet-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** What is told of a run before its end. */
interface ToldRows {
  readonly settings: Pick<FleetRunSettings, 'onText'>;
  readonly visited: (outcome: SledOutcome) => void;
  readonly end: () => void;
}

/** Distributions in one item. */
const AT_ONCE = 100;

type Tell = NonNullable<RunOfSite['tell']>;

/** Tells who asks the rows of a probe, or its intervals, as its sleds print them; null where it has none before its end. */
export function tellRows(
  probe: ProbeSpec,
  { settings }: Question,
  tell: Tell,
  { elapsed, now }: Pick<Surroundings, 'elapsed' | 'now'>,
): ToldRows | null {
  const { stream, intervals } = probe;
  if (intervals !== undefined && settings.interval > 0) {
    return tellIntervals(() => intervals.call(probe, settings), tell, elapsed);
  }
  if (stream === undefined || settings.interval === 0 || settings.totals) return null;
  const feed = createRowFeed(() => stream.call(probe, settings), []);
  const begun = new Set<string>();
  const write = (rows: readonly ArrivedRow[]): void => {
    for (const { sled, row } of rows) {
      tell({ kind: 'row', sled: sled.id, program: 1, row: { ...row } }, elapsed(), null);
    }
  };
  const onText: FleetRunSettings['onText'] = (sled, text) => {
    if (!begun.has(sled.id)) {
      begun.add(sled.id);
      tell({ kind: 'begun', sled: sled.id, program: 1, running: [] }, elapsed(), null);
    }
    write(feed.push(sled, text, now()));
  };
  return {
    settings: { onText },
    visited(outcome: SledOutcome) {
      if (outcome.status === 'answered') return;
      const { sled, stage, error } = outcome;
      const why = printable(describeError(error));
      tell({ kind: 'lost', sled: sled.id, why, again_ms: null, stage, code: error.code }, elapsed(), null);
    },
    end: () => write(feed.end(now())),
  };
}

function tellIntervals(open: () => IntervalStream, tell: Tell, elapsed: () => number): ToldRows {
  const streams = new Map<string, IntervalStream>();
  return {
    settings: {
      onText(sled, text) {
        const stream = streams.get(sled.id) ?? open();
        streams.set(sled.id, stream);
        for (const { time, distributions } of stream.push(text)) {
          const told = distributions.map(({ keys, histogram: { shape, buckets } }) => ({
            keys: { ...keys },
            shape,
            buckets: buckets.map(({ low, high, count }): [string | null, string | null, string] => [
              low === null ? null : String(low),
              high === null ? null : String(high),
              String(count),
            ]),
          }));
          // Of hundreds of volumes they would be too much for one message.
          for (let from = 0; from < told.length; from += AT_ONCE) {
            const some = told.slice(from, from + AT_ONCE);
            tell({ kind: 'interval', sled: sled.id, time, distributions: some }, elapsed(), null);
          }
        }
      },
    },
    visited() {},
    end() {},
  };
}
