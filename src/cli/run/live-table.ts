import { fleetRow, SLED_COLUMNS } from '../../fleet/merge.ts';
import { createRowFeed } from '../../fleet/row-feed.ts';
import type { Column } from '../../model/column.ts';
import { writeDuration } from '../../model/duration.ts';
import { describeError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { Sled } from '../../model/sled.ts';
import type { ProbeSettings, ProbeSpec } from '../../model/probe.ts';
import { apply, beginWatch } from '../../watch/apply.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import { createReportStream } from '../../watch/report-stream.ts';
import { tableViewLines, type LiveTable } from '../../watch/table-view.ts';
import { countsText } from '../../watch/view.ts';
import { STALE_MS, type Watched } from '../../watch/watched.ts';
import type { RowFilter } from '../options/filters.ts';
import type { Surroundings } from '../surroundings.ts';
import { openWatchScreen, type WatchScreen } from '../watch/watch-screen.ts';
import type { Live } from './live.ts';
import { nowOf } from '../watch/now-of.ts';

const TICK_MS = 500;

/** The screen of a watch with the rows of a probe, from when the sleds are chosen until they have answered. */
export function openLiveTable(
  probe: ProbeSpec,
  settings: ProbeSettings,
  surroundings: Surroundings,
  filter: RowFilter | null,
): Live {
  const { stream } = probe;
  if (stream === undefined) throw new Error(`${probe.name} has no rows before its end`);
  const feed = createRowFeed(() => stream.call(probe, settings), rowKey(probe));
  const columns: readonly Column[] = [...SLED_COLUMNS, ...probe.columns].filter(
    ({ narrow, name }) => narrow === true && name !== 'note',
  );
  // Two prints that do not come are one too many.
  const staleMs = Math.max(STALE_MS, settings.interval * 2_500);
  const heard = new Map<string, ReturnType<typeof createReportStream>>();
  const isOfReports = probe.firesFor === 'reports';
  let watched: Watched = beginWatch([], nowOf(surroundings));
  let screen: WatchScreen | null = null;
  let ticking: NodeJS.Timeout | null = null;
  /** Of a sled that a runner reads only the probe's own rows are here, with states or without. */
  let isReadElsewhere = false;
  const hasStates = probe.columns.some(({ name }) => name === 'ds0');
  const take = (event: WatchEvent) => {
    if (apply(watched, event).length > 0) screen?.changed();
  };
  const heardOf = (sled: Sled, now: Now) => {
    if (watched.sleds.get(sled.id)?.state === 'live') return;
    take({ kind: 'begun', sled, program: 1, running: [], now });
  };
  const table = (now: Now): LiveTable => ({
    columns,
    staleMs,
    counts: isOfReports && (hasStates || !isReadElsewhere) ? countsText(watched, now.ms) : null,
    rows: feed.newest().flatMap(({ sled, row, at }) => {
      if (filter?.keeps(row) === false) return [];
      return [{ sled, row: fleetRow(sled, row), heardMs: now.ms - (now.wall - at.getTime()) }];
    }),
  });
  const close = () => {
    if (ticking !== null) clearInterval(ticking);
    screen?.close();
    screen = null;
  };
  return {
    streamed: false,
    close,
    settings: {
      drawing: {
        begin(sleds, selection) {
          watched = beginWatch(sleds, nowOf(surroundings));
          const long = `${writeDuration(settings.seconds * 1000)} at most, every ${writeDuration(settings.interval * 1000)}`;
          const title = `cruc-fleet run ${probe.name}: ${selection}, ${long}`;
          screen = openWatchScreen(
            (state, now, size) => tableViewLines(watched, table(now), state, now, size, title),
            surroundings,
            () => {
              close();
              surroundings.interrupt();
            },
          );
          ticking = setInterval(() => take({ kind: 'tick', now: nowOf(surroundings) }), TICK_MS);
        },
        become: (sleds) => take({ kind: 'sleds', sleds, now: nowOf(surroundings) }),
        end: close,
        lost: (sled, error, againMs) =>
          take({
            kind: 'lost',
            sled,
            why: printable(describeError(error)),
            againMs,
            now: nowOf(surroundings),
          }),
      },
      onText(sled, text) {
        const now = nowOf(surroundings);
        feed.push(sled, text, surroundings.now());
        heardOf(sled, now);
        if (!isOfReports) return;
        const reports = heard.get(sled.id) ?? createReportStream();
        heard.set(sled.id, reports);
        for (const part of reports(text)) {
          if (part.kind === 'report') take({ ...part, sled, program: 1, now });
        }
      },
      onRows(sled, rows, at) {
        const { ms, wall } = nowOf(surroundings);
        const now = { ms: ms - (wall - at.getTime()), wall: at.getTime() };
        isReadElsewhere = true;
        heardOf(sled, now);
        feed.add(sled, rows, at);
        if (!isOfReports || !hasStates) return;
        for (const row of rows) take({ kind: 'report', sled, program: 1, row, now });
      },
    },
  };
}

/** One line for each session or process: of what has a row for each moment, the newest. */
function rowKey({ key }: ProbeSpec): readonly string[] {
  return key.filter((name) => name !== 'time_ns');
}
