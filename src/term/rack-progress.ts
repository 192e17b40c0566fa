import { Listr, type ListrRenderer } from 'listr2';
import type { Progress } from '../model/progress.ts';
import type { Sled } from '../model/sled.ts';
import { openLiveView, roomOf, type LiveView } from './live-view.ts';
import { foldRacks, rackLine, type StageTimes } from './progress-lines.ts';
import { createTally } from './rack-tally.ts';

/** How often the elapsed time and the sleds in flight are drawn again. */
const REDRAW_MS = 200;

interface RackTask {
  readonly racks: readonly string[];
  readonly ended: Promise<void>;
  readonly end: () => void;
}

function rackTask(racks: readonly string[]): RackTask {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { racks, ended, end };
}

export interface RackProgressSettings {
  readonly unicode: boolean;
  readonly times: StageTimes;
  readonly elapsed: () => number;
}

/**
 * Draws one line a rack on standard error: counts, the sleds in flight, what is left of the window, and who is waited
 * for. Racks that the terminal has no line for share the last one, since a drawing taller than the screen cannot be
 * redrawn.
 */
export function rackProgress(
  stream: NodeJS.WriteStream,
  sleds: readonly Sled[],
  { unicode, times, elapsed }: RackProgressSettings,
): Progress {
  const started = elapsed();
  const tally = createTally(sleds, elapsed);
  const { racks } = tally;
  const lines = roomOf(stream).lines;
  const groups =
    racks.length <= lines
      ? racks.map((rack) => [rack])
      : [...racks.slice(0, lines - 1).map((rack) => [rack]), racks.slice(lines - 1)];
  const tasks = groups.map(rackTask);
  const lineOf = ({ racks: ids }: RackTask): string => {
    const states = ids.map((rack) => tally.of(rack));
    const [only, ...others] = states;
    const state = only === undefined || others.length > 0 ? foldRacks(states) : only;
    const width = roomOf(stream).columns - 1;
    return rackLine(state, { elapsedMs: elapsed() - started, width, unicode, times });
  };
  const view = openLiveView(stream, unicode);
  const list = new Listr(
    tasks.map((task) => ({ title: task.racks.join(), task: () => task.ended })),
    {
      concurrent: true,
      registerSignalListeners: false,
      renderer: drawingOn(view, () => tasks.map(lineOf)),
      // It looks at standard output to know whether it may draw, which a file or a pipe takes here.
      fallbackRendererCondition: false,
    },
  );
  const drawing = list.run();
  return {
    stage: tally.stage,
    outcome: tally.outcome,
    async finish() {
      for (const task of tasks) task.end();
      await drawing;
    },
  };
}

/**
 * The renderer of listr2's that draws these lines. Its own takes the width of standard output, goes on into nothing when
 * that becomes 0, and knows no terminal without UTF-8.
 */
function drawingOn(view: LiveView, lines: () => readonly string[]): typeof ListrRenderer {
  return class {
    static rendererOptions = {};
    static rendererTaskOptions = {};
    static nonTTY = true;
    timer: NodeJS.Timeout | undefined;
    render = () => {
      view.draw(lines());
      this.timer = setInterval(() => view.draw(lines()), REDRAW_MS);
    };
    end = () => {
      clearInterval(this.timer);
      view.draw(lines());
      view.clear();
    };
  };
}
