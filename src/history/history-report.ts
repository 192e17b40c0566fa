import { momentText } from '../drawing/moment.ts';
import type { FleetReport } from '../model/report.ts';
import type { Chronicle, SessionLife } from './chronicle.ts';
import { eventsOf, HISTORY_COLUMNS, historyRows } from './history-rows.ts';
import { outcomeOfSight } from './known-sleds.ts';

/** What a history is asked for. */
export interface HistorySubject {
  /** As people say it. */
  readonly name: string;
  readonly filter: string | null;
  /** Sleds that it names beside those of the sessions; null: it names all. */
  readonly called: ReadonlySet<string> | null;
}

/** `2 parts of the history are damaged`. */
export function damagedText(damaged: number): string {
  return damaged === 1 ? '1 part of the history is damaged' : `${damaged} parts of the history are damaged`;
}

/** The lives of some sessions as a report: a row for each thing that happened, and how the last look saw each sled. */
export function historyReport(
  sessions: readonly SessionLife[],
  chronicle: Chronicle,
  { name, filter, called }: HistorySubject,
  since: number,
): FleetReport {
  const { runs, first, last, damaged, life } = chronicle;
  const named = new Set(sessions.map(({ who }) => who.sled));
  const isNamed = (sled: string) => called === null || named.has(sled) || called.has(sled);
  const gaps = chronicle.gaps.filter(({ sled }) => isNamed(sled));
  const rows = historyRows(eventsOf(sessions, gaps, since), chronicle);
  const span = first === null || last === null ? '' : `, ${momentText(first.at)} to ${momentText(last.at)}`;
  const outcomes = [...life.sleds]
    // One that nobody asked in that time has left the inventory, or the selection.
    .filter(([sled, { asked }]) => isNamed(sled) && asked.at >= since)
    .map(([sled, { sight, asked, serial, cubby }]) =>
      outcomeOfSight(sled, { ...sight, serial, cubby }, `at the last look, ${momentText(asked.at)}`),
    );
  const lost =
    damaged === 0
      ? []
      : [
          {
            code: 'cut' as const,
            message: `${damagedText(damaged)}; what was there is shown as not seen`,
          },
        ];
  return {
    probe: 'history',
    shape: 'rows',
    selection: `${name}: ${runs} runs read${span}`,
    filter,
    startedAt: new Date(since),
    finishedAt: new Date(last?.at ?? since),
    interrupted: false,
    outcomes,
    columns: HISTORY_COLUMNS,
    rows,
    healthCounts: null,
    rowsBeforeFilter: rows.length,
    distributions: [],
    findings: [],
    ...(lost.length === 0 ? {} : { issues: lost }),
  };
}
