import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { DEMO_STEPS } from '../../src/cli/sim/demo-steps.ts';

/** The pictures of the README: steps of the demo, by the name of their file in docs/pictures. */
export const DEMO_PICTURES = DEMO_STEPS.slice(0, 3).map(({ argv }) => ({
  file: fileURLToPath(new URL(`../../docs/pictures/${nameOf(argv)}.svg`, import.meta.url)),
  name: nameOf(argv),
  command: `$ cruc-fleet ${argv.join(' ')}`,
}));

export const DEMO_WIDTH = 80;

/** What the demo printed from that command on, up to what is said before the next. */
export function sliceOf(printed: string, command: string): string {
  const lines = printed.split('\n');
  const first = lines.findIndex((line) => line.includes(command));
  const next = lines.findIndex((line, index) => index > first && isRemark(line));
  return lines
    .slice(first, next)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

/** What the demo says between two commands. */
function isRemark(line: string): boolean {
  return stripVTControlCharacters(line).startsWith('# ');
}

export const pictureText = (file: string): string => readFileSync(file, 'utf8');

function nameOf(argv: readonly string[]): string {
  return argv.find((word) => word !== 'run') ?? '';
}
