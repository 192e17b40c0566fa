import { asHealth, needsAttention } from '../../model/health.ts';
import { doubtIn, NOTHING_SEEN, stateText, type ConditionKind } from '../condition.ts';

/** Every upstairs is `ok`, or in no use. */
export const healthy: ConditionKind = {
  takes: 'healthy',
  help: 'every upstairs is ok, or inactive (the default)',
  read: (text) =>
    text === 'healthy'
      ? {
          text,
          missing: (seen) =>
            seen.length === 0
              ? [NOTHING_SEEN]
              : seen
                  .filter(({ row }) => {
                    const health = asHealth(row['health']);
                    return doubtIn(row) !== null || health === null || needsAttention(health);
                  })
                  .map(stateText),
        }
      : null,
};
