import type { CheckConfig } from '../config/check-config.ts';
import { keepRun, type KeepEdges } from '../history/keep-run.ts';
import { pictureOf } from '../history/picture.ts';
import type { BootClock } from '../model/boot-clock.ts';
import type { FleetReport } from '../model/report.ts';
import { historyPlaceOf } from './history-place.ts';

/** Adds what a check saw to the history, where one is kept. What is wrong with it is said, and never harms the verdict. */
export async function keepHistory(
  config: CheckConfig,
  report: FleetReport,
  machine: { readonly host: string; readonly clock: BootClock | null },
  edges: KeepEdges,
): Promise<readonly string[]> {
  const place = historyPlaceOf(config);
  if (place === null) return [];
  const { windowMs } = config;
  const facts = { ...machine, command: 'check', windowMs, selection: report.selection };
  return await keepRun(place, pictureOf(report), facts, edges);
}
