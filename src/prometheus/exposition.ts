import { printable } from '../model/printable.ts';

/** By label name; a name is valid in Prometheus, a value is any text. */
export type Labels = Readonly<Record<string, string>>;

/** One number of a metric. */
export interface Sample {
  /** What follows the metric's name; histograms only. */
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number | bigint;
}

/** A metric with all its samples; no two have the same suffix and labels. */
export interface Metric {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'untyped';
  /** One sentence, the same wherever the metric is written: node_exporter refuses two texts for one name. */
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * The text exposition format 0.0.4 of Prometheus, a line each: HELP and TYPE of each metric once, before its samples.
 * Metrics of one name are written as one; those without samples are left out. There are no timestamps, with which
 * node_exporter's textfile collector refuses a file.
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function* expositionLines(metrics: readonly Metric[]): Iterable<string> {
  const byName = new Map<string, Metric>();
  for (const metric of metrics) {
    const before = byName.get(metric.name);
    const samples = [...(before?.samples ?? []), ...metric.samples];
    byName.set(metric.name, { ...(before ?? metric), samples });
  }
  for (const { name, type, help, samples } of byName.values()) {
    if (samples.length === 0) continue;
    yield `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
    yield `# TYPE ${name} ${type}\n`;
    for (const { suffix = '', labels, value } of samples) {
      yield `${name}${suffix}${labelsText(labels)} ${valueText(value)}\n`;
    }
  }
}

/** The text of a label's value before it is escaped: nothing that a terminal obeys, and nothing that UTF-8 lacks. */
export function labelText(text: string): string {
  return printable(text).replaceAll(/\p{Cs}/gu, '?');
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(labelText(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function valueText(value: number | bigint): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
