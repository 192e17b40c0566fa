/** One line of a sample. */
export interface ReadSample {
  /** With the suffix of a histogram's. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As it is written: numbers past 2^53 stay exact. */
  readonly text: string;
  readonly value: number;
}

export interface ReadMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/gy;

/**
 * The metrics of a text in the format 0.0.4, by name. Throws at whatever is not as node_exporter wants it: a line of
 * no kind, a timestamp, a metric in two places, a series that comes twice, which promtool does not see.
 */
export function readExposition(text: string): ReadonlyMap<string, ReadMetric> {
  const metrics = new Map<string, ReadMetric & { samples: ReadSample[] }>();
  const series = new Set<string>();
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end');
  const lines = text.split('\n').slice(0, -1);
  for (let at = 0; at < lines.length;) {
    const [, name, help] = /^# HELP ([a-zA-Z_:][\w:]*) (.+)$/.exec(lines[at]!) ?? [];
    const [, typed, type] =
      /^# TYPE (\S+) (gauge|counter|histogram|untyped)$/.exec(lines[at + 1] ?? '') ?? [];
    if (name === undefined || name !== typed) throw new Error(`no HELP and TYPE of one metric: ${lines[at]}`);
    if (metrics.has(name)) throw new Error(`${name} comes twice`);
    const samples: ReadSample[] = [];
    for (at += 2; at < lines.length && !lines[at]!.startsWith('#'); at++) {
      const sample = readSample(lines[at]!);
      const suffix = sample.name.slice(name.length);
      const allowed = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      if (!sample.name.startsWith(name) || !allowed.includes(suffix))
        throw new Error(`not of ${name}: ${lines[at]}`);
      const id =
        sample.name + JSON.stringify(Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1)));
      if (series.has(id)) throw new Error(`a series comes twice: ${lines[at]}`);
      series.add(id);
      samples.push(sample);
    }
    if (samples.length === 0) throw new Error(`${name} has no samples`);
    metrics.set(name, { name, help: help!, type: type!, samples });
  }
  return metrics;
}

function readSample(line: string): ReadSample {
  const [, name, inner = '', text] = SAMPLE.exec(line) ?? [];
  if (name === undefined || text === undefined) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  let read = 0;
  for (const [pair, label, value] of inner.matchAll(LABEL)) {
    if (Object.hasOwn(labels, label!)) throw new Error(`a label comes twice: ${line}`);
    labels[label!] = value!.replaceAll(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
    read += pair.length;
  }
  if (read !== inner.length) throw new Error(`no labels: ${line}`);
  return { name, labels, text, value: Number(text.replace('Inf', 'Infinity')) };
}

/** The samples of a name, with its suffix if it has one, whose labels include all these. */
export function samplesOf(
  metrics: ReadonlyMap<string, ReadMetric>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly ReadSample[] {
  return [...metrics.values()]
    .flatMap((metric) => metric.samples)
    .filter(
      (sample) =>
        sample.name === name &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    );
}
