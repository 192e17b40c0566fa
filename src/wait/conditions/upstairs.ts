import { FleetError } from '../../model/error.ts';
import { asHealth, HEALTHS } from '../../model/health.ts';
import { doubtIn, stateText, type ConditionKind } from '../condition.ts';

/** One upstairs is of a health, wherever it was seen. */
export const upstairs: ConditionKind = {
  takes: 'upstairs=<prefix>:<health>',
  help: `an upstairs whose id begins with this was seen, and has that health (${HEALTHS.toReversed().join(', ')})`,
  read(text) {
    const named = /^upstairs=(?<rest>.*)$/.exec(text)?.groups?.['rest'];
    if (named === undefined) return null;
    const { id = '', health: word } = /^(?<id>[0-9a-f-]{4,36}):(?<health>\w+)$/i.exec(named)?.groups ?? {};
    const wanted = asHealth(word);
    if (wanted === null) {
      throw new FleetError(
        'usage',
        `--for ${text}: give the beginning of an upstairs id (4 characters or more) and a health, as in upstairs=c0b92059:ok (${HEALTHS.join(', ')})`,
      );
    }
    return {
      text,
      missing(seen) {
        const its = seen.filter(({ row }) =>
          String(row['upstairs_id'] ?? '')
            .toLowerCase()
            .startsWith(id.toLowerCase()),
        );
        if (its.length === 0) return [`upstairs ${id} was not seen`];
        return its
          .filter(({ row }) => row['health'] !== wanted || (wanted !== 'no_report' && doubtIn(row) !== null))
          .map(stateText);
      },
    };
  },
};
