import { wrapped } from '../drawing/wrap.ts';
import { printable } from '../model/printable.ts';
import { PARTS, type Line, type Part } from './line.ts';

/** Parts whose lines do not say where they come from one by one: the heading does, or all say the same. */
const QUIET_PARTS: readonly Part[] = ['logs', 'upstream'];

/** An explanation as people read it, in lines of at most `width` columns where there is a limit. */
export function pageLines(
  lines: readonly Line[],
  width: number | null,
  bold: (text: string) => string,
): readonly string[] {
  const parts = [...new Set(lines.map(({ part }) => part))];
  return parts.flatMap((part, at) => [
    ...(at === 0 ? [] : ['']),
    bold(PARTS[part]),
    ...lines.filter((each) => each.part === part).flatMap((each) => entryLines(each, width)),
  ]);
}

function entryLines(entry: Line, width: number | null): readonly string[] {
  const { part, index, says, evidence, command } = entry;
  // What follows often names it.
  const who = index === null || says.includes(`downstairs ${index}`) ? '' : `downstairs ${index}: `;
  const source =
    evidence === null || QUIET_PARTS.includes(part) || part === 'follows' ? '' : ` [${evidence}]`;
  const issues = part === 'upstream' && evidence !== null ? ` (${evidence})` : '';
  return [
    ...wrapped(printable(`  ${who}${says}${issues}${source}`), width, '    '),
    ...(part === 'follows' && evidence !== null
      ? wrapped(printable(`    because ${evidence}`), width, '      ')
      : []),
    // The command is never cut or wrapped: somebody may copy it.
    ...(command === null ? [] : ['    to clear it, on that sled:', `      ${printable(command)}`]),
  ];
}
