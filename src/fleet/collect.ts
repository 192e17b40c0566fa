import pMap from 'p-map';
import { ENDED_EARLY, FleetError } from '../model/error.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Target } from '../model/target.ts';
import type { Transport } from '../model/transport.ts';
import { visitRenewed, type Renewal } from './renewed-visit.ts';
import { visitSignals, visitSled, type Visit, type VisitSettings } from './visit.ts';

export interface CollectSettings extends VisitSettings {
  /**
   * Sleds that are visited at the same time. A running probe only waits, so that this may be large: handshakes,
   * which cost CPU, are limited by the transport.
   */
  readonly concurrency: number;
  readonly onVisited?: (visit: Visit) => void;
  /** It goes on for longer than one program of the job. */
  readonly renewal?: Renewal;
}

/**
 * Visits every sled and gives one outcome for each, in the order of the targets. A failed one never stops or delays
 * the others. When the signal fires, those that have not answered fail as interrupted or not tried.
 */
export async function collect(
  transport: Transport,
  targets: readonly Target[],
  settings: CollectSettings,
  signal: AbortSignal,
): Promise<readonly SledOutcome[]> {
  const signals = visitSignals(signal, settings);
  return await pMap(
    targets,
    async (target) => {
      const { renewal } = settings;
      const visit =
        renewal === undefined
          ? await visitSled(transport, target, settings, signals)
          : await visitRenewed(transport, target, { ...settings, renewal }, signal);
      settings.onVisited?.(visit);
      return withoutUnread(visit.outcome);
    },
    { concurrency: settings.concurrency },
  );
}

/** What a sled sent and nobody will read goes with its visit: floods of many sleds would fill the memory. */
function withoutUnread(outcome: SledOutcome): SledOutcome {
  if (outcome.status === 'answered' || ENDED_EARLY.includes(outcome.error.code)) return outcome;
  const { code, message, cause, partial } = outcome.error;
  return partial === null ? outcome : { ...outcome, error: new FleetError(code, message, { cause }) };
}
