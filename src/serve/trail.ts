import { markup, type Markup } from '../html/markup.ts';

const LENGTH = 120;
const HEIGHT = 20;

/** Numbers as a line, the highest as the highest; the last one stands beside it as text. */
export function trailDrawing(values: readonly number[]): Markup {
  const most = Math.max(1, ...values);
  const step = LENGTH / Math.max(1, values.length - 1);
  const points = values.map((value, n) => {
    const y = HEIGHT - 1 - (Math.max(0, value) / most) * (HEIGHT - 2);
    return `${(n * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  const words = `the last ${values.length} reports, at most ${Math.max(0, ...values)}`;
  return markup`<svg class="trail" viewBox="0 0 ${LENGTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${words}"><path d="M${points.join('L')}"/></svg>`;
}
