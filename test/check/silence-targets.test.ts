import { describe, expect, it } from 'vitest';
import { unmatchedTerms } from '../../src/check/silence-targets.ts';
import { shortZone, zonePattern } from '../../src/model/zone-name.ts';
import { globMatcher } from '../../src/model/glob.ts';
import { upstairsIncident } from '../support/incidents.ts';

const ZONE = 'oxz_propolis-server_34aa0001-d933-49fa-b38e-fc4607933d50';
const PANTRY = 'oxz_crucible_pantry_34aa0001-d933-49fa-b38e-fc4607933d50';
const CRUCIBLE = 'oxz_crucible_34aa0001-d933-49fa-b38e-fc4607933d50';

describe('a zone as a table shows it', () => {
  it('is the zone, for every kind that a table shortens', () => {
    for (const zone of [ZONE, PANTRY, CRUCIBLE]) {
      const matching = [ZONE, PANTRY, CRUCIBLE].filter(globMatcher(zonePattern(shortZone(zone))));
      expect(matching).toEqual([zone]);
    }
  });

  it.each(['34aa0001', '34aa0001-d933', 'propolis 34aa', 'PROPOLIS 34aa0001', '34AA0001', ' 34aa0001 '])(
    'may be as short or as loud as %j',
    (term) => expect(globMatcher(zonePattern(term))(ZONE)).toBe(true),
  );

  it('is left as it is where it is a name or a pattern', () => {
    for (const term of [ZONE, 'oxz_*', 'alpha', 'global', 'decade', '*'])
      expect(zonePattern(term)).toBe(term);
  });
});

describe('what a silence does not match now', () => {
  const incidents = [upstairsIncident(1, 'degraded', 3), upstairsIncident(2, 'degraded', 4)];
  const say = (zones: string[] | null, upstairs: string[] | null = null) =>
    unmatchedTerms({ zones, upstairs }, incidents);

  it('is nothing where each term is of an incident', () => {
    expect(say(['34aa0001', 'propolis 34aa0002', ZONE, 'oxz_*'], ['3f2b0001'])).toEqual([]);
    expect(say(null, null)).toEqual([]);
  });

  it('is said with the nearest, as it was written', () => {
    expect(say(['34aa0011'])[0]).toContain("zone '34aa0011'; the nearest is '34aa0001'");
    expect(say(['propolis 35aa0001'])[0]).toContain("the nearest is 'propolis 34aa0001'");
    expect(say([ZONE.replace('34aa0001', '34ab0001')])[0]).toContain(`the nearest is '${ZONE}'`);
    expect(say(null, ['3f2b1001'])[0]).toContain("upstairs '3f2b1001'; the nearest is '3f2b0001'");
    expect(say(['alpha'])).toEqual([
      "no incident of the last check matches zone 'alpha'; the silence applies to later ones",
    ]);
  });
});
