import type { Row } from '../model/column.ts';
import type { ValueUnit } from '../distribution/nanoseconds.ts';
import { cellText } from '../drawing/cell-text.ts';
import type { RenderContext } from '../drawing/render-context.ts';

/** What the outputs of distributions may know about their reader, and what they show. */
export interface DistributionContext extends Pick<RenderContext, 'width' | 'color' | 'headers'> {
  /** Shades, `µ` and `–` can be seen; else all is ASCII. */
  readonly unicode: boolean;
  readonly unit: ValueUnit;
  /** How percentiles are shown: as the bounds of their bucket, or as an estimate within it. */
  readonly percentile: 'range' | 'estimate';
  /** Times beside the values of a picture. */
  readonly human: boolean;
}

/** The keys of a group on one line: `read  3/BRM42220014 (cubby 14)  PID 20001`; `all` where there are none. */
export function keysTitle(keys: Row): string {
  const parts = Object.entries(keys).flatMap(([name, cell]) => {
    if (name === 'serial' || (name === 'rack' && 'sled' in keys)) return [];
    if (name === 'cubby' && 'sled' in keys) return [];
    const text = cellText(cell);
    switch (name) {
      case 'sled':
        return [sledTitle(keys)];
      case 'pid':
        return [`PID ${text}`];
      case 'rack':
      case 'client':
      case 'volume':
        return [`${name} ${text}`];
      default:
        // What is not measured in parts has no part to name.
        return cell === null ? [] : [text];
    }
  });
  return parts.length === 0 ? 'all' : parts.join('  ');
}

/** A sled with its cubby, which the summary's lines name too. */
function sledTitle(keys: Row): string {
  const cubby = keys['cubby'] ?? null;
  const name = cellText(keys['sled']);
  return cubby === null || name.endsWith(`/sled${String(cubby)}`)
    ? name
    : `${name} (cubby ${cellText(cubby)})`;
}
