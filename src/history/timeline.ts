import { healthOf } from './condition.ts';
import { LOOK_MS, type Gap, type SessionLife } from './chronicle.ts';
import { HEALTHS, type Health } from '../model/health.ts';

/** A character for each health; for what was not seen, and for where there was nothing. */
export type Palette = Readonly<Record<Health | 'unknown' | 'absent', string>>;

export const ASCII: Palette = {
  ok: '-',
  inactive: '.',
  repairing: 'r',
  no_report: 'n',
  degraded: 'd',
  critical: 'C',
  down: 'X',
  unknown: '?',
  absent: ' ',
};

export const UNICODE: Palette = {
  ok: '▁',
  inactive: '·',
  repairing: '▃',
  no_report: '?',
  degraded: '▅',
  critical: '▇',
  down: '█',
  unknown: '?',
  absent: ' ',
};

/**
 * A line of so many characters from `since` to `now`: each the worst that was seen in its time. Where nothing was seen
 * it is `unknown`, and never what was so before.
 */
export function timeline(
  sessions: readonly SessionLife[],
  gaps: readonly Gap[],
  view: {
    readonly since: number;
    readonly now: number;
    readonly width: number;
    readonly palette: Palette;
  },
): string {
  const { since, now, palette } = view;
  const width = Math.max(1, view.width);
  const step = (now - since) / width;
  const cells = Array.from({ length: width }, (_, n) => {
    const seen = seenIn(sessions, gaps, since + n * step, since + (n + 1) * step);
    return palette[seen.reduce(worst, 'absent')];
  });
  return cells.join('').trimEnd();
}

type Seen = keyof Palette;

function seenIn(
  sessions: readonly SessionLife[],
  gaps: readonly Gap[],
  from: number,
  to: number,
): readonly Seen[] {
  return sessions.flatMap((session) => {
    const { spans, ended, who } = session;
    return spans.flatMap((span, n): readonly Seen[] => {
      const next = spans[n + 1]?.from ?? ended;
      if (span.from.at >= to || (next !== null && next.at <= from)) return [];
      // Nobody has looked since.
      if (next === null && from - span.last.at > LOOK_MS) return ['unknown'];
      const isLook = [span.from.at, span.last.at].some((at) => at >= from && at < to);
      const isUnseen = gaps.some(
        (gap) =>
          gap.sled === who.sled &&
          (gap.from?.at ?? Number.NEGATIVE_INFINITY) <= from &&
          to <= (gap.to?.at ?? Number.POSITIVE_INFINITY),
      );
      return [isUnseen && !isLook ? 'unknown' : (healthOf(span.condition) ?? 'unknown')];
    });
  });
}

const ORDER: readonly Seen[] = [...HEALTHS, 'unknown', 'absent'];

function worst(a: Seen, b: Seen): Seen {
  return ORDER.indexOf(a) <= ORDER.indexOf(b) ? a : b;
}
