import { FleetError } from '../../model/error.ts';
import type { ConditionKind } from '../condition.ts';

/** A sled may go without leaving any upstairs with fewer than two copies. */
export const impact: ConditionKind = {
  takes: 'impact <sled> safe',
  help: 'the sled may go, as impact says: asks the VMs of its rack what their upstairs talk to',
  read(text) {
    if (!/^impact\b/.test(text)) return null;
    const sled = /^impact\s+(?<sled>\S+)\s+safe$/.exec(text)?.groups?.['sled'];
    if (sled === undefined)
      throw new FleetError(
        'usage',
        `--for '${text}': write impact, a sled and safe, as in 'impact 3/17 safe'`,
      );
    return {
      text,
      goes: sled,
      missing: (_seen, verdicts) => {
        const verdict = verdicts.get(sled);
        if (verdict === undefined) return [`impact ${sled}: not judged`];
        return verdict.word === 'safe' ? [] : [`impact ${sled}: ${verdict.word}: ${verdict.text}`];
      },
    };
  },
};
