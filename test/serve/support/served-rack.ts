import { pictureNow } from '../../../src/cli/watch/watch-keep.ts';
import { keepRun } from '../../../src/history/keep-run.ts';
import type { Row } from '../../../src/model/column.ts';
import { openLiveServer, type LiveServer } from '../../../src/serve/live-server.ts';
import type { KnownHistory } from '../../../src/serve/history-reader.ts';
import { apply, beginWatch } from '../../../src/watch/apply.ts';
import type { Now, SledFailure } from '../../../src/watch/event.ts';
import type { Watched } from '../../../src/watch/watched.ts';
import { stateRow } from '../../support/reports.ts';
import { makeSled } from '../../support/sleds.ts';

type States = readonly [string, string, string];

/** A rack that is served without a sled: what is heard, and when it is, is the test's. */
export interface ServedRack {
  readonly server: LiveServer;
  readonly watched: Watched;
  readonly troubles: string[];
  /** The sled of that number reports that state, of an upstairs of its own in a zone of that name. */
  readonly report: (sled: number, states: States, change?: Row) => void;
  readonly lose: (sled: number, why: string, failure?: SledFailure) => void;
  /** Adds what is known now to a history, as a look. */
  readonly keep: (path: string) => Promise<void>;
  /** So many seconds pass, and nothing is sent. */
  readonly wait: (seconds: number) => void;
  /** So many seconds pass, and what is known then is sent. */
  readonly pass: (seconds: number) => void;
}

const START = Date.parse('2026-11-27T06:00:00Z');
export const HEALTHY: States = ['active', 'active', 'active'];

/** Serves so many sleds at a free port. A bug in the server is thrown by what the test calls next. */
export async function serveRack(
  sleds: number,
  history: (since: number) => Promise<KnownHistory> = () =>
    Promise.resolve({ problem: 'the history is off' }),
): Promise<ServedRack> {
  let seconds = 0;
  const bugs: unknown[] = [];
  const now = (): Now => ({ ms: seconds * 1000, wall: START + seconds * 1000 });
  const all = Array.from({ length: sleds }, (_, cubby) => makeSled(cubby));
  const watched = beginWatch(all, now());
  const troubles: string[] = [];
  const served = { watched, selection: 'rack 3', troubles, history };
  const server = await openLiveServer({ host: '127.0.0.1', port: 0 }, served, {
    now,
    onBug: (error) => bugs.push(error),
  });
  const sledOf = (n: number) => all[n] ?? makeSled(n);
  return {
    server,
    watched,
    troubles,
    report(n, states, change = {}) {
      const sled = sledOf(n);
      const row: Row = { ...stateRow(n, [...states], ''), time_ns: String(seconds * 1e9 + n), ...change };
      const pid = Number(row['pid']);
      if (watched.sleds.get(sled.id)?.state !== 'live') {
        const running = [{ zone: String(row['zone']), pid, command: 'propolis-server' }];
        apply(watched, { kind: 'begun', sled, program: 1, running, now: now() });
      }
      apply(watched, { kind: 'report', sled, program: 1, row, now: now() });
    },
    lose(n, why, failure = { stage: 'run', code: 'connection_lost' }) {
      apply(watched, { kind: 'lost', sled: sledOf(n), why, againMs: 30_000, failure, now: now() });
    },
    async keep(path) {
      const place = { path, keepMs: 1e12, isFolderOurs: false };
      const facts = { host: 'here', command: 'watch', windowMs: 60_000, selection: 'rack 3', clock: null };
      const edges = { random: Math.random, now: () => new Date(now().wall) };
      const problems = await keepRun(place, pictureNow(watched, now()), facts, edges);
      if (problems.length > 0) throw new Error(problems.join());
    },
    wait(more) {
      seconds += more;
    },
    pass(more) {
      seconds += more;
      apply(watched, { kind: 'tick', now: now() });
      server.tick();
      if (bugs.length > 0) throw bugs[0];
    },
  };
}
