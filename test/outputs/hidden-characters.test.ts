import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';

const rack = withRack({ racks: ['1'], sledsPerRack: 1, propolisPerSled: 1, ioRate: 1, seed: 3 }, () =>
  writeFileSync(join(rack.folder, 'mine.d'), 'BEGIN { printf("NAME COUNT\\n=a\u200bb 1\\n"); exit(0); }\n'),
);

const run = (format: string) => rack.run(['run', './mine.d', '-o', format], { cwd: rack.folder });

describe('characters that are invisible', () => {
  it('are replaced in CSV and counted, and lost in no JSON', async () => {
    const name = '=a\u200bb';
    const json = await run('json');
    expect(json.stdout).toContain('=a\\u200bb');
    expect(JSON.parse(json.stdout).rows[0].name).toBe(name);
    const csv = await run('csv');
    expect(csv.stdout).toContain("'=a?b,1");
    expect(csv.stderr).toContain('warning: 1 control or invisible character is');
  });
});
