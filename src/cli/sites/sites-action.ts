import { setTimeout as pause } from 'node:timers/promises';
import { listText } from '../../drawing/list-text.ts';
import type { Column, Row } from '../../model/column.ts';
import { formatDuration, writeDuration } from '../../model/duration.ts';
import { FleetError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import type { Hub } from '../../relay/nats/connect.ts';
import { makeReportStream } from '../../relay/nats/kept-reports.ts';
import { retainedBeats, type Retained } from '../../relay/nats/retained-beats.ts';
import { rosterOf } from '../../relay/roster.ts';
import { areAllHere, listedRunners, type ListedRunner } from '../../relay/site-list.ts';
import { EXIT } from '../exit-code.ts';
import type { RelayOptions } from '../options/relay-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { openHubWay } from './open-hub.ts';
import { namedSites } from './site-question.ts';

export type SitesOptions = RelayOptions & { readonly output: string };

const CONNECT_TIMEOUT_MS = 10_000;
const FIRST_BEATS_MS = 3000;

const COLUMNS: readonly Column[] = [
  { name: 'site', heading: 'SITE', kind: 'text', role: 'identity', help: 'the name of the site' },
  { name: 'state', heading: 'STATE', kind: 'text', role: 'state', help: 'here, silent or missing' },
  {
    name: 'heard',
    heading: 'HEARD',
    kind: 'text',
    role: 'state',
    help: 'how long ago its runner was last heard of',
  },
  { name: 'sleds', heading: 'SLEDS', kind: 'count', role: 'counter', help: 'sleds of its inventory' },
  { name: 'racks', heading: 'RACKS', kind: 'text', role: 'counter', help: 'racks of its inventory' },
  { name: 'runner', heading: 'RUNNER', kind: 'text', role: 'id', help: 'which of its runners' },
  { name: 'version', heading: 'VERSION', kind: 'text', role: 'detail', help: 'of the runner' },
  { name: 'answers', heading: 'ANSWERS', kind: 'text', role: 'detail', help: 'the probes that it allows' },
  { name: 'note', heading: 'NOTE', kind: 'note', help: 'what is wrong there' },
];

/** Prints the roster of heartbeats and gives the exit status. */
export async function showSites(options: SitesOptions, surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings.terminal;
  const named = namedSites(options, surroundings);
  const way = await openHubWay(options, 'asker', surroundings);
  const hub = await way.connect(CONNECT_TIMEOUT_MS);
  try {
    await makeReportStream(hub);
    const retained = await firstBeats(hub, (text) => err.write(`${text}\n`));
    if ('why' in retained) throw new FleetError('unreachable', retained.why);
    for (const problem of retained.wrong) err.write(`warning: ${printable(problem)}\n`);
    const listed = listedRunners(rosterOf(retained.beats), named, surroundings.now());
    if (options.output === 'json') out.write(`${JSON.stringify(listed.map(runnerJson), null, 2)}\n`);
    else if (listed.length === 0) {
      out.write(
        'no site was heard of: no runner is connected to this hub, or none was in the last 30 days\n',
      );
    } else out.write(listText(COLUMNS, listed.map(runnerRow), { width: out.width(), unicode: out.unicode }));
    return listed.length > 0 && areAllHere(listed) ? EXIT.ok : EXIT.incomplete;
  } finally {
    await hub.wire.close();
  }
}

/** Runners that wait for somebody to keep their heartbeats send one within seconds. */
async function firstBeats(hub: Hub, say: (text: string) => void): Promise<Retained> {
  const retained = await retainedBeats(hub);
  if ('why' in retained || !retained.isNew) return retained;
  say(`the hub keeps heartbeats from now on; waiting ${writeDuration(FIRST_BEATS_MS)} for the first ones`);
  await pause(FIRST_BEATS_MS);
  return await retainedBeats(hub);
}

function runnerRow({ site, beat, ageMs, state }: ListedRunner): Row {
  if (beat === null) {
    return {
      site,
      state,
      heard: 'never',
      sleds: null,
      racks: null,
      runner: null,
      version: null,
      answers: null,
      note: 'the hub keeps no heartbeat of it',
    };
  }
  return {
    site,
    state,
    heard: ageMs === null ? null : `${formatDuration(ageMs)} ago`,
    sleds: beat.problem === null ? beat.sleds.length : null,
    racks: beat.racks.map(({ id }) => id).join(','),
    runner: beat.runner,
    version: beat.version,
    answers: beat.allow.join(','),
    note: beat.problem,
  };
}

function runnerJson({ site, beat, ageMs, state }: ListedRunner) {
  return {
    site,
    state,
    runner: beat?.runner ?? null,
    version: beat?.version ?? null,
    last_heartbeat: beat?.at ?? null,
    age_ms: ageMs,
    started_at: beat?.started_at ?? null,
    racks: beat?.racks ?? null,
    sleds: beat === null || beat.problem !== null ? null : beat.sleds,
    answers: beat?.allow ?? null,
    running: beat?.running ?? null,
    problem: beat?.problem ?? null,
  };
}
