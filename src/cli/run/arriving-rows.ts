import { fleetRow } from '../../fleet/merge.ts';
import { createRowFeed, type ArrivedRow } from '../../fleet/row-feed.ts';
import type { IntervalStream, ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import { distributionView } from '../options/distribution-options.ts';
import type { RowFilter } from '../options/filters.ts';
import { outputNamed } from '../options/output-options.ts';
import { NOT_LIVE, type Live } from './live.ts';
import type { RunOptions } from './run-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** Whether each row is written as it comes, and none is kept for the end. */
export function isStreamed(
  { stream, interval }: ProbeSpec,
  options: Pick<RunOptions, 'output' | 'sortBy' | 'totals' | 'interval'>,
): boolean {
  const { arriving } = outputNamed(options.output);
  // Totals come at the end, and rows in an order when all are there.
  const isInOrder = options.totals === true || options.sortBy !== undefined;
  return (
    stream !== undefined && (options.interval ?? interval) > 0 && !isInOrder && typeof arriving === 'function'
  );
}

/**
 * Rows while they arrive, as the format says: on the screen of a watch where one can be drawn, or a line each; percentiles
 * of each interval on a terminal.
 */
export async function openLive(
  probe: ProbeSpec,
  settings: ProbeSettings,
  options: RunOptions,
  surroundings: Surroundings,
  filter: RowFilter | null,
): Promise<Live> {
  const { stream, intervals } = probe;
  if (intervals !== undefined && settings.interval > 0) {
    return await liveIntervals(() => intervals.call(probe, settings), probe, options, surroundings);
  }
  if (stream === undefined || settings.interval === 0 || settings.totals) return NOT_LIVE;
  const { out } = surroundings.terminal;
  const { arriving } = outputNamed(options.output);
  if (arriving === 'redrawn') {
    if (!out.canRedraw || options.quiet === true) return NOT_LIVE;
    const { openLiveTable } = await import('./live-table.ts');
    return openLiveTable(probe, settings, surroundings, filter);
  }
  if (arriving === 'at the end' || !isStreamed(probe, { ...options, interval: settings.interval })) {
    return NOT_LIVE;
  }
  const feed = createRowFeed(() => stream.call(probe, settings), probe.key);
  const write = (arrived: readonly ArrivedRow[]) => {
    for (const { sled, row, at } of arrived) {
      if (filter?.keeps(row) === false) continue;
      out.write(arriving(fleetRow(sled, row), at, probe.columns, options.columns ?? null));
    }
  };
  return {
    streamed: true,
    close: () => write(feed.end(surroundings.now())),
    settings: {
      onText: (sled, text) => write(feed.push(sled, text, surroundings.now())),
      onRows: (sled, rows, at) => write(rows.map((row) => ({ sled, row, at }))),
    },
  };
}

/** Percentiles of each interval on a terminal, where people read. */
async function liveIntervals(
  open: () => IntervalStream,
  probe: ProbeSpec,
  options: RunOptions,
  { terminal }: Surroundings,
): Promise<Live> {
  const { arriving } = outputNamed(options.output);
  if (arriving !== 'redrawn' || !terminal.out.isTerminal || options.quiet === true) return NOT_LIVE;
  const { openIntervals } = await import('./live-intervals.ts');
  const by = distributionView(options, probe).by.filter((name) => name !== 'time');
  const shown = openIntervals(open, by, terminal);
  return {
    streamed: false,
    close: shown.close,
    settings: {
      ownDrawing: true,
      onText: (sled, text) => shown.push(sled, text),
      onInterval: shown.take,
    },
  };
}
