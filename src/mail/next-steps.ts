import { isCoverageCause, type CoverageCause } from '../alert/coverage-cause.ts';
import type { Sight } from '../alert/subject.ts';
import { ruleNamed, type RuleName } from '../alert/rules/index.ts';

/** One thing to do. */
export interface NextStep {
  readonly text: string;
  /** For a shell; null where none does it. */
  readonly command: string | null;
}

// https://github.com/oxidecomputer/crucible/issues/1556, fixed by pull request 1784 of October 2025.
const DOWN_FOR_GOOD =
  'Nothing recovers by itself from three faulted downstairs. Check that their sleds answer and that their crucible ' +
  'zones run. Then stop and start the instance: its new upstairs reconciles them. (Crucible since October 2025 does ' +
  'so by itself once all three are connected again.)';

const NEW_KEY =
  'A switch zone makes a new key when it boots, but an attacker in between would show another key too. Compare the ' +
  'fingerprint with one that you trust before you accept it. Until then, sleds that only this gateway reaches are not asked.';

/** Where the sleds themselves answered, and most of them failed alike. */
const OF_COVERAGE: Readonly<Record<CoverageCause, string>> = {
  'host keys of sleds':
    'The sleds answer, and show host keys that are not known. A sled makes a new key when it boots, as in an update, but ' +
    'an attacker in between would show another key too. Compare the fingerprints with some that you trust; cruc-fleet ' +
    'inventory trust shows them and asks.',
  'logins of sleds':
    'The sleds answer and refuse the login. Look at the user and the key that the inventory names.',
  'scripts on sleds':
    'The sleds are reached, and what is run there fails. The reasons are under missing and partial answers.',
};

/** What to do first of an incident, by its rule. */
export function nextStep(rule: RuleName, { states, causes = [] }: Pick<Sight, 'states' | 'causes'>): string {
  if (rule === 'coverage' && causes.length > 0) {
    const cause = causes.find(isCoverageCause);
    return cause === undefined || causes.some((each) => !isCoverageCause(each))
      ? NEW_KEY
      : OF_COVERAGE[cause];
  }
  if (rule === 'down' && states?.every((state) => state === 'faulted') === true) return DOWN_FOR_GOOD;
  return ruleNamed(rule).nextStep;
}

/**
 * How to find where the downstairs of an upstairs are, which is not shown here: the sled named in a mail is that of the
 * upstairs, and a downstairs has a place of its own.
 */
export function placeHint(upstairsId: string | null, runs: 'the VM' | 'its process'): NextStep {
  return {
    text:
      `The sled named here is where ${runs} runs. Its downstairs are mostly on others: SUB VOLUME 0 lists the addresses ` +
      'of 0, 1 and 2 in this order, and "omdb db sleds" their sleds (not for an image or a snapshot):',
    command: `omdb db disks info ${upstairsId ?? 'DISK'}`,
  };
}
