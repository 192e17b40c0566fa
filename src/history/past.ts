import { ageText, momentText } from '../drawing/moment.ts';
import { needsAttention } from '../model/health.ts';
import type { Chronicle, ClockSet, SessionLife } from './chronicle.ts';
import { healthOf } from './condition.ts';
import { lasted } from './history-rows.ts';
import { repairsOf, type Repair } from './repairs.ts';

/** How far back a mail looks. */
export const PAST_MS = 30 * 24 * 3_600_000;

/**
 * What an upstairs has been through in the last 30 days, before what is so now: how often it was not well, and how long
 * its last live repair took. Null where there is nothing to tell.
 */
export function pastText(
  { sessions, clockSets, first }: Chronicle,
  of: { readonly rack: string; readonly upstairsId: string | null },
  now: number,
): string | null {
  if (of.upstairsId === null || first === null) return null;
  const lives = sessions.filter(({ who }) => who.rack === of.rack && who.upstairsId === of.upstairsId);
  const times = lives.reduce((sum, life) => sum + troublesOf(life, now - PAST_MS), 0);
  const repairs = lives
    .flatMap(repairsOf)
    .filter(({ kind, result }) => kind === 'live_repair' && result === 'completed')
    .toSorted((a, b) => a.from.seq - b.from.seq);
  const repair = repairs.at(-1);
  const days =
    now - first.at < PAST_MS ? `the ${ageText(now - first.at)} of the history` : 'the last 30 days';
  const parts = [
    ...(times === 0 ? [] : [`not well ${times === 1 ? 'once' : `${times} times`} before in ${days}`]),
    ...(repair === undefined ? [] : [repairText(repair, clockSets)]),
  ];
  return parts.length === 0 ? null : parts.join('; ');
}

/** As exactly as the looks before, at and behind it tell. */
function repairText({ notBefore, from, last, to }: Repair, clockSets: readonly ClockSet[]): string {
  const [least, most] = [lasted(from, last, clockSets), lasted(notBefore ?? from, to ?? last, clockSets)];
  const over = `over by ${momentText((to ?? last).at)}`;
  if (least === null || most === null || notBefore === null) return `the last live repair was ${over}`;
  const took = least === 0 ? `at most ${ageText(most)}` : `between ${ageText(least)} and ${ageText(most)}`;
  return `the last live repair took ${took}, ${over}`;
}

/** How often it stopped being well and was well again: what goes on is not of the past. */
function troublesOf({ spans, ended }: SessionLife, since: number): number {
  let [times, isIll] = [0, false];
  for (const [n, { condition }] of spans.entries()) {
    const end = spans[n + 1]?.from ?? ended;
    const health = healthOf(condition);
    if (health === null || (end !== null && end.at < since)) continue;
    if (isIll && !needsAttention(health)) times += 1;
    isIll = needsAttention(health);
  }
  return ended !== null && isIll ? times + 1 : times;
}
