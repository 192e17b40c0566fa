import { cellText } from '../drawing/cell-text.ts';
import type { Output } from './output.ts';

/** For scripts: the identity of each row and nothing else. */
export const name: Output = {
  name: 'name',
  summary: 'rack/sled/zone/pid/session of each row, one a line',
  saysCoverage: false,
  *render(report) {
    for (const row of report.rows) {
      yield `${[row['sled'], row['zone'], row['pid'], row['session_id']].map(cellText).join('/')}\n`;
    }
  },
};
