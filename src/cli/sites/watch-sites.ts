import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAuditFile, type AuditFile } from '../../fleet/audit-log.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { randomHex } from '../../model/random-hex.ts';
import { followSites } from '../../relay/follow-sites.ts';
import { retainedBeats } from '../../relay/nats/retained-beats.ts';
import { WATCH, type Question } from '../../relay/question.ts';
import { endWithout, type SiteEnd } from '../../relay/site-end.ts';
import type { Now, WatchEvent } from '../../watch/event.ts';
import { stateSettings } from '../ask/state-run.ts';
import { refuseOfHere, SILENT_AFTER_MS } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { WatchedFleet } from '../watch/watch-fleet.ts';
import { createFollowedSite, type FollowedSite } from './followed-site.ts';
import { sledsKnown } from './known-sleds.ts';
import { connectOrWhy, openHubWay, type HubOrWhy } from './open-hub.ts';
import { auditLine } from './site-audit.ts';
import { fleetQuestion, wantedSelection } from './site-question.ts';
import { sitesOf } from './site-roster.ts';
import type { SiteRunOptions } from './site-run.ts';

/** A watch without an end is asked for so long. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;
/** After `--for` a runner ends by itself, should nobody tell it. */
const MARGIN_MS = 60_000;
/** How long the hub has at the end to hear that sites are to stop. */
const LAST_WORDS_MS = 1_000;
const CONNECT_AGAIN_MS = 5_000;

/** The sleds of sites, as their runners watch them. Rejects with what is wrong before a site is asked. */
export async function openWatchedSites(
  options: SiteRunOptions & { readonly for?: number },
  surroundings: Surroundings,
): Promise<WatchedFleet> {
  refuseOfHere(options);
  const { elapsed, now, random, version, cwd } = surroundings;
  const way = await openHubWay(options, 'asker', surroundings);
  const silentAfterMs = options.silentAfter ?? SILENT_AFTER_MS;
  let hub: HubOrWhy = await connectOrWhy(way, silentAfterMs);
  const { sites: all } = await sitesOf(hub, options, surroundings);
  const asked = { probe: WATCH, settings: stateSettings(1) };
  const longMs = options.for === undefined ? LONGEST_MS : options.for + MARGIN_MS;
  const question = fleetQuestion(asked, all, wantedSelection(options), {
    run: randomHex(random, 12),
    version,
    deadline: new Date(now().getTime() + longMs),
    silentAfterMs,
    now,
    follows: true,
  });
  const sites = new Map<string, FollowedSite>();
  for (const site of question.sites) sites.set(site, createFollowedSite(site));
  const unheard = new Map<string, string>();
  const learn = async (): Promise<void> => {
    if ('why' in hub) return;
    const known = sledsKnown(await retainedBeats(hub), now());
    for (const [site, followed] of sites) {
      const end = endWithout(site, 'no_runner', '');
      const named = known.of(end, question.forSite(site).selection);
      followed.learn(named?.sleds ?? []);
      // A name that nobody has may be mistyped.
      unheard.set(site, named === null ? known.about(end) : '');
    }
  };
  await learn();
  const sleds = () => [...sites.values()].flatMap((site) => site.sleds());
  return {
    selection: question.text,
    sleds: sleds(),
    ways: new Map(),
    run: async (onEvent, stop) => {
      const audit = options.auditLog === undefined ? null : openAuditFile(resolve(cwd, options.auditLog));
      const clock = (ageMs = 0): Now => ({ ms: elapsed() - ageMs, wall: now().getTime() - ageMs });
      const become = () => onEvent({ kind: 'sleds', sleds: sleds(), now: clock() });
      const questions = new Map<string, { readonly question: Question; readonly startedAt: Date }>();
      const record = openRecord(audit, way.credentials.name, questions, surroundings);
      const tell = (events: readonly WatchEvent[]) => {
        for (const event of events) onEvent(event);
      };
      const lose = (end: SiteEnd, againMs: number) => {
        record(end);
        const more = end.state === 'no_runner' ? (unheard.get(end.site) ?? '') : '';
        const known = { ...end, reason: `${end.reason}${more}` };
        tell(sites.get(end.site)?.lost(known, againMs, clock()) ?? []);
        if (end.state === 'nothing_selected') become();
      };
      const nobody = new AbortController();
      const until = AbortSignal.any([stop, nobody.signal]);
      try {
        while (!until.aborted) {
          if ('why' in hub) {
            const againMs = CONNECT_AGAIN_MS * (0.5 + random() / 2);
            for (const site of sites.keys()) lose(endWithout(site, 'not_reached', hub.why), againMs);
            await pause(againMs, until);
            if (until.aborted) return;
            hub = await connectOrWhy(way, silentAfterMs);
            await learn();
            become();
            continue;
          }
          const gone = new AbortController();
          let why = 'the connection to the hub was closed';
          hub.wire.onTrouble((trouble) => {
            if (trouble.type !== 'gone') return;
            why = trouble.reason;
            gone.abort();
          });
          const signal = AbortSignal.any([until, gone.signal]);
          // Each of hundreds of sites waits for it.
          setMaxListeners(0, signal);
          await followSites(hub.wire, question.sites, {
            asker: way.credentials.name,
            version,
            silentAfterMs,
            now,
            elapsed,
            random,
            pause,
            signal,
            ending: () => ({ state: 'interrupted', reason: 'it was ended here' }),
            questionFor(site) {
              const own = { ...question.forSite(site), run: randomHex(random, 12) };
              questions.set(site, { question: own, startedAt: now() });
              return own;
            },
            onProgress() {},
            follow: (site) => ({
              onAccepted(accepted) {
                unheard.delete(site);
                sites.get(site)?.accepted(accepted);
                become();
              },
              onNews: (news) => {
                for (const { item, ageMs } of news) tell(sites.get(site)?.heard(item, clock(ageMs)) ?? []);
              },
              onQuiet: (reason) => tell(sites.get(site)?.quiet(reason, clock()) ?? []),
              onHeard: () => tell(sites.get(site)?.heardAgain(clock()) ?? []),
              onMissed: (what) => tell(sites.get(site)?.missed(what, clock()) ?? []),
            }),
            onLost(end, againMs) {
              lose(end, againMs);
              if ([...sites.values()].every((each) => each.sleds().length === 0)) nobody.abort(end);
            },
            onEnd: record,
          });
          await leave(hub);
          hub = { why };
        }
        if (nobody.signal.aborted) throw nothingSelected([...sites.values()]);
      } finally {
        if ('wire' in hub) await leave(hub);
        const { err } = surroundings.terminal;
        for (const problem of audit?.close() ?? []) err.write(`warning: ${printable(problem)}\n`);
      }
    },
  };
}

/** What the sites were told last comes before the end of the connection. */
async function leave({ wire }: Extract<HubOrWhy, { readonly wire: unknown }>): Promise<void> {
  await Promise.race([wire.flush().catch(() => {}), sleep(LAST_WORDS_MS)]);
  await wire.close();
}

function nothingSelected(sites: readonly FollowedSite[]): FleetError {
  return new FleetError('usage', sites.map((site) => site.why() ?? '').join('\n'));
}

/** A site that is asked again and again in vain is one line. */
function openRecord(
  audit: AuditFile | null,
  asker: string,
  questions: ReadonlyMap<string, { readonly question: Question; readonly startedAt: Date }>,
  surroundings: Surroundings,
): (end: SiteEnd) => void {
  const said = new Map<string, string>();
  return (end) => {
    const about = questions.get(end.site);
    const isSaid = end.runner === null && said.get(end.site) === `${end.state} ${end.reason}`;
    said.set(end.site, `${end.state} ${end.reason}`);
    if (about !== undefined && !isSaid) audit?.add(auditLine(end, { asker, ...about }, surroundings));
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
