import { roleOf } from '../../model/health.ts';
import { doubtIn, statesIn, stateText, type ConditionKind } from '../condition.ts';

/** No downstairs is under repair, or waits for one. */
export const noRepairs: ConditionKind = {
  takes: 'no-repairs',
  help: 'no downstairs is under repair or reconciliation, or ready for one',
  read: (text) =>
    text === 'no-repairs'
      ? {
          text,
          missing: (seen) =>
            seen
              // Where the states are not known, a repair may run.
              .filter(
                ({ row }) =>
                  doubtIn(row) !== null ||
                  statesIn(row)?.some((state) => roleOf(state) === 'repairing') === true,
              )
              .map(stateText),
        }
      : null,
};
