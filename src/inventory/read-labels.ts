import { labelKey, labelValue } from './inventory-schema.ts';
import { read, readPairs, report, shown, type Reader, type Value } from '../yaml/yaml-reader.ts';

/** The labels of a mapping, over those of what is around it. */
export function readLabels(
  reader: Reader,
  value: Value | undefined,
  outer: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const pairs = value === undefined ? null : readPairs(reader, value, 'labels such as { role: scrimlet }');
  if (pairs === null) return outer;
  const labels = new Map(Object.entries(outer));
  for (const [key, pair] of pairs) {
    const known = labelKey.fit(key);
    const label = read(reader, pair.value, labelValue);
    if (!known.fits) {
      const [misfit] = known.misfits;
      report(reader, pair.place, `found the label ${shown(key)}, allowed is ${misfit?.allowed ?? ''}`);
    } else if (label !== undefined) {
      labels.set(key, label.value);
    }
  }
  return Object.fromEntries(labels);
}
