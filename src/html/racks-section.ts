import type { FleetReport, SledOutcome } from '../model/report.ts';
import { signLegend } from './legend.ts';
import { markup, type Markup } from './markup.ts';
import { rackDrawings } from './rack-drawing.ts';
import { reportRacks } from './report-racks.ts';

/** The racks of a report as they stand, and what their signs mean; nothing where no sled was asked. */
export function racksSection(
  report: FleetReport,
  hrefOf: (outcome: SledOutcome) => string | null,
): readonly Markup[] {
  if (report.outcomes.length === 0) return [];
  const racks = reportRacks(report, hrefOf);
  const sleds = racks.flatMap((rack) => rack.sleds);
  const signs = new Set(sleds.flatMap(({ sign, lights }) => [sign, ...lights.map((light) => light.sign)]));
  const kind = racks.length === 1 ? 'of-racks one' : 'of-racks';
  return [markup`<section class="${kind}">${rackDrawings(racks)}${signLegend(signs)}</section>`];
}
