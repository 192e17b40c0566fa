import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAuditFile, type AuditFile } from '../../fleet/audit-log.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { randomHex } from '../../model/random-hex.ts';
import { followSites } from '../../relay/follow-sites.ts';
import type { Hub } from '../../relay/nats/connect.ts';
import { retainedBeats } from '../../relay/nats/retained-beats.ts';
import { WATCH } from '../../relay/question.ts';
import { endWithout } from '../../relay/site-end.ts';
import type { WatchEvent } from '../../watch/event.ts';
import { stateSettings } from '../ask/state-run.ts';
import { refuseOfHere, SILENT_AFTER_MS } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';
import type { WatchedFleet } from '../watch/watch-fleet.ts';
import { createFollowedSites, sledsOf, type FollowedSite } from './followed-site.ts';
import { sledsKnown } from './known-sleds.ts';
import { connectOrWhy, openHubWay, type HubOrWhy } from './open-hub.ts';
import { fleetQuestion, wantedSelection } from './site-question.ts';
import { sitesOf } from './site-roster.ts';
import { tellOf, type SitesWatch, type Told } from './sites-told.ts';
import type { SiteRunOptions } from './site-run.ts';

/** A watch without an end is asked for so long. */
const LONGEST_MS = 30 * 24 * 3600 * 1000;
/** After `--for` a runner ends by itself, should nobody tell it. */
const MARGIN_MS = 60_000;
/** How long the hub has at the end to hear that sites are to stop. */
const LAST_WORDS_MS = 1_000;
const CONNECT_AGAIN_MS = 5_000;
const ASKED = { probe: WATCH, settings: stateSettings(1) };

/** The sleds of sites, as their runners watch them. Rejects with what is wrong before a site is asked. */
export async function openWatchedSites(
  options: SiteRunOptions & { readonly for?: number },
  surroundings: Surroundings,
): Promise<WatchedFleet> {
  refuseOfHere(options);
  const { now, random, version, cwd } = surroundings;
  const way = await openHubWay(options, 'asker', surroundings);
  const silentAfterMs = options.silentAfter ?? SILENT_AFTER_MS;
  const hub = await connectOrWhy(way, silentAfterMs);
  try {
    const roster = await sitesOf(hub, options, surroundings);
    const longMs = options.for === undefined ? LONGEST_MS : options.for + MARGIN_MS;
    const question = fleetQuestion(ASKED, roster.sites, wantedSelection(options), {
      run: randomHex(random, 12),
      version,
      deadline: new Date(now().getTime() + longMs),
      silentAfterMs,
      now,
      follows: true,
    });
    const sites = createFollowedSites(question.sites);
    const watch: SitesWatch = { way, question, sites, silentAfterMs, surroundings };
    await learn(hub, watch);
    return {
      selection: question.text,
      sleds: sledsOf(sites),
      ways: new Map(),
      async run(onEvent, stop) {
        const audit = options.auditLog === undefined ? null : openAuditFile(resolve(cwd, options.auditLog));
        try {
          await watchSites(watch, 'why' in hub ? hub : null, audit, onEvent, stop);
        } finally {
          const { err } = surroundings.terminal;
          for (const problem of audit?.close() ?? []) err.write(`warning: ${printable(problem)}\n`);
        }
      },
    };
  } finally {
    if ('wire' in hub) await hub.wire.close();
  }
}

/** What the hub's heartbeats say of sites, until they say it themselves. */
async function learn(hub: HubOrWhy, { question, sites, surroundings }: SitesWatch): Promise<void> {
  if ('why' in hub) return;
  const known = sledsKnown(await retainedBeats(hub), surroundings.now());
  for (const [site, followed] of sites) {
    const end = endWithout(site, 'no_runner', '');
    const named = known.of(end, question.forSite(site).selection);
    // A name that nobody has may be mistyped.
    followed.learn(named?.sleds ?? [], named === null ? known.about(end) : '');
  }
}

/** Watches until the signal fires, over one connection after another; rejects where no site has what is selected. */
async function watchSites(
  watch: SitesWatch,
  unreached: { readonly why: string } | null,
  audit: AuditFile | null,
  onEvent: (event: WatchEvent) => void,
  stop: AbortSignal,
): Promise<void> {
  const { way, sites, silentAfterMs, surroundings } = watch;
  const { random } = surroundings;
  const nobody = new AbortController();
  const until = AbortSignal.any([stop, nobody.signal]);
  const told = tellOf(watch, audit, onEvent, () => nobody.abort());
  let hub: HubOrWhy = unreached ?? (await connectOrWhy(way, silentAfterMs));
  while (!until.aborted) {
    if ('wire' in hub) {
      hub = { why: await followOver(hub, watch, told, until) };
      continue;
    }
    const againMs = CONNECT_AGAIN_MS * (0.5 + random() / 2);
    for (const site of sites.keys()) told.lost(endWithout(site, 'not_reached', hub.why), againMs);
    await pause(againMs, until);
    if (until.aborted) break;
    hub = await connectOrWhy(way, silentAfterMs);
    await learn(hub, watch);
    told.become();
  }
  if ('wire' in hub) await leave(hub);
  if (nobody.signal.aborted) throw nothingSelected([...sites.values()]);
}

/** Follows the sites over this connection until it is gone, or the signal fires, and closes it; gives why it is gone. */
async function followOver(hub: Hub, watch: SitesWatch, told: Told, until: AbortSignal): Promise<string> {
  const { way, question, sites, silentAfterMs } = watch;
  const { elapsed, now, random, version } = watch.surroundings;
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
      told.asked(site, own);
      return own;
    },
    onProgress() {},
    follow: (site) => ({
      onAccepted(accepted) {
        sites.get(site)?.accepted(accepted);
        told.become();
      },
      onNews(news) {
        for (const { item, ageMs } of news) {
          told.events(sites.get(site)?.heard(item, told.now(ageMs)) ?? []);
        }
      },
      onQuiet: (reason) => told.events(sites.get(site)?.quiet(reason, told.now()) ?? []),
      onHeard: () => told.events(sites.get(site)?.heardAgain(told.now()) ?? []),
      onMissed: (what) => told.events(sites.get(site)?.missed(what, told.now()) ?? []),
    }),
    onLost: told.lost,
    onEnd: told.ended,
  });
  await leave(hub);
  return why;
}

/** What the sites were told last comes before the end of the connection. */
async function leave({ wire }: Hub): Promise<void> {
  await Promise.race([wire.flush().catch(() => {}), sleep(LAST_WORDS_MS)]);
  await wire.close();
}

function nothingSelected(sites: readonly FollowedSite[]): FleetError {
  return new FleetError('usage', sites.map((site) => site.why() ?? '').join('\n'));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
