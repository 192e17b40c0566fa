import { ageText } from '../drawing/moment.ts';
import type { Row } from '../model/column.ts';
import { FleetError } from '../model/error.ts';
import { groupBy } from '../model/group-by.ts';
import type { Issue } from '../model/issue.ts';
import type { AnsweredOutcome, SledOutcome } from '../model/report.ts';
import { LAST_REPORT_OLD } from '../model/row-note.ts';
import type { Now } from './event.ts';
import { isStale } from './list.ts';
import { statesText, type Watched, type WatchedSession, type WatchedSled } from './watched.ts';

/** What is known now, as a look would have seen it. Of what is silent its row says what it was, and when. */
export function outcomesNow(watched: Watched, now: Now): readonly SledOutcome[] {
  const sessions = groupBy([...watched.sessions.values()], ({ sled }) => sled.id);
  return [...watched.sleds.values()].map((own) => outcomeOf(own, sessions.get(own.sled.id) ?? [], now));
}

function outcomeOf(own: WatchedSled, sessions: readonly WatchedSession[], now: Now): SledOutcome {
  if (own.state === 'live') return answerOf(own, sessions, now);
  const { sled, failure } = own;
  const isWaiting = own.state === 'waiting';
  const code = isWaiting ? 'not_begun' : (failure?.code ?? 'connection_lost');
  const error = new FleetError(code, own.why ?? 'nothing was heard of it yet');
  const stage = isWaiting ? 'connect' : (failure?.stage ?? 'run');
  return { status: 'failed', sled, elapsedMs: 0, stage, error };
}

function answerOf(
  { sled, processes }: WatchedSled,
  sessions: readonly WatchedSession[],
  now: Now,
): AnsweredOutcome {
  const isOld = (session: WatchedSession) => isStale(session, now.ms);
  const silent = sessions.filter(isOld).length;
  const issues: Issue[] = [
    ...(silent === 0
      ? []
      : [
          {
            code: 'cut' as const,
            message: `${silent} ${silent === 1 ? 'session is' : 'sessions are'} silent`,
          },
        ]),
    ...(processes === null
      ? [{ code: 'warning' as const, message: 'its processes could not be listed' }]
      : []),
  ];
  const rows = sessions.map((session) => (isOld(session) ? oldRow(session, now) : freshRow(session)));
  const said = { via: null, distributions: [], text: '', warnings: [] };
  return { status: 'answered', sled, elapsedMs: 0, ...said, rows, issues };
}

function freshRow({ row, health }: WatchedSession): Row {
  return { ...row, health };
}

/** Nothing of it is a value of now. */
function oldRow({ row, states, health, heardMs }: WatchedSession, now: Now): Row {
  const was = statesText(states);
  const then = was === null ? '' : `: ${was} (${health ?? 'not known'}) then`;
  const note = `${LAST_REPORT_OLD}${ageText(now.ms - heardMs)} ago${then}`;
  return { ...row, ds0: null, ds1: null, ds2: null, health: null, note };
}
