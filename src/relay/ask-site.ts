import { writeDuration } from '../model/duration.ts';
import { followRun, LINK_LOST, type FollowedRun, type FollowEars } from './followed-run.ts';
import { readReply, type Refusal, type Reply, type SiteSled } from './messages.ts';
import { openPartWindow, type PartWindow } from './part-window.ts';
import { unpackReport } from './parts.ts';
import type { SiteEnd, SiteState } from './site-end.ts';
import { versionProblem } from './versions.ts';
import type { WireMessage } from './wire.ts';

/** A clock that differs by less may be the way's doing. */
const CLOCK_TOLERANCE_MS = 2000;
/** So often parts that do not come are asked for again. */
const MOST_ASKS = 3;

export interface SiteAsking {
  readonly site: string;
  /** Of the program that asks. */
  readonly version: string;
  readonly elapsed: () => number;
  readonly now: () => Date;
  /** A site that says nothing for so long is silent. */
  readonly silentAfterMs: number;
  /** Whether our own connection to the hub is there. */
  readonly isLinked: () => boolean;
  /** Publishes the question. */
  readonly ask: () => void;
  readonly tell: (what: ToldRunner) => void;
  /** Resolves when this site's report may come; what it gives is called once it is here, or will not come. */
  readonly turn: () => Promise<() => void>;
  readonly onProgress: (counts: SiteCounts) => void;
  /** Hears what the site tells before its end; null: it is not followed. */
  readonly follow: FollowEars | null;
}

type ToldRunner =
  | { readonly type: 'send'; readonly from: number; readonly to: number }
  | { readonly type: 'stop' }
  | { readonly type: 'follow'; readonly heard: number; readonly again: boolean };

export interface SiteCounts {
  readonly selected: number;
  readonly answered: number;
  readonly failed: number;
}

/** A site that is being asked: it is told what comes, and its end is a promise that never rejects. */
export interface AskedSite {
  readonly end: Promise<SiteEnd>;
  readonly hear: (message: WireMessage) => void;
  /** The hub refused the question. */
  readonly refuse: (reason: string) => void;
  /** Has its runner answer with what it has. */
  readonly finishSoon: () => void;
  /** Ends it: what came until then counts. `stops` tells the runner too. */
  readonly giveUp: (state: SiteState, reason: string, stops?: boolean) => void;
}

const STATE_OF: Readonly<Record<Refusal, SiteState>> = {
  refused: 'refused',
  busy: 'busy',
  expired: 'expired',
  failed: 'failed',
  nothing_selected: 'nothing_selected',
};

type Ready = Extract<Reply, { type: 'ready' }>;

/** What is known of a site by what it said. */
interface Heard {
  runner: string | null;
  version: string | null;
  sleds: readonly SiteSled[] | null;
  selection: string | null;
  clockAheadMs: number | null;
}

/** A site from its question until its end. */
interface Asked {
  readonly asking: SiteAsking;
  readonly startedAt: number;
  readonly heard: Heard;
  readonly followed: FollowedRun | null;
  readonly resolve: (end: SiteEnd) => void;
  /** `ready`: it has its report, which is fetched when its turn comes. */
  phase: 'asked' | 'ready' | 'fetching' | 'over';
  counts: SiteCounts | null;
  ready: Ready | null;
  window: PartWindow | null;
  /** How often parts were asked for since one came. */
  asks: number;
  /** Ends its turn. */
  release: (() => void) | null;
  timer: NodeJS.Timeout | undefined;
}

/** Asks one site once and follows it to its end: an answer, or the reason why there is none. */
export function askSite(asking: SiteAsking): AskedSite {
  let resolve: (end: SiteEnd) => void = () => {};
  const end = new Promise<SiteEnd>((done) => {
    resolve = done;
  });
  const asked: Asked = {
    asking,
    startedAt: asking.elapsed(),
    heard: { runner: null, version: null, sleds: null, selection: null, clockAheadMs: null },
    followed: asking.follow === null ? null : followRun({ ...asking, ears: asking.follow }),
    resolve,
    phase: 'asked',
    counts: null,
    ready: null,
    window: null,
    asks: 0,
    release: null,
    timer: undefined,
  };
  wait(asked);
  // What is followed is asked again: a question that waits for the link would be a second one.
  if (asking.follow !== null && !asking.isLinked()) finish(asked, 'not_reached', LINK_LOST);
  else asking.ask();
  return {
    end,
    hear: (message) => hear(asked, message),
    refuse: (reason) => finish(asked, 'refused', reason),
    finishSoon() {
      if (asked.phase === 'asked') letGo(asked);
    },
    giveUp(state, reason, stops = false) {
      if (asked.phase === 'over') return;
      if (stops && asked.heard.runner !== null) letGo(asked);
      finish(asked, state, reason);
    },
  };
}

function finish(asked: Asked, state: SiteState, reason: string, report: string | null = null): void {
  if (asked.phase === 'over') return;
  const { asking, heard, ready, startedAt } = asked;
  asked.phase = 'over';
  asked.window = null;
  clearTimeout(asked.timer);
  asked.followed?.end();
  asked.release?.();
  asked.resolve({
    site: asking.site,
    state,
    reason,
    ...heard,
    report,
    notes: ready?.notes ?? [],
    elapsedMs: asking.elapsed() - startedAt,
    bytes: ready?.bytes ?? 0,
  });
}

/** Should it hear of that: nobody waits for its sleds any more, nor for its report. */
function letGo({ asking }: Asked): void {
  asking.tell({ type: 'stop' });
}

function wait(asked: Asked, ms = asked.asking.silentAfterMs): void {
  clearTimeout(asked.timer);
  asked.timer = setTimeout(() => fallSilent(asked), ms);
}

function fallSilent(asked: Asked): void {
  const { asking, heard, phase } = asked;
  const after = writeDuration(asking.silentAfterMs);
  if (asking.follow !== null && !asking.isLinked()) return finish(asked, 'not_reached', LINK_LOST);
  if (heard.runner === null) {
    const why = `nothing came back within ${after}: the link to its runner is slow, cut or frozen`;
    return finish(asked, 'not_reached', why);
  }
  switch (phase) {
    case 'asked':
      letGo(asked);
      return finish(asked, 'silent', `its runner said nothing for ${after}${howFar(asked)}`);
    case 'ready':
      // It has nothing to say until it is asked for parts.
      return wait(asked);
    case 'fetching':
      return askAgain(asked, after);
    case 'over':
  }
}

function howFar({ asking, counts }: Asked): string {
  return counts === null || asking.follow !== null
    ? ''
    : ` (${counts.answered} of ${counts.selected} sleds had answered)`;
}

function askAgain(asked: Asked, after: string): void {
  const { asks, ready, window } = asked;
  if (asks < MOST_ASKS) return askForParts(asked);
  letGo(asked);
  const came = `${window?.came() ?? 0} of ${ready?.parts ?? 0} parts`;
  finish(asked, 'partial', `${came} of its report came, and no more for ${after}`);
}

function askForParts(asked: Asked): void {
  const { asking, window } = asked;
  if (window === null) return;
  asked.asks += 1;
  asking.tell({ type: 'send', ...window.next() });
  wait(asked, asking.silentAfterMs / MOST_ASKS);
}

function hear(asked: Asked, message: WireMessage): void {
  if (asked.phase === 'over') return;
  if (message.isUnheard) {
    const why = 'the hub knows no runner of it: none runs, or its link to the hub is down';
    return finish(asked, 'no_runner', why);
  }
  if (message.part !== null) return takePart(asked, message.data, message.part);
  const read = readReply(message.data);
  if (read.ok) takeReply(asked, read.value);
  else finish(asked, 'failed', `what its runner sent was not understood: ${read.wrong}`);
}

function takeReply(asked: Asked, reply: Reply): void {
  const { asking, heard, followed } = asked;
  const isFirst = heard.runner === null;
  followed?.hear(reply);
  heard.runner = reply.runner;
  heard.version = reply.version;
  if (isFirst) heard.clockAheadMs = clockAhead(asked, reply.now);
  const versions = versionProblem(asking.version, reply.version);
  if (versions !== null) return finish(asked, 'refused', versions);
  const isBegin = reply.type === 'accepted' || reply.type === 'refused';
  if (followed !== null && !isBegin && heard.sleds === null) {
    letGo(asked);
    return finish(asked, 'partial', 'the beginning of what its runner told did not come');
  }
  switch (reply.type) {
    case 'refused':
      return finish(asked, STATE_OF[reply.why], reply.reason);
    case 'accepted':
      heard.sleds = reply.sleds;
      heard.selection = reply.selection;
      count(asked, { selected: reply.sleds.length, answered: 0, failed: 0 });
      followed?.begin(reply.sleds);
      return wait(asked);
    case 'progress':
      count(asked, reply);
      wait(asked);
      return mindGap(asked, reply.news ?? 0);
    case 'news':
      wait(asked);
      followed?.take(reply);
      return mindGap(asked, reply.seq);
    case 'over':
      return finish(asked, 'ended', reply.reason);
    case 'ready':
      if (asked.phase === 'asked') void takeTurn(asked, reply);
  }
}

function count(asked: Asked, counts: SiteCounts): void {
  asked.counts = counts;
  asked.asking.onProgress(counts);
}

function mindGap(asked: Asked, last: number): void {
  if (asked.followed?.mindGap(last) !== false) return;
  const { silentAfterMs } = asked.asking;
  letGo(asked);
  finish(asked, 'partial', `what its runner told came with a gap, for ${writeDuration(silentAfterMs)}`);
}

/** Our clock may have been read some time after the runner's: the way takes at most as long as the answer took. */
function clockAhead({ asking, startedAt }: Asked, theirs: string): number | null {
  const difference = Date.parse(theirs) - asking.now().getTime();
  const way = asking.elapsed() - startedAt;
  return Math.abs(difference) > CLOCK_TOLERANCE_MS + way ? difference : null;
}

async function takeTurn(asked: Asked, ready: Ready): Promise<void> {
  asked.phase = 'ready';
  asked.ready = ready;
  wait(asked);
  const release = await asked.asking.turn();
  if (isOver(asked)) return release();
  asked.phase = 'fetching';
  asked.release = release;
  asked.window = openPartWindow(ready.parts);
  askForParts(asked);
}

/** A function, since the phase changes between two looks at it. */
function isOver({ phase }: Asked): boolean {
  return phase === 'over';
}

function takePart(asked: Asked, data: Uint8Array, part: number): void {
  const { asking, ready, window } = asked;
  if (ready === null || window === null) return;
  const took = window.take(part, data);
  if (took === 'not_new') return;
  asked.asks = 0;
  if (took === 'all') void takeReport(asked, ready, window.parts());
  else if (took === 'window') askForParts(asked);
  else wait(asked, asking.silentAfterMs / MOST_ASKS);
}

async function takeReport(asked: Asked, ready: Ready, parts: readonly Uint8Array[]): Promise<void> {
  clearTimeout(asked.timer);
  const unpacked = await unpackReport(parts, ready.digest);
  // News come before the report that follows them, but for those that were lost.
  await asked.followed?.whole(ready.news ?? 0);
  if ('wrong' in unpacked) finish(asked, 'failed', `its report came damaged: ${unpacked.wrong}`);
  else finish(asked, 'answered', '', unpacked.json);
}
