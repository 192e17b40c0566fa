import { expect, it } from 'vitest';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { tellOf, type SitesWatch } from '../../src/cli/sites/sites-told.ts';
import type { AuditFile } from '../../src/fleet/audit-log.ts';
import type { Question } from '../../src/relay/question.ts';
import { endWithout, type SiteEnd } from '../../src/relay/site-end.ts';

const NO_RUNNER = endWithout('north', 'no_runner', 'none runs');
const ENDED_HERE = endWithout('north', 'interrupted', 'it was ended here');
const ANSWERED: SiteEnd = { ...endWithout('north', 'ended', 'its runner is ending'), runner: 'r1' };

/** The states of the lines that an audit log has of a site whose questions ended so, one after another. */
function audited(ends: readonly SiteEnd[]): readonly unknown[] {
  const lines: unknown[] = [];
  const audit = { add: (line: { readonly state: unknown }) => lines.push(line.state) };
  const watch = {
    way: { credentials: { name: 'storage' } },
    sites: new Map(),
    surroundings: { now: () => new Date(0), elapsed: () => 0, user: 'ana', hostName: 'build7' },
  };
  const told = tellOf(
    watch as unknown as SitesWatch & { readonly surroundings: Surroundings },
    audit as unknown as AuditFile,
    () => {},
    () => {},
  );
  for (const end of ends) {
    told.asked('north', { run: '0123456789ab' } as Question);
    if (end === ENDED_HERE) told.ended(end);
    else told.lost(end, 1000);
  }
  return lines;
}

it.each([
  ['one line where it is asked in vain', [NO_RUNNER, NO_RUNNER, NO_RUNNER], ['no_runner']],
  ['no other where the last question was on its way', [NO_RUNNER, ENDED_HERE], ['no_runner']],
  ['one where the first question was', [ENDED_HERE], ['interrupted']],
  [
    'one for each time that it answered',
    [NO_RUNNER, ANSWERED, NO_RUNNER, ANSWERED, ENDED_HERE],
    ['no_runner', 'ended', 'no_runner', 'ended', 'interrupted'],
  ],
] as const)('the audit log of a watch has of a site %s', (_, ends, states) => {
  expect(audited(ends)).toEqual(states);
});
