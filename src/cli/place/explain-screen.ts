import type { Line } from '../../explain/line.ts';
import { pageLines } from '../../explain/page.ts';
import { openFullScreen } from '../../term/full-screen.ts';
import type { OutputOptions } from '../options/output-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { TRACE_SECONDS } from './explain-job.ts';

const TICK_MS = 1000;

/**
 * Shows on a terminal what is known at once while the trace runs, with the time that is left. Null where nothing is
 * drawn: off a terminal, and for formats that programs read.
 */
export function drawInterim(
  lines: readonly Line[],
  { output, columns, quiet }: OutputOptions,
  { terminal: { out }, elapsed, onExit }: Surroundings,
): { readonly close: () => void } | null {
  if (!out.isTerminal || !out.canRedraw || output !== 'table' || columns !== undefined || quiet === true)
    return null;
  const screen = openFullScreen((text) => out.write(text));
  const stopExit = onExit(() => screen.close());
  const beganMs = elapsed();
  const draw = (): void => {
    const left = Math.max(0, TRACE_SECONDS - Math.floor((elapsed() - beganMs) / 1000));
    const page = pageLines(lines, out.width(), (text) => text);
    const room = Math.max(1, (out.height() ?? 24) - 1);
    const foot = left > 0 ? `tracing the VM's process, ${left} s left` : 'waiting for the last answers';
    screen.draw([...page.slice(0, room), foot]);
  };
  const resized = (): void => {
    screen.forget();
    draw();
  };
  const timer = setInterval(draw, TICK_MS);
  out.stream.on('resize', resized);
  draw();
  return {
    close() {
      clearInterval(timer);
      out.stream.off('resize', resized);
      screen.close();
      stopExit();
    },
  };
}
