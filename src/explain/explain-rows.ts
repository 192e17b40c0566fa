import type { Cell, Column, Row } from '../model/column.ts';
import { PARTS, type Line } from './line.ts';

/** An explanation as rows: one for each sentence. */
export const EXPLAIN_COLUMNS: readonly Column[] = [
  {
    name: 'zone',
    heading: 'ZONE',
    kind: 'zone',
    help: 'zone of the process that has the upstairs',
    role: 'detail',
  },
  { name: 'upstairs_id', heading: 'UPSTAIRS', kind: 'id', help: 'id of the upstairs' },
  { name: 'session_id', heading: 'SESSION', kind: 'id', help: 'new at each start of the upstairs', rank: -1 },
  {
    name: 'part',
    heading: 'PART',
    kind: 'text',
    role: 'identity',
    narrow: true,
    help: `what the sentence is about: ${Object.keys(PARTS).join(', ')}`,
  },
  {
    name: 'index',
    heading: 'DS',
    kind: 'count',
    role: 'identity',
    narrow: true,
    help: 'index of the downstairs that it is about; none: the upstairs',
  },
  { name: 'says', heading: 'SAYS', kind: 'note', narrow: true, help: 'the sentence' },
  {
    name: 'evidence',
    heading: 'EVIDENCE',
    kind: 'note',
    narrow: true,
    help: 'where it was read; of what follows, all that it follows from',
  },
  {
    name: 'command',
    heading: 'COMMAND',
    kind: 'note',
    narrow: true,
    help: 'what would clear it, for a person to run: cruc-fleet never runs it',
  },
];

export function explainRows(
  lines: readonly Line[],
  own: { readonly upstairsId: string; readonly zone: Cell; readonly session: Cell },
): readonly Row[] {
  return lines.map(({ part, index, says, evidence, command }) => ({
    zone: own.zone,
    upstairs_id: own.upstairsId,
    session_id: own.session,
    part,
    index,
    says,
    evidence,
    command,
  }));
}
