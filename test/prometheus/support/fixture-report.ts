import { existsSync, readFileSync } from 'node:fs';
import type { ProbeSpec } from '../../../src/model/probe.ts';
import type { FleetReport } from '../../../src/model/report.ts';
import { prometheus } from '../../../src/outputs/prometheus.ts';
import { SETTINGS } from '../../support/probe-settings.ts';
import { answered, failed, report } from '../../support/reports.ts';
import { result } from '../../support/scripted-transport.ts';

const VIEW = { view: 'pictures', percentile: 'range', compare: false, unicode: true } as const;

/** Off any terminal, with nothing chosen. */
export const PIPE = { width: null, color: false, headers: true, columns: null };

/** A report as -o prometheus writes it, with these labels and grouped so. */
export const prometheusOf = (
  what: FleetReport,
  labels: readonly string[] = [],
  by: readonly string[] = [],
): string =>
  [...prometheus.render(what, { ...PIPE, columns: labels, distributions: { ...VIEW, by } })].join('');

/** A report of what a probe's script printed on one sled; another one is down. */
export function fixtureReport(probe: ProbeSpec): FleetReport {
  const file = ['one-sled.txt', 'ours.txt']
    .map((name) => new URL(`../../fixtures/${probe.name}/${name}`, import.meta.url))
    .find((path) => existsSync(path));
  const reading = probe.read(result(readFileSync(file!, 'utf8')), { ...SETTINGS, totals: true });
  if (reading.status !== 'answer') throw new Error(reading.error.message);
  const { rows, distributions = [] } = reading;
  return report([answered(14, rows, { distributions }), failed(17)], { probe, probeColumns: probe.columns });
}
