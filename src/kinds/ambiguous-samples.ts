import { totalCount, type Distribution } from '../model/histogram.ts';
import type { Issue } from '../model/issue.ts';

/** What has numbers of its own, each beginning at the same one, so that two of them can have one number under way. */
const NUMBERED = {
  upstairs: 'disks of one process with the same job numbers',
  downstairs: 'several upstairs of one region with the same job numbers',
  /** Of text that was pasted, nothing says which. */
  unknown: 'several IOs of one process with the same number',
} as const;

/** That samples are missing, since two of the same number were under way at once. */
export function ambiguousIssues(
  ambiguous: bigint,
  distributions: readonly Distribution[],
  provider: keyof typeof NUMBERED,
): readonly Issue[] {
  if (ambiguous === 0n) return [];
  // An IO that is timed in parts is a sample of each of them.
  const whole = distributions.filter(({ keys }) => (keys['part'] ?? 1) === 1);
  const all = whole.reduce((sum, { histogram }) => sum + totalCount(histogram), ambiguous);
  const message = `${ambiguous} of ${all} samples could not be told apart and are left out (${NUMBERED[provider]})`;
  return [{ code: 'ambiguous', message }];
}
