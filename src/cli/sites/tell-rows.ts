import { createRowFeed, type ArrivedRow } from '../../fleet/row-feed.ts';
import { describeError } from '../../model/error.ts';
import type { ProbeSpec } from '../../model/probe.ts';
import { printable } from '../../model/printable.ts';
import type { SledOutcome } from '../../model/report.ts';
import type { Question } from '../../relay/question.ts';
import type { RunOfSite } from '../../relay/serve-site.ts';
import type { FleetRunSettings } from '../ask/fleet-run.ts';
import type { Surroundings } from '../surroundings.ts';

/** Tells who asks the rows of a probe as its sleds print them; null where it has none before its end. */
export function tellRows(
  probe: ProbeSpec,
  { settings }: Question,
  tell: NonNullable<RunOfSite['tell']>,
  { elapsed, now }: Pick<Surroundings, 'elapsed' | 'now'>,
) {
  const { stream } = probe;
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
