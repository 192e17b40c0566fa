import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';

const SCRIPT = fileURLToPath(new URL('../fixtures/cases/d10-unicode/mine.d', import.meta.url));

const rack = withRack({ racks: ['1'], sledsPerRack: 2, propolisPerSled: 1, ioRate: 1, seed: 10 }, () =>
  writeFileSync(join(rack.folder, 'mine.d'), readFileSync(SCRIPT)),
);

describe('a script that prints UTF-8, tabs, NUL, CR and ESC', () => {
  it('keeps its letters and sends no control character to the terminal', async () => {
    const { status, stdout } = await rack.run(['run', './mine.d', '--sled', '1/1'], { cwd: rack.folder });
    expect(status).toBe(0);
    expect(stdout).toContain('größe µs → 5');
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});
