import type { KnownMetric } from '../../../src/dashboard/known-metrics.ts';

/** What a query of PromQL names that nothing writes: metrics, labels of them, and words of our labels. */
export function queryProblems(expr: string, metrics: ReadonlyMap<string, KnownMetric>): readonly string[] {
  const problems: string[] = [];
  const grouped = [...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, names = '']) =>
    names.split(/,\s*/),
  );
  const selectors = [...expr.matchAll(/\b(cruc_fleet_\w+)(?:\{([^}]*)\})?/g)];
  if (selectors.length === 0) problems.push(`no metric in ${expr}`);
  for (const [, name = '', matchers = ''] of selectors) {
    const metric = metrics.get(name);
    if (metric === undefined) {
      problems.push(`no metric ${name}`);
      continue;
    }
    for (const [, label = '', operator = '', value = ''] of matchers.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g)) {
      const words = metric.labels.get(label);
      if (words === undefined) problems.push(`${name} has no label ${label}`);
      else if (words.size > 0 && !value.startsWith('$')) {
        const named = operator === '=~' ? value.split('|') : [value];
        for (const word of named) if (!words.has(word)) problems.push(`${name}: no ${label} is ${word}`);
      }
    }
    for (const label of grouped) {
      if (!metric.labels.has(label)) problems.push(`${name} has no label ${label}`);
    }
  }
  return problems;
}
