import { mergeReport } from '../fleet/merge.ts';
import { inColumns } from '../kinds/in-columns.ts';
import type { FleetReport, SledOutcome } from '../model/report.ts';
import { dsState } from '../probes/ds-state.ts';
import type { Now } from '../watch/event.ts';
import { outcomesNow } from '../watch/outcomes.ts';
import type { Watched } from '../watch/watched.ts';

const NAMES = dsState.columns.map(({ name }) => name);

/** What is known now as a report of `ds-state`, from when the watch began until now. */
export function liveReport(watched: Watched, now: Now, selection: string): FleetReport {
  return mergeReport(outcomesNow(watched, now).map(withColumns), {
    probe: { name: dsState.name, check: dsState.check, shape: 'rows' },
    probeColumns: dsState.columns,
    selection,
    startedAt: new Date(now.wall - Math.max(0, now.ms - watched.begunMs)),
    finishedAt: new Date(now.wall),
    interrupted: false,
    filter: null,
    sortBy: [],
  });
}

/** Its rows with the cells of the report alone. */
function withColumns(outcome: SledOutcome): SledOutcome {
  if (outcome.status === 'failed') return outcome;
  return { ...outcome, rows: outcome.rows.map((row) => inColumns(NAMES, row)) };
}
