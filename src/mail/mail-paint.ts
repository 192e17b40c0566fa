import { sessionHealth } from '../model/health.ts';
import type { Level } from '../model/level.ts';
import type { SledState } from '../drawing/rack-map.ts';

/**
 * Grounds of colored cells, dark enough for white ink (4.5 to 1, WCAG 2 AA): readers of mail that turn pages dark
 * by themselves turn dark ink white and leave its ground. Null has the reader's own colors.
 */
const STATE_GROUND: Readonly<Record<SledState, string | null>> = {
  down: '#6e0a18',
  critical: '#cf222e',
  degraded: '#9a6700',
  no_report: '#bf3989',
  no_answer: '#6639ba',
  in_part: '#0b6a75',
  repairing: '#0969da',
  inactive: '#57606a',
  ok: '#1a7f37',
  no_upstairs: null,
  not_selected: null,
};

const LEVEL_GROUND: Readonly<Record<Level, string>> = {
  ok: '#1a7f37',
  warning: '#9a6700',
  critical: '#cf222e',
  unknown: '#6639ba',
};

/** The declarations of a cell's colors; empty for the reader's own. */
export function statePaint(state: SledState): string {
  return paint(STATE_GROUND[state]);
}

export function levelPaint(level: Level): string {
  return paint(LEVEL_GROUND[level]);
}

/** The color of a level alone, for lines and edges. */
export function levelColor(level: Level): string {
  return LEVEL_GROUND[level];
}

/** A downstairs' state has the color of what it would make of a session whose others are well. */
export function downstairsPaint(state: string): string {
  const health = sessionHealth([state, 'active', 'active']);
  return statePaint(health === 'degraded' ? 'critical' : health);
}

function paint(ground: string | null): string {
  return ground === null ? '' : `background:${ground};color:#ffffff;`;
}
