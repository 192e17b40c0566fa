import { writeDuration } from '../model/duration.ts';
import { followRun, LINK_LOST, type FollowEars } from './followed-run.ts';
import { readReply, type Refusal, type Reply, type SiteSled } from './messages.ts';
import { unpackReport } from './parts.ts';
import type { SiteEnd, SiteState } from './site-end.ts';
import { versionProblem } from './versions.ts';
import type { WireMessage } from './wire.ts';

/** A clock that differs by less may be the way's doing. */
const CLOCK_TOLERANCE_MS = 2000;
/** Parts that are asked for together: with some sites at once this bounds what is on its way. */
const WINDOW_PARTS = 16;
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

/** Asks one site once and follows it to its end: an answer, or the reason why there is none. */
export function askSite(asking: SiteAsking): AskedSite {
  const { site, elapsed, silentAfterMs, follow } = asking;
  const startedAt = elapsed();
  const heard = {
    runner: null as string | null,
    version: null as string | null,
    sleds: null as readonly SiteSled[] | null,
    selection: null as string | null,
    clockAheadMs: null as number | null,
    counts: null as SiteCounts | null,
  };
  let ready: Extract<Reply, { type: 'ready' }> | null = null;
  let parts: Uint8Array[] = [];
  let came = 0;
  let asks = 0;
  let over: (() => void) | null = null;
  let isTurn = false;
  let isOver = false;
  const followed = follow === null ? null : followRun({ ...asking, ears: follow });
  let timer: NodeJS.Timeout;
  let resolve: (end: SiteEnd) => void;
  const promise = new Promise<SiteEnd>((done) => {
    resolve = done;
  });

  const finish = (state: SiteState, reason: string, report: string | null = null): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    followed?.end();
    parts = [];
    over?.();
    const { counts: _, ...known } = heard;
    resolve({
      site,
      state,
      reason,
      ...known,
      report,
      notes: ready?.notes ?? [],
      elapsedMs: elapsed() - startedAt,
      bytes: ready?.bytes ?? 0,
    });
  };

  const wait = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(fallSilent, ms);
  };

  const fallSilent = (): void => {
    const after = writeDuration(silentAfterMs);
    if (follow !== null && !asking.isLinked()) return finish('not_reached', LINK_LOST);
    if (heard.runner === null) {
      return finish(
        'not_reached',
        `nothing came back within ${after}: the link to its runner is slow, cut or frozen`,
      );
    }
    if (ready === null) {
      const { counts } = heard;
      const far =
        counts === null || follow !== null
          ? ''
          : ` (${counts.answered} of ${counts.selected} sleds had answered)`;
      letGo();
      return finish('silent', `its runner said nothing for ${after}${far}`);
    }
    // Its turn has not come: it has nothing to say until it is asked for parts.
    if (!isTurn) return wait(silentAfterMs);
    if (asks >= MOST_ASKS) {
      letGo();
      return finish(
        'partial',
        `${came} of ${ready.parts} parts of its report came, and no more for ${after}`,
      );
    }
    askForParts();
  };

  /** Should it hear of that: nobody waits for its sleds any more, nor for its report. */
  const letGo = (): void => asking.tell({ type: 'stop' });

  const askForParts = (): void => {
    if (ready === null || isOver) return;
    asks += 1;
    const from = firstMissing(parts, ready.parts);
    asking.tell({ type: 'send', from, to: Math.min(ready.parts, from + WINDOW_PARTS) });
    wait(silentAfterMs / MOST_ASKS);
  };

  const takePart = (message: WireMessage, part: number): void => {
    if (ready === null || part >= ready.parts || parts[part] !== undefined) return;
    parts[part] = message.data;
    came += 1;
    asks = 0;
    if (came === ready.parts) {
      clearTimeout(timer);
      return void takeReport(ready.digest);
    }
    // The window is here: the next one.
    if (firstMissing(parts, ready.parts) % WINDOW_PARTS === 0) askForParts();
    else wait(silentAfterMs / MOST_ASKS);
  };

  const takeReport = async (digest: string): Promise<void> => {
    const unpacked = await unpackReport(parts, digest);
    // News come before the report that follows them, but for those that were lost.
    await followed?.whole(ready?.news ?? 0);
    if ('wrong' in unpacked) finish('failed', `its report came damaged: ${unpacked.wrong}`);
    else finish('answered', '', unpacked.json);
  };

  const takeReply = (reply: Reply): void => {
    const isFirst = heard.runner === null;
    followed?.hear(reply);
    heard.runner = reply.runner;
    heard.version = reply.version;
    if (isFirst) heard.clockAheadMs = clockAhead(reply.now);
    const versions = versionProblem(asking.version, reply.version);
    if (versions !== null) return finish('refused', versions);
    if (follow !== null && reply.type !== 'accepted' && reply.type !== 'refused' && heard.sleds === null) {
      letGo();
      return finish('partial', 'the beginning of what its runner told did not come');
    }
    switch (reply.type) {
      case 'refused':
        return finish(STATE_OF[reply.why], reply.reason);
      case 'accepted':
        heard.sleds = reply.sleds;
        heard.selection = reply.selection;
        heard.counts = { selected: reply.sleds.length, answered: 0, failed: 0 };
        asking.onProgress(heard.counts);
        followed?.begin(reply.sleds);
        return wait(silentAfterMs);
      case 'progress':
        heard.counts = reply;
        asking.onProgress(reply);
        wait(silentAfterMs);
        return mindGap(reply.news ?? 0);
      case 'news':
        wait(silentAfterMs);
        followed?.take(reply);
        return mindGap(reply.seq);
      case 'over':
        return finish('ended', reply.reason);
      case 'ready':
        if (ready !== null) return;
        ready = reply;
        wait(silentAfterMs);
        return void takeTurn();
    }
  };

  const mindGap = (last: number): void => {
    if (followed?.mindGap(last) !== false) return;
    letGo();
    finish('partial', `what its runner told came with a gap, for ${writeDuration(silentAfterMs)}`);
  };

  const takeTurn = async (): Promise<void> => {
    const release = await asking.turn();
    if (isOver) return release();
    over = release;
    isTurn = true;
    askForParts();
  };

  /** Our clock may have been read some time after the runner's: the way takes at most as long as the answer took. */
  const clockAhead = (theirs: string): number | null => {
    const difference = Date.parse(theirs) - asking.now().getTime();
    const way = elapsed() - startedAt;
    const tolerance = CLOCK_TOLERANCE_MS + way;
    return Math.abs(difference) > tolerance ? difference : null;
  };

  timer = setTimeout(fallSilent, silentAfterMs);
  // What is followed is asked again: a question that waits for the link would be a second one.
  if (follow !== null && !asking.isLinked()) finish('not_reached', LINK_LOST);
  else asking.ask();
  return {
    end: promise,
    hear(message) {
      if (isOver) return;
      if (message.isUnheard) {
        return finish(
          'no_runner',
          'the hub knows no runner of it: none runs, or its link to the hub is down',
        );
      }
      if (message.part !== null) return takePart(message, message.part);
      const read = readReply(message.data);
      if (read.ok) takeReply(read.value);
      else finish('failed', `what its runner sent was not understood: ${read.wrong}`);
    },
    refuse: (reason) => finish('refused', reason),
    finishSoon() {
      if (!isOver && ready === null) letGo();
    },
    giveUp(state, reason, stops = false) {
      if (isOver) return;
      if (stops && heard.runner !== null) asking.tell({ type: 'stop' });
      finish(state, reason);
    },
  };
}

function firstMissing(parts: readonly (Uint8Array | undefined)[], count: number): number {
  for (let n = 0; n < count; n++) if (parts[n] === undefined) return n;
  return count;
}
