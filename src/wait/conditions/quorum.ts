import { FleetError } from '../../model/error.ts';
import { sessionHealth } from '../../model/health.ts';
import { doubtIn, NOTHING_SEEN, statesIn, stateText, type ConditionKind } from '../condition.ts';

/** Each upstairs that is in use keeps so many active downstairs. */
export const quorum: ConditionKind = {
  takes: 'quorum=<n>',
  help: 'each upstairs that is in use has at least so many active downstairs (1 to 3), as --quorum',
  read(text) {
    const least = /^quorum=(?<least>.*)$/.exec(text)?.groups?.['least'];
    if (least === undefined) return null;
    if (!/^[1-3]$/.test(least)) throw new FleetError('usage', `--for ${text}: give a number from 1 to 3`);
    return {
      text,
      missing: (seen) =>
        seen.length === 0
          ? [NOTHING_SEEN]
          : seen
              .filter(({ row }) => {
                const states = statesIn(row);
                if (states === null || doubtIn(row) !== null) return true;
                if (sessionHealth(states) === 'inactive') return false;
                return states.filter((state) => state === 'active').length < Number(least);
              })
              .map(stateText),
    };
  },
};
