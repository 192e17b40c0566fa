import { roleOf } from '../model/health.ts';
import type { Effect, EffectWord } from './effect.ts';
import { endpointOf, servicesOn, type Ground } from './ground.ts';
import { endpointText } from '../facts/values.ts';
import type { RepairOutlook } from './running.ts';

/** May it go? The words, with what a process ends with. */
export const VERDICTS = { safe: 0, wait: 1, unsafe: 2, unknown: 3 } as const;

export type VerdictWord = keyof typeof VERDICTS;

/** What of the fleet was asked, and answered. */
export interface Coverage {
  readonly selected: number;
  readonly notReached: number;
  readonly inPart: number;
  /** Sleds of its rack that were not asked. */
  readonly notSelected: number;
  /** Its own sled answered. */
  readonly isReached: boolean;
  /** What the machine that answered in its place calls itself; null where it is the one. */
  readonly answeredAs: string | null;
}

/** A zone of a VM that stops with it. */
export interface Stopping {
  readonly zones: readonly string[];
  /** VMs of the sled whose zone may be on the disk or not. */
  readonly unknown: number;
}

/** The verdict on a sled, disk or pool. */
export interface Verdict {
  readonly ground: Ground;
  readonly word: VerdictWord;
  /** Without the word; one line. */
  readonly text: string;
  readonly effects: readonly Effect[];
  readonly stopping: Stopping;
  /** Regions there of disks without a running upstairs, which are not judged. */
  readonly idleRegions: number;
  /** How old the oldest export is that was trusted; null where none was. */
  readonly trusted: string | null;
}

/** Judges what becomes of everything that runs: one copy too few is certain whatever else is unknown. */
export function judge(
  ground: Ground,
  effects: readonly Effect[],
  coverage: Coverage,
  stopping: Stopping,
): Verdict {
  const of = (word: EffectWord): readonly Effect[] => effects.filter((effect) => effect.word === word);
  const unclaimed = unclaimedServices(ground, effects);
  const reasons = reasonsUnknown(ground, effects, coverage, unclaimed.talking);
  const [unsafe, wait] = [of('unsafe'), of('wait')];
  const word =
    unsafe.length > 0 ? 'unsafe' : reasons.length > 0 ? 'unknown' : wait.length > 0 ? 'wait' : 'safe';
  const trusted = trustedText(effects);
  const parts = [
    ...mainParts(word, unsafe, wait, reasons, effects),
    ...lackingParts(of('no_difference')),
    ...repairParts(effects),
    ...stoppingParts(ground, stopping, coverage),
    ...(unclaimed.idle === 0
      ? []
      : [
          `${unclaimed.idle} ${unclaimed.idle === 1 ? 'region' : 'regions'} there of disks without a running upstairs not judged`,
        ]),
    ...(trusted === null
      ? []
      : [`${upstairsText(distinct(effects, isTrusted))} by exports, ${trusted} (--trust-facts)`]),
  ];
  return {
    ground,
    word,
    text: parts.join('; '),
    effects,
    stopping,
    idleRegions: unclaimed.idle,
    trusted,
  };
}

function trustedText(effects: readonly Effect[]): string | null {
  const ages = effects.flatMap(({ running: { copies } }) =>
    'unknown' in copies || copies.trusted === null ? [] : [copies.trusted],
  );
  return ages.length === 0 ? null : [...new Set(ages)].toSorted().join(', ');
}

function isTrusted({ running: { copies } }: Effect): boolean {
  return !('unknown' in copies) && copies.trusted !== null;
}

function mainParts(
  word: VerdictWord,
  unsafe: readonly Effect[],
  wait: readonly Effect[],
  reasons: readonly string[],
  effects: readonly Effect[],
): readonly string[] {
  const waiting = wait.length === 0 ? [] : [waitText(wait)];
  const more = waiting.map((text) => text.replace(' upstairs would', ' more would'));
  switch (word) {
    case 'unsafe':
      return [
        `${keptText(unsafe)} (${names(unsafe)})`,
        ...more,
        ...(reasons.length === 0 ? [] : [`besides unknown: ${reasons.join(', ')}`]),
      ];
    case 'unknown':
      return [reasons.join(', '), ...waiting];
    case 'wait':
      return waiting;
    case 'safe': {
      const used = effects.filter((effect) => effect.word !== 'idle');
      if (used.length === 0) return ['no upstairs is in use'];
      const isAll = used.every((effect) => effect.word !== 'no_difference');
      return [`every ${isAll ? '' : 'other '}running upstairs keeps two`];
    }
  }
}

/** What is missing for an answer, a few words each. */
function reasonsUnknown(
  { subject, isListed, services }: Ground,
  effects: readonly Effect[],
  coverage: Coverage,
  strangers: number,
): readonly string[] {
  const unknown = effects.filter(({ word }) => word === 'unknown');
  const silent = unknown.filter(({ running }) => running.doubt !== null || running.states === null);
  const without = unknown.filter((effect) => !silent.includes(effect));
  const { selected, notReached, inPart, notSelected, isReached, answeredAs } = coverage;
  const unreadable = services.filter((service) => endpointOf(service) === null).length;
  return [
    ...(isReached ? [] : [`${subject.text} itself did not answer`]),
    ...(answeredAs === null ? [] : [`the sled that answered as ${subject.text} is ${answeredAs}`]),
    ...(isReached && !isListed ? [`the regions of ${subject.text} are not all known`] : []),
    ...(notReached === 0 ? [] : [`${notReached} of ${selected} sleds not reached`]),
    ...(inPart === 0 ? [] : [`${inPart} of ${selected} sleds gave a partial answer`]),
    ...(notSelected === 0
      ? []
      : [`${notSelected} ${notSelected === 1 ? 'sled' : 'sleds'} of rack ${subject.sled.rack} not selected`]),
    ...(without.length === 0
      ? []
      : [`${upstairsText(distinct(without))} without facts (${without[0]?.why ?? ''})`]),
    ...(silent.length === 0
      ? []
      : [`${upstairsText(distinct(silent))} without a report of now (${silent[0]?.why ?? ''})`]),
    ...(unreadable === 0 ? [] : [`the addresses of ${unreadable} regions there could not be read`]),
    // Those whose copies are not known may talk to them.
    ...(strangers === 0 || without.length > 0
      ? []
      : [
          `${strangers} of its regions ${strangers === 1 ? 'serves' : 'serve'} an upstairs that was not seen`,
        ]),
  ];
}

/** Regions of the subject that no upstairs which was seen talks to, by whether somebody does. */
function unclaimedServices(
  ground: Ground,
  effects: readonly Effect[],
): { readonly talking: number; readonly idle: number } {
  const claimed = new Set(
    effects.flatMap(({ running: { copies } }) =>
      'unknown' in copies ? [] : copies.endpoints.map(endpointText),
    ),
  );
  const unclaimed = servicesOn(ground).filter((service) => !claimed.has(endpointOf(service) ?? ''));
  return {
    talking: unclaimed.filter(({ connections }) => (connections ?? 0) > 0).length,
    idle: unclaimed.filter(({ connections, snapshot }) => (connections ?? 0) === 0 && snapshot === null)
      .length,
  };
}

function keptText(effects: readonly Effect[]): string {
  const one = distinct(effects, ({ keeps }) => keeps === 1);
  const none = distinct(effects, ({ keeps }) => keeps === 0);
  if (none === 0) return `${upstairsText(one)} would keep one copy`;
  return one === 0
    ? `${upstairsText(none)} would keep none`
    : `${upstairsText(one)} would keep one copy, ${none} none`;
}

/** `3 upstairs would keep one copy (2 in repair, 1 ready for it, ETA 14m to 22m)`. */
function waitText(effects: readonly Effect[]): string {
  const inRepair = distinct(effects, (effect) => statesElsewhere(effect).some((state) => state !== READY));
  const ready = distinct(effects) - inRepair;
  const healing = effects.flatMap(repairsElsewhere);
  const parts = [
    ...(inRepair === 0 ? [] : [`${inRepair} in repair`]),
    ...(ready === 0 ? [] : [`${ready} ready for it`]),
    `ETA ${etaText(healing)}`,
  ];
  return `${keptText(effects)} (${parts.join(', ')})`;
}

const READY = 'live_repair_ready';

function statesElsewhere({ running: { states }, there }: Effect): readonly string[] {
  return (states ?? []).filter(
    (state, index) => roleOf(state) === 'repairing' && !there?.some((each) => each === index),
  );
}

function repairsElsewhere({ running: { repairs }, there }: Effect): readonly RepairOutlook[] {
  return repairs.filter(
    ({ downstairs }) => downstairs === null || !there?.some((each) => each === downstairs),
  );
}

/** Until the last one is over. */
function etaText(repairs: readonly RepairOutlook[]): string {
  const last = repairs.toSorted((a, b) => (b.least ?? 0) - (a.least ?? 0))[0];
  const isKnown = repairs.length > 0 && repairs.every(({ least }) => least !== null);
  const unbounded = repairs.find(({ most }) => most === null);
  return isKnown ? ((unbounded ?? last)?.eta ?? '?') : '?';
}

/** Repairs that run to what is there, or from it: one of the active copies is the source. */
function repairParts(effects: readonly Effect[]): readonly string[] {
  const to = effects.filter(({ running: { states }, there }) =>
    there?.some((index) => roleOf(states?.[index] ?? '') === 'repairing'),
  );
  const from = effects.filter((effect) => {
    const { running, there } = effect;
    const isSource = there?.some((index) => running.states?.[index] === 'active') === true;
    return isSource && statesElsewhere(effect).length > 0;
  });
  return [
    ...(to.length === 0
      ? []
      : [
          `${repairsText(to.length)} to it would stop (ETA ${etaText(to.flatMap(({ running }) => running.repairs))})`,
        ]),
    ...(from.length === 0 ? [] : [`${repairsText(from.length)} may read from it`]),
  ];
}

function repairsText(count: number): string {
  return count === 1 ? '1 repair' : `${count} repairs`;
}

function stoppingParts(
  { subject }: Ground,
  { zones, unknown }: Stopping,
  { isReached }: Coverage,
): readonly string[] {
  if (!isReached) return ['which VMs run there is not known'];
  const vms = (count: number): string => (count === 1 ? '1 VM' : `${count} VMs`);
  const runs = zones.length === 1 ? 'runs' : 'run';
  const own =
    subject.pools === null
      ? zones.length === 0
        ? `no VM runs on ${subject.text}`
        : `${vms(zones.length)} ${runs} on ${subject.text} and will stop`
      : zones.length === 0
        ? null
        : `${vms(zones.length)} ${runs} in a zone on it and will stop`;
  return [
    ...(own === null ? [] : [own]),
    ...(unknown === 0 ? [] : [`whether the zones of ${vms(unknown)} are on it is not known`]),
  ];
}

function lackingParts(effects: readonly Effect[]): readonly string[] {
  if (effects.length === 0) return [];
  const has = distinct(effects) === 1 ? 'has' : 'have';
  return [
    `${upstairsText(distinct(effects))} ${has} one copy or none already, which makes no difference (${names(effects)})`,
  ];
}

const NAMED = 3;

function names(effects: readonly Effect[]): string {
  const all = [...new Set(effects.map(({ running }) => running.name))];
  const more = all.length - NAMED;
  return more > 0 ? `${all.slice(0, NAMED).join(', ')} and ${more} more` : all.join(', ');
}

/** Two sessions of one upstairs, as during a migration, are one. */
function distinct(effects: readonly Effect[], keeps: (effect: Effect) => boolean = () => true): number {
  return new Set(effects.filter(keeps).map(({ running }) => running.identity)).size;
}

function upstairsText(count: number): string {
  return `${count} upstairs`;
}
