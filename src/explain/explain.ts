import { RULES } from './conclusions/index.ts';
import type { Evidence } from './evidence.ts';
import { line, PARTS, type Line } from './line.ts';
import { readLines, unknownLines } from './read-lines.ts';
import { PATTERNS } from './upstream.ts';

/** The page that explains an upstairs: what was read, what follows from it, and what is not known, in that order. */
export function explanationOf(evidence: Evidence): readonly Line[] {
  const conclusions = RULES.flatMap((rule) => rule(evidence));
  const patterns = new Set(conclusions.flatMap(({ pattern }) => pattern ?? []));
  const lines = [
    ...readLines(evidence),
    ...conclusions.map(({ index, says, evidence: from, command }) =>
      line('follows', index, says, from.join('; '), command ?? null),
    ),
    ...[...patterns].map((name) => {
      const { known, issues } = PATTERNS[name];
      return line('upstream', null, known, issues.join(', '));
    }),
    ...unknownLines(evidence),
  ];
  const order = Object.keys(PARTS);
  return lines.toSorted((a, b) => order.indexOf(a.part) - order.indexOf(b.part));
}
