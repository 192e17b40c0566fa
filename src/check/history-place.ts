import type { CheckConfig } from '../config/check-config.ts';
import type { HistoryPlace } from '../history/keep-run.ts';

/** Where the history of a check is: where the configuration says, or beside its state; null where it is off. */
export function historyPlaceOf({
  historyPath,
  historyKeepMs: keepMs,
  stateFile,
  isStateFileDefault,
}: Pick<
  CheckConfig,
  'historyPath' | 'historyKeepMs' | 'stateFile' | 'isStateFileDefault'
>): HistoryPlace | null {
  if (historyPath === null) return null;
  if (historyPath !== true) return { path: historyPath, keepMs, isFolderOurs: false };
  return {
    path: `${stateFile.replace(/\.json$/, '')}.history.ndjson`,
    keepMs,
    isFolderOurs: isStateFileDefault,
  };
}
