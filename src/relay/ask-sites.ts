import { askSite, type AskedSite, type SiteCounts } from './ask-site.ts';
import type { FollowEars } from './followed-run.ts';
import type { Question } from './question.ts';
import type { SiteEnd } from './site-end.ts';
import { answerSubject, answerWordsOf, askSubject, tellSubject } from './subjects.ts';
import type { Wire } from './wire.ts';

/** Sites that are asked at the same time: a question and its progress cost little. */
const SITES_AT_ONCE = 512;
/** Sites whose reports come at the same time: with the window of each this bounds what is on its way. */
const REPORTS_AT_ONCE = 8;
/** A site that is to answer with what it has does so within this. */
const FINISH_MS = 5_000;

export interface AskingSettings {
  readonly asker: string;
  readonly version: string;
  readonly silentAfterMs: number;
  readonly now: () => Date;
  readonly elapsed: () => number;
  /** Fires when the run is to end; `ending` says why. */
  readonly signal: AbortSignal;
  readonly ending: () => { readonly state: 'interrupted' | 'deadline'; readonly reason: string };
  /** The question for one site, as of now. */
  readonly questionFor: (site: string) => Question;
  readonly onProgress: (site: string, counts: SiteCounts) => void;
  /** Fires when sites are to answer with what they have: soon, or not at all. */
  readonly finish?: AbortSignal;
  /** Hears what a site tells before its end, where the question says so. */
  readonly follow?: (site: string) => FollowEars;
}

export interface AskSitesSettings extends AskingSettings {
  /** Each site once, as it ends; the next report is taken when this is done. */
  readonly onEnd: (end: SiteEnd) => void;
}

/** Asks single sites over one connection. */
export interface Asking {
  /** Asks a site once, and resolves with its end; never rejects. */
  readonly ask: (site: string) => Promise<SiteEnd>;
  readonly close: () => void;
}

/** Asks sites, each once and never again, and tells of each as it ends. Never rejects. */
export async function askSites(
  wire: Wire,
  sites: readonly string[],
  settings: AskSitesSettings,
): Promise<void> {
  const asking = openAsking(wire, settings);
  const left = sites.values();
  const take = async (): Promise<void> => {
    for (const site of left) settings.onEnd(await asking.ask(site));
  };
  await Promise.all(Array.from({ length: Math.min(SITES_AT_ONCE, sites.length) }, take));
  asking.close();
}

/** Hears what comes back; a site that is asked again has a new run. */
export function openAsking(wire: Wire, settings: AskingSettings): Asking {
  const { asker, signal, ending } = settings;
  const asked = new Map<string, { readonly run: string; readonly site: AskedSite }>();
  const turns = createTurns(REPORTS_AT_ONCE);
  let gone: string | null = null;
  let isLinked = true;

  wire.subscribe(`cruc.v1.answer.${asker}.*.*`, (message) => {
    const words = answerWordsOf(message.subject);
    const one = words === null ? undefined : asked.get(words.site);
    if (one !== undefined && one.run === words?.run) one.site.hear(message);
  });
  wire.onTrouble((trouble) => {
    switch (trouble.type) {
      case 'refused': {
        const one = asked.get(/^cruc\.v1\.ask\.([^.]+)\./.exec(trouble.subject)?.[1] ?? '');
        one?.site.refuse('the hub does not permit this question with these credentials');
        return;
      }
      case 'gone':
        gone = trouble.reason;
        for (const { site } of asked.values()) site.giveUp('not_reached', trouble.reason);
        return;
      case 'lost':
      case 'back':
        // What was said meanwhile is said again by runners; a site that stays silent ends by that.
        isLinked = trouble.type === 'back';
        return;
    }
  });

  const stop = (one: AskedSite): void => {
    const { state, reason } = ending();
    one.giveUp(state, reason, true);
  };
  const stopAll = () => {
    for (const { site } of asked.values()) stop(site);
  };
  const finishAll = () => {
    for (const { site } of asked.values()) site.finishSoon();
    late = setTimeout(stopAll, FINISH_MS);
  };
  let late: NodeJS.Timeout | undefined;
  // One for all: hundreds of sites would each add theirs.
  signal.addEventListener('abort', stopAll, { once: true });
  settings.finish?.addEventListener('abort', finishAll, { once: true });

  const ask = async (site: string): Promise<SiteEnd> => {
    const question = settings.questionFor(site);
    const { run, probe } = question;
    const one = askSite({
      ...settings,
      site,
      isLinked: () => isLinked,
      ask: () => {
        const reply = answerSubject(asker, site, run);
        if (gone === null)
          wire.publish(askSubject({ site, probe, asker }), JSON.stringify(question), { reply });
      },
      tell: (what) => {
        if (gone === null) wire.publish(tellSubject(site, asker), JSON.stringify({ ...what, run }));
      },
      turn: turns.next,
      onProgress: (counts) => settings.onProgress(site, counts),
      follow: settings.follow?.(site) ?? null,
    });
    asked.set(site, { run, site: one });
    if (gone !== null) one.giveUp('not_reached', gone);
    if (signal.aborted || settings.finish?.aborted === true) stop(one);
    const end = await one.end;
    asked.delete(site);
    return end;
  };

  return {
    ask,
    close() {
      signal.removeEventListener('abort', stopAll);
      settings.finish?.removeEventListener('abort', finishAll);
      clearTimeout(late);
    },
  };
}

/** So many turns are taken at the same time; each is given back by what `next` resolves to. */
function createTurns(most: number): { readonly next: () => Promise<() => void> } {
  let free = most;
  const waiting: (() => void)[] = [];
  const giveBack = (): void => {
    const first = waiting.shift();
    if (first === undefined) free += 1;
    else first();
  };
  return {
    next: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => void waiting.push(resolve));
      let isBack = false;
      return () => {
        if (!isBack) giveBack();
        isBack = true;
      };
    },
  };
}
