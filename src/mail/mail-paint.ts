import { sessionHealth } from '../model/health.ts';
import type { Level } from '../model/level.ts';
import type { SledState } from '../drawing/rack-map.ts';

/** Of every ground that means something: a reader of mail that turns pages dark turns both, or neither. */
const INK = '#111111';

/**
 * Grounds of colored cells, pale enough for dark ink (more than 4.5 to 1, WCAG 2 AA) and never alone: each stands
 * under its word. Null has the reader's own colors.
 */
const STATE_GROUND: Readonly<Record<SledState, string | null>> = {
  down: '#ec8c8c',
  critical: '#f5a9a9',
  degraded: '#ffdf9e',
  no_report: '#f2cfe4',
  no_answer: '#e4e4e4',
  in_part: '#cdeaea',
  repairing: '#cfe2ff',
  inactive: '#e6e9ee',
  ok: '#d9f2de',
  no_upstairs: null,
  not_selected: null,
};

const LEVEL_STATE: Readonly<Record<Level, SledState>> = {
  ok: 'ok',
  warning: 'degraded',
  critical: 'critical',
  unknown: 'no_answer',
};

/** For what nothing is known of: readers that draw no gradients show the ground alone. */
const HATCH = 'background-image:repeating-linear-gradient(135deg,#e4e4e4 0 6px,#cfcfcf 6px 12px);';

/** The declarations of a cell's colors; empty for the reader's own. */
export function statePaint(state: SledState): string {
  return paint(STATE_GROUND[state]) + (state === 'no_answer' ? HATCH : '');
}

export function levelPaint(level: Level): string {
  return statePaint(LEVEL_STATE[level]);
}

/** The color of a level alone, for lines and edges: it carries no text, and is darker. */
export function levelColor(level: Level): string {
  return LEVEL_EDGE[level];
}

const LEVEL_EDGE: Readonly<Record<Level, string>> = {
  ok: '#5fae72',
  warning: '#d9a441',
  critical: '#d66565',
  unknown: '#9a9a9a',
};

/** A downstairs' state has the color of what it would make of a session whose others are well. */
export function downstairsPaint(state: string): string {
  const health = sessionHealth([state, 'active', 'active']);
  return statePaint(health === 'degraded' ? 'critical' : health);
}

function paint(ground: string | null): string {
  return ground === null ? '' : `background-color:${ground};color:${INK};`;
}
