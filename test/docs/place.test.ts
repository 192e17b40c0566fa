import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FACT_SOURCE_NAMES } from '../../src/facts/sources/index.ts';
import { UNKNOWN_REASONS } from '../../src/facts/value.ts';

const PAGE = readFileSync(new URL('../../docs/place.md', import.meta.url), 'utf8');

describe('docs/place.md', () => {
  it('has a line for each kind of source, and one for each reason why a value is not known', () => {
    for (const name of [...FACT_SOURCE_NAMES, ...Object.keys(UNKNOWN_REASONS)])
      expect(PAGE.match(new RegExp(`^\\| \`${name}\` \\|`, 'gm')), name).toHaveLength(1);
  });
});
