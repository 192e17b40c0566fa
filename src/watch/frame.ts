import { displayWidth, fitting } from '../drawing/display-width.ts';
import { ageText, momentText } from '../drawing/moment.ts';
import { printable } from '../model/printable.ts';
import type { Now } from './event.ts';
import type { ScreenSize } from './screen-state.ts';
import type { Watched } from './watched.ts';

/** The whole screen, as many lines as it has, none wider than it: the head above, the foot below, the body between. */
export function framed(
  head: readonly string[],
  body: readonly string[],
  foot: string,
  size: ScreenSize,
): readonly string[] {
  const room = Math.max(0, size.height - head.length - 1);
  const filled = Array.from({ length: room }, (_, n) => body[n] ?? '');
  return [...head, ...filled, foot].slice(0, size.height).map((line) => cut(line, size));
}

/** A line as far as the screen is wide. */
export function cut(line: string, { width, unicode }: ScreenSize): string {
  const text = printable(line);
  if (displayWidth(text) <= width) return text;
  return fitting(text, width - 1) + (unicode ? '…' : '~');
}

/** What is watched since when, how many sleds of it are, and what was counted there. */
export function headOf(watched: Watched, now: Now, title: string, counts: string): readonly string[] {
  const sleds = [...watched.sleds.values()];
  const live = sleds.filter(({ state }) => state === 'live').length;
  const lost = sleds.filter(({ state }) => state === 'lost').length;
  const waiting = sleds.length - live - lost;
  const coverage = [
    `${live} of ${sleds.length} sleds live`,
    ...(lost === 0 ? [] : [`${lost} LOST`]),
    ...(waiting === 0 ? [] : [`${waiting} not heard yet`]),
  ];
  return [
    `${title}  ${momentText(now.wall)}, watched for ${ageText(now.ms - watched.begunMs)}`,
    `${coverage.join(', ')}; ${counts}`,
  ];
}

/** What keys do. */
export function keyLines(keys: readonly (readonly [key: string, what: string])[]): readonly string[] {
  return keys.map(([key, what]) => `  ${key.padEnd(12)}${what}`);
}

/** What happened last, the newest first. */
export function logLines({ notes }: Watched, most: number): readonly string[] {
  return notes
    .slice(-Math.max(1, most))
    .toReversed()
    .map(({ wall, text }) => `${new Date(wall).toISOString().slice(11, 19)} ${text}`);
}
