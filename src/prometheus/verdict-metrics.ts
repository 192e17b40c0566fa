import type { FleetReport } from '../model/report.ts';
import type { Verdicts } from '../model/verdict.ts';
import type { Labels, Metric } from './exposition.ts';
import { metricPrefix } from './metric-names.ts';

/** What of a judged thing becomes a label. */
const LABELS = ['rack', 'sled', 'disk', 'pool'] as const;

/** The verdict on each thing that was judged, as a state set, and what it counts; none where nothing was judged. */
export function verdictMetrics({ probe, verdicts }: FleetReport): readonly Metric[] {
  if (verdicts === undefined) return [];
  const prefix = metricPrefix(probe);
  const of = ({ about }: Verdicts['each'][number]): Labels => ({
    probe,
    ...Object.fromEntries(
      LABELS.flatMap((name) => {
        const value = about[name];
        return typeof value === 'string' ? [[name, value] as const] : [];
      }),
    ),
  });
  return [
    {
      name: `${prefix}_verdict`,
      type: 'gauge',
      help: 'Whether this is the verdict on it: 1 for one of them, 0 for the others.',
      samples: verdicts.each.flatMap((judged) =>
        verdicts.words.map((word) => ({
          labels: { ...of(judged), verdict: word },
          value: judged.verdict === word ? 1 : 0,
        })),
      ),
    },
    {
      name: `${prefix}_counted`,
      type: 'gauge',
      help: 'What the verdict counts, as in the JSON report: copies there, upstairs that keep one or none, and so on.',
      samples: verdicts.each.flatMap((judged) =>
        Object.entries(judged.counts).map(([what, value]) => ({ labels: { ...of(judged), what }, value })),
      ),
    },
  ];
}
