import { sessionHealth } from '../model/health.ts';
import type { Row } from '../model/column.ts';
import type { Sled } from '../model/sled.ts';
import { unreadableIn } from '../model/row-note.ts';
import { shortZone } from '../model/zone-name.ts';
import { isRoutine, type Note, type Now, type WatchEvent } from './event.ts';
import { latenessOf, timeOf } from './lateness.ts';
import { isFresh, statesText, type Watched, type WatchedSession, type WatchedSled } from './watched.ts';

const MOST_NOTES = 500;
const TRAIL = 60;
/** Two programs report for some seconds; the same report comes from each, at times that differ by microseconds. */
const SAME_REPORT_NS = 500_000_000n;
/** A process has so long to report after a program began. */
const SILENT_START_MS = 5_000;

/** A watch of these sleds that nothing was heard of yet. */
export function beginWatch(sleds: readonly Sled[], now: Now): Watched {
  return {
    sleds: new Map(sleds.map((sled) => [sled.id, waitingSled(sled, now)])),
    sessions: new Map(),
    notes: [],
    begunMs: now.ms,
  };
}

function waitingSled(sled: Sled, now: Now): WatchedSled {
  const unknown = { why: null, failure: null, againAtMs: null, processes: null, leastDelay: null };
  return { sled, state: 'waiting', program: 0, sinceMs: now.ms, ...unknown };
}

/** Goes on with other sleds: what is known of those that are `kept` stays, and of each other one nothing was heard yet. */
export function selectAnew(
  watched: Watched,
  sleds: readonly Sled[],
  kept: ReadonlySet<string>,
  now: Now,
): void {
  const known = new Map(watched.sleds);
  watched.sleds.clear();
  for (const sled of sleds) {
    const before = kept.has(sled.id) ? known.get(sled.id) : undefined;
    watched.sleds.set(sled.id, before ?? waitingSled(sled, now));
  }
  for (const { key, sled } of watched.sessions.values()) if (!kept.has(sled.id)) watched.sessions.delete(key);
}

/** Takes an event in, and gives what is worth telling of it. */
export function apply(watched: Watched, event: WatchEvent): readonly Note[] {
  const notes = notesOf(watched, event);
  watched.notes.push(...notes.filter((note) => !isRoutine(note)));
  if (watched.notes.length > MOST_NOTES) watched.notes.splice(0, watched.notes.length - MOST_NOTES);
  return notes;
}

function notesOf(watched: Watched, event: WatchEvent): readonly Note[] {
  switch (event.kind) {
    case 'report':
      return takeReport(watched, event);
    case 'begun':
      return takeBegin(watched, event);
    case 'lost':
      return takeLoss(watched, event);
    case 'heard':
      return takeReturn(watched, event);
    case 'doubt':
      return [noteOfSled('doubt', event.sled, event.now, event.what)];
    case 'sleds':
      selectAnew(watched, event.sleds, new Set(watched.sleds.keys()), event.now);
      return [];
    case 'tick':
      return takeTick(watched, event.now);
  }
}

type Of<K extends WatchEvent['kind']> = Extract<WatchEvent, { readonly kind: K }>;

function takeReport(watched: Watched, { sled, program, row, now }: Of<'report'>): readonly Note[] {
  const key = keyOf(sled, row);
  const known = watched.sessions.get(key);
  if (known === undefined) return openSession(watched, key, { sled, program, row, now });
  // Of two programs the newer one is heard.
  if (program < known.program) return [];
  const isOther = program > known.program;
  known.program = program;
  if (isOther && isSameReport(row, known.row)) return [];
  const before = { states: known.states, unreadable: known.unreadable, isSilent: known.isSilent };
  renew(watched, known, row, now);
  const isBack = before.isSilent && isFresh(known, now.ms);
  const notes = isBack ? [noteOf('reports_again', known, now, 'reports again')] : [];
  if (isBack) known.isSilent = false;
  const [from, to] = [statesText(before.states), statesText(known.states)];
  if (from === to && before.unreadable === known.unreadable) return notes;
  known.changedWall = now.wall;
  known.was = from ?? 'not known';
  const said = to ?? `states not known: ${known.unreadable ?? 'not reported'}`;
  const text = `${from ?? 'states not known'} -> ${said} (${known.health ?? 'not known'})`;
  return [...notes, { ...noteOf('changed', known, now, text), from, to }];
}

function openSession(
  watched: Watched,
  key: string,
  { sled, program, row, now }: Omit<Of<'report'>, 'kind'>,
): readonly Note[] {
  const session: WatchedSession = {
    key,
    sled,
    zone: String(row['zone']),
    pid: typeof row['pid'] === 'number' ? row['pid'] : null,
    upstairsId: textOf(row['upstairs_id']),
    sessionId: textOf(row['session_id']),
    program,
    states: null,
    health: null,
    unreadable: null,
    row,
    first: row,
    heardMs: now.ms,
    lateMs: 0,
    changedWall: null,
    was: null,
    isSilent: false,
    repairRows: [],
    trail: { jobs: [], bytes: [], delays: [] },
  };
  renew(watched, session, row, now);
  // What stood for a process that did not report, and a session of the same upstairs that this one follows.
  const notes = [...watched.sessions.values()].flatMap((other): readonly Note[] => {
    if (other.sled.id !== sled.id || other.zone !== session.zone || other.pid !== session.pid) return [];
    const isProcess = other.states === null && other.sessionId === null && other.upstairsId === null;
    const isFollowed = other.upstairsId !== null && other.upstairsId === session.upstairsId;
    if (!isProcess && !isFollowed) return [];
    watched.sessions.delete(other.key);
    return isFollowed ? [noteOf('restarted', session, now, 'another session of the upstairs')] : [];
  });
  watched.sessions.set(key, session);
  const to = statesText(session.states);
  const said = to ?? `states not known: ${session.unreadable ?? 'not reported'}`;
  return [...notes, { ...noteOf('seen', session, now, `${session.health ?? 'not known'} (${said})`), to }];
}

function renew(watched: Watched, session: WatchedSession, row: Row, now: Now): void {
  const [ds0, ds1, ds2] = [row['ds0'], row['ds1'], row['ds2']];
  const isKnown = typeof ds0 === 'string' && typeof ds1 === 'string' && typeof ds2 === 'string';
  const { trail, row: last } = session;
  session.unreadable = unreadableIn(row);
  session.states = isKnown && session.unreadable === null ? [ds0, ds1, ds2] : null;
  session.health = session.states === null ? null : sessionHealth(session.states);
  push(trail.jobs, grown(row, last, 'next_job_id'));
  push(trail.bytes, numberOf(row['write_bytes_out']) ?? 0);
  push(trail.delays, Math.max(0, ...[0, 1, 2].map((ds) => numberOf(row[`write_delay_us_${ds}`]) ?? 0)));
  const isRepairing = session.health === 'repairing' || (session.states?.includes('live_repair') ?? false);
  if (isRepairing) push(session.repairRows, row);
  else session.repairRows = [];
  const own = watched.sleds.get(session.sled.id);
  const { lateMs, least } = latenessOf(row, last, own?.leastDelay ?? null, now.ms);
  if (own !== undefined) own.leastDelay = least;
  session.row = row;
  session.lateMs = lateMs;
  session.heardMs = now.ms - lateMs;
}

function takeBegin(watched: Watched, { sled, program, running, now }: Of<'begun'>): readonly Note[] {
  const own = watched.sleds.get(sled.id);
  if (own === undefined || program < own.program) return [];
  const { state } = own;
  own.program = program;
  becomeLive(own, now);
  const notes: Note[] = [];
  if (state === 'lost') notes.push(noteOfSled('back', sled, now, 'is watched again'));
  if (state === 'waiting') notes.push(noteOfSled('watched', sled, now, 'is watched'));
  const upstairs = (running ?? []).filter(({ command }) => command === 'propolis-server');
  own.processes = running === null ? null : new Map(upstairs.map(({ pid, zone }) => [pid, zone]));
  if (running === null) {
    notes.push(
      noteOfSled('doubt', sled, now, 'its processes could not be listed: one that is silent may be missing'),
    );
    return notes;
  }
  const pids = new Set(running.map(({ pid }) => pid));
  for (const session of watched.sessions.values()) {
    const isHere = session.sled.id === sled.id && (session.pid === null || !pids.has(session.pid));
    if (!isHere || isFresh(session, now.ms)) continue;
    watched.sessions.delete(session.key);
    notes.push(noteOf('gone', session, now, 'gone: its process does not run any more'));
  }
  return notes;
}

function takeReturn(watched: Watched, { sled, now }: Of<'heard'>): readonly Note[] {
  const own = watched.sleds.get(sled.id);
  if (own?.state !== 'lost') return [];
  becomeLive(own, now);
  return [noteOfSled('back', sled, now, 'is watched again')];
}

function becomeLive(own: WatchedSled, now: Now): void {
  own.why = null;
  own.failure = null;
  own.againAtMs = null;
  if (own.state === 'live') return;
  own.state = 'live';
  own.sinceMs = now.ms;
}

function takeLoss(watched: Watched, { sled, why, againMs, failure, now }: Of<'lost'>): readonly Note[] {
  const own = watched.sleds.get(sled.id);
  if (own === undefined) return [];
  const isNews = own.state !== 'lost' || own.why !== why;
  if (own.state !== 'lost') own.sinceMs = now.ms;
  own.state = 'lost';
  own.why = why;
  own.failure = failure ?? null;
  own.againAtMs = againMs === null ? null : now.ms + againMs;
  return isNews ? [noteOfSled('lost', sled, now, `not watched: ${why}`)] : [];
}

/** What is silent makes no event: time does. */
function takeTick(watched: Watched, now: Now): readonly Note[] {
  const notes: Note[] = [];
  const heard = new Set<string>();
  for (const session of watched.sessions.values()) {
    heard.add(`${session.sled.id} ${session.pid ?? ''}`);
    if (session.isSilent || isFresh(session, now.ms) || session.states === null) continue;
    // Of a lost sled that is said once, and when it is back.
    if (watched.sleds.get(session.sled.id)?.state !== 'live') continue;
    session.isSilent = true;
    notes.push(noteOf('silent', session, now, whySilent(session, now)));
  }
  for (const { sled, state, sinceMs, processes, program } of watched.sleds.values()) {
    if (state !== 'live' || now.ms - sinceMs < SILENT_START_MS) continue;
    for (const [pid, zone] of processes ?? []) {
      if (heard.has(`${sled.id} ${pid}`)) continue;
      const row = { zone, pid, upstairs_id: null, session_id: null };
      const key = keyOf(sled, row);
      openSession(watched, key, { sled, program, row, now });
      const silent = watched.sessions.get(key);
      if (silent === undefined) continue;
      silent.health = 'no_report';
      silent.isSilent = true;
      notes.push(noteOf('no_report', silent, now, 'runs, and does not report'));
    }
  }
  return notes;
}

/** What came, and was old when it came, says how things were. */
function whySilent({ heardMs, lateMs }: WatchedSession, now: Now): string {
  return lateMs >= 1000 && isFresh({ heardMs: heardMs + lateMs }, now.ms)
    ? `its reports come ${Math.round(lateMs / 1000)}s late, as over a slow link`
    : 'silent: it may be gone, or hang';
}

function isSameReport(row: Row, last: Row): boolean {
  const [a, b] = [timeOf(row), timeOf(last)];
  if (a === null || b === null) return false;
  const apart = a > b ? a - b : b - a;
  return apart < SAME_REPORT_NS;
}

/** Of one session on one sled. */
export function keyOf(sled: Sled, row: Row): string {
  return JSON.stringify([sled.id, row['zone'], row['pid'], row['upstairs_id'], row['session_id']]);
}

function noteOf(what: Note['what'], session: WatchedSession, { wall }: Now, text: string): Note {
  const { sled, zone, pid, upstairsId, sessionId, health } = session;
  const id = upstairsId === null ? '' : `, upstairs ${upstairsId.slice(0, 8)}`;
  const whole = `${placeOf(sled)} ${shortZone(zone)}${id}: ${text}`;
  const ids = { zone, pid, upstairsId, sessionId };
  return { wall, what, sled: sled.id, ...ids, from: null, to: null, health, text: whole };
}

function noteOfSled(what: Note['what'], sled: Sled, { wall }: Now, text: string): Note {
  const ids = { zone: null, pid: null, upstairsId: null, sessionId: null };
  return {
    wall,
    what,
    sled: sled.id,
    ...ids,
    from: null,
    to: null,
    health: null,
    text: `${placeOf(sled)} ${text}`,
  };
}

/** `3/14`; the id of a sled whose cubby is not known. */
export function placeOf({ id, rack, cubby }: Sled): string {
  return cubby === null ? id : `${rack}/${cubby}`;
}

function push<T>(list: T[], value: T): void {
  list.push(value);
  if (list.length > TRAIL) list.shift();
}

function grown(row: Row, last: Row, name: string): number {
  const [now, before] = [numberOf(row[name]), numberOf(last[name])];
  return now === null || before === null ? 0 : Math.max(0, now - before);
}

function numberOf(cell: Row[string] | undefined): number | null {
  return typeof cell === 'number' ? cell : null;
}

function textOf(cell: Row[string] | undefined): string | null {
  return typeof cell === 'string' ? cell : null;
}
