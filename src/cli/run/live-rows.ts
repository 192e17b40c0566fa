import { fleetRow, SLED_COLUMNS } from '../../fleet/merge.ts';
import { createRowFeed, type ArrivedRow } from '../../fleet/row-feed.ts';
import type { Column } from '../../model/column.ts';
import { formatDuration } from '../../model/duration.ts';
import type { IntervalStream, ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import { tableLines } from '../../drawing/table-layout.ts';
import { distributionView } from '../options/distribution-options.ts';
import type { RowFilter } from '../options/filters.ts';
import type { FleetRunSettings } from '../ask/fleet-run.ts';
import { outputNamed } from '../options/output-options.ts';
import type { RunOptions } from './run-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** Rows of a run while it goes on. */
interface Live {
  readonly settings: Partial<FleetRunSettings>;
  /** Each row was written as it came, and need not be written again. */
  readonly streamed: boolean;
  close(): void;
}

/** Nothing is shown before the end. */
export const NOT_LIVE: Live = { settings: {}, streamed: false, close() {} };

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
    settings: { ownDrawing: true, onText: (sled, text) => shown.push(sled, text) },
  };
}

/**
 * Rows while they arrive, as the format says: drawn over themselves on a terminal, newest first, or a line each. A
 * row whose next one is overdue is marked.
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
    return liveIntervals(() => intervals.call(probe, settings), probe, options, surroundings);
  }
  // Totals come at the end.
  if (stream === undefined || settings.interval === 0 || settings.totals) return NOT_LIVE;
  const { out } = surroundings.terminal;
  const feed = createRowFeed(() => stream.call(probe, settings), probe.key);
  const { arriving } = outputNamed(options.output);
  if (arriving === 'at the end') return NOT_LIVE;
  if (arriving !== 'redrawn') {
    // Rows in an order come when all are there.
    if (options.sortBy !== undefined) return NOT_LIVE;
    const write = (arrived: readonly ArrivedRow[]) => {
      for (const { sled, row, at } of arrived) {
        if (filter?.keeps(row) === false) continue;
        out.write(arriving(fleetRow(sled, row), at, probe.columns, options.columns ?? null));
      }
    };
    return {
      streamed: true,
      close: () => write(feed.end(surroundings.now())),
      settings: { onText: (sled, text) => write(feed.push(sled, text, surroundings.now())) },
    };
  }
  if (!out.canRedraw || options.quiet === true) return NOT_LIVE;
  const { openLiveView } = await import('../../term/live-view.ts');
  const view = openLiveView(out.stream, out.unicode);
  const columns: readonly Column[] = [
    ...[...SLED_COLUMNS, ...probe.columns].filter(
      (column) => column.narrow === true && column.name !== 'note',
    ),
    { name: 'age', heading: 'AGE', kind: 'text', role: 'state', help: 'time since the row came' },
  ];
  let drawnMs = Number.NEGATIVE_INFINITY;
  const started = surroundings.elapsed();
  return {
    streamed: false,
    close: () => view.clear(),
    settings: {
      ownDrawing: true,
      onText: (sled, text) => {
        const now = surroundings.now();
        feed.push(sled, text, now);
        if (surroundings.elapsed() - drawnMs < 250) return;
        drawnMs = surroundings.elapsed();
        const rows = feed.newest().flatMap(({ sled, row, at }) => {
          if (filter?.keeps(row) === false) return [];
          const ageMs = now.getTime() - at.getTime();
          const isDead = ageMs > settings.interval * 2500;
          return [{ ...fleetRow(sled, row), age: `${formatDuration(ageMs)}${isDead ? ' gone?' : ''}` }];
        });
        const head = `${probe.name}: ${formatDuration(surroundings.elapsed() - started)} of ${settings.seconds} s, every ${settings.interval} s`;
        const { table, hidden } = tableLines(columns, rows, {
          width: out.width(),
          ...(out.unicode ? {} : { cutMark: '~' }),
        });
        // What the screen has no room for is at the end.
        view.draw([head, ...(rows.length === 0 ? [] : [...hidden, ...table])]);
      },
    },
  };
}
