import { FleetError } from '../../model/error.ts';
import type { Condition, ConditionKind } from '../condition.ts';
import { healthy } from './healthy.ts';
import { impact } from './impact.ts';
import { noRepairs } from './no-repairs.ts';
import { quorum } from './quorum.ts';
import { upstairs } from './upstairs.ts';

/** Every kind of condition, in the order of help. */
export const CONDITIONS: readonly ConditionKind[] = [healthy, noRepairs, upstairs, quorum, impact];

/** Reads what `--for` gives. Throws a FleetError `usage`. */
export function readCondition(text: string): Condition {
  for (const kind of CONDITIONS) {
    const condition = kind.read(text.trim());
    if (condition !== null) return condition;
  }
  const forms = CONDITIONS.map(({ takes }) => takes).join(', ');
  throw new FleetError('usage', `--for: there is no condition '${text}'; the conditions are ${forms}`);
}
