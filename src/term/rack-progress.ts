import { Listr, ListrLogger, ProcessOutput } from 'listr2';
import type { Progress } from '../model/progress.ts';
import type { SledOutcome } from '../model/report.ts';
import type { Stage } from '../model/stage.ts';
import type { Sled } from '../model/sled.ts';
import { foldRacks, rackLine, type RackProgress } from './progress-lines.ts';

/** How often the elapsed time and the sleds in flight are drawn anew, at most. */
const REDRAW_MS = 200;

/** Lines that are left to the shell's prompt and to what scrolled by. */
const SPARE_LINES = 2;

interface RackTask {
  readonly racks: readonly string[];
  readonly ended: Promise<void>;
  readonly end: () => void;
  setTitle: (title: string) => void;
}

function rackTask(racks: readonly string[]): RackTask {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { racks, ended, end, setTitle: () => {} };
}

/**
 * Draws one line a rack with listr2, on standard error: counts, the sleds in flight and the time. Racks that the
 * terminal has no line for share the last one, since a drawing taller than the screen cannot be redrawn.
 */
export function rackProgress(
  stream: NodeJS.WriteStream,
  sleds: readonly Sled[],
  elapsed: () => number,
): Progress {
  const started = elapsed();
  const stages = new Map<string, { sled: Sled; stage: Stage }>();
  const outcomes = new Map<string, SledOutcome>();
  const ids = [...new Set(sleds.map((sled) => sled.rack))];
  const lines = Math.max(1, (stream.rows ?? 24) - SPARE_LINES);
  const groups =
    ids.length <= lines
      ? ids.map((id) => [id])
      : [...ids.slice(0, lines - 1).map((id) => [id]), ids.slice(lines - 1)];

  const stateOf = (rack: string): RackProgress => {
    const ofRack = sleds.filter((sled) => sled.rack === rack);
    const done = ofRack.flatMap((sled) => outcomes.get(sled.id) ?? []);
    return {
      rack,
      selected: ofRack.length,
      answered: done.filter((outcome) => outcome.status === 'answered').length,
      failed: done.filter((outcome) => outcome.status === 'failed').length,
      inFlight: ofRack.flatMap((sled) => (outcomes.has(sled.id) ? [] : (stages.get(sled.id) ?? []))),
    };
  };
  const titleOf = (racks: readonly string[]) => {
    const states = racks.map(stateOf);
    const [only, ...others] = states;
    const state = only === undefined || others.length > 0 ? foldRacks(states) : only;
    return rackLine(state, elapsed() - started, (stream.columns ?? 80) - 4);
  };

  const tasks = groups.map(rackTask);
  const rendererOptions = {
    // listr2 draws on standard output unless it is told otherwise.
    logger: new ListrLogger({ processOutput: new ProcessOutput(stream, stream) }),
    clearOutput: true,
  };
  const list = new Listr<object, 'default', 'default'>(
    tasks.map((task) => ({
      title: titleOf(task.racks),
      task: (_, drawn) => {
        task.setTitle = (title) => {
          drawn.title = title;
        };
        return task.ended;
      },
    })),
    {
      concurrent: true,
      registerSignalListeners: false,
      rendererOptions,
      // It also looks at standard output to know whether it may draw, which a file or a pipe takes here.
      fallbackRenderer: 'default',
      fallbackRendererOptions: rendererOptions,
    },
  );
  const drawing = list.run();
  const redraw = () => {
    for (const task of tasks) task.setTitle(titleOf(task.racks));
  };
  const timer = setInterval(redraw, REDRAW_MS);

  return {
    stage(sled, stage) {
      stages.set(sled.id, { sled, stage });
    },
    outcome(outcome) {
      outcomes.set(outcome.sled.id, outcome);
    },
    async finish() {
      clearInterval(timer);
      redraw();
      for (const task of tasks) task.end();
      await drawing;
    },
  };
}
