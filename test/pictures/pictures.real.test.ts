import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { placesOf } from '../support/programs.ts';
import { BEFORE, PICTURED, picturesPage, WIDTHS } from './pictures.ts';
import { openScreen, startPictureRack } from './screen.ts';

const FILE = fileURLToPath(new URL('../../docs/terminal.md', import.meta.url));
const isWriting = process.env['PICTURES'] === 'write';

/** Looked at again in every run; the others only by `npm run pictures`. */
const CHECKED = ['cruc-fleet ds-state --degraded', 'cruc-fleet inventory list'];
const CHECKED_WIDTH = 80;

/** Without what differs from run to run: how long it took, ports, and where that breaks lines. */
function lasting(picture: string): string {
  return picture
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\d+\.\d+ s\b|\d+ ms\b/g, '# s')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:#');
}

it.skipIf(!placesOf(['tmux']).has('tmux'))(
  'docs/terminal.md shows what a real terminal shows',
  async () => {
    const rack = await startPictureRack();
    try {
      const pictures = new Map<string, string>();
      for (const width of isWriting ? WIDTHS : [CHECKED_WIDTH]) {
        const screen = openScreen(rack, width);
        try {
          if (isWriting && width === WIDTHS[0]) await screen.show(BEFORE);
          const commands = isWriting ? PICTURED.map(({ command }) => command) : CHECKED;
          for (const command of commands) pictures.set(`${command} ${width}`, await screen.show(command));
        } finally {
          screen.close();
        }
      }
      if (isWriting) writeFileSync(FILE, picturesPage(pictures));
      const page = lasting(readFileSync(FILE, 'utf8'));
      for (const picture of pictures.values()) expect(page).toContain(lasting(picture));
    } finally {
      await rack.stop();
    }
  },
  600_000,
);
