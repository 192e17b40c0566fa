import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { DEMO_PICTURES, DEMO_WIDTH, sliceOf } from './demo-pictures.ts';
import { openScreen } from './screen.ts';
import { terminalSvg } from './terminal-svg.ts';

/** `npm run pictures`: what the demo shows in a real terminal. test/cli/demo.real.test.ts says whether it still does. */
it.skipIf(process.env['PICTURES'] !== 'write')(
  'the pictures of the README are drawn',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-pictures-'));
    const screen = openScreen({ folder }, DEMO_WIDTH);
    try {
      const shown = await screen.show('cruc-fleet demo --fast', 'styled');
      for (const { file, command } of DEMO_PICTURES) {
        const slice = sliceOf(shown, command);
        expect(slice).toContain(command);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, terminalSvg(slice, DEMO_WIDTH));
      }
    } finally {
      screen.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
