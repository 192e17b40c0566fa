import type { Inventory } from '../../inventory/inventory.ts';
import type { Selected } from '../../inventory/select.ts';
import { foldFailures } from '../../drawing/failure-fold.ts';
import { wrapped } from '../../drawing/wrap.ts';
import { FleetError } from '../../model/error.ts';
import { foldSleds } from '../../model/sled-fold.ts';
import type { Target } from '../../model/target.ts';
import { keyState, type KeyState } from '../../trust/examination.ts';
import { nameOfSled } from '../../trust/host-name.ts';
import { createHostKeys, type HostKeyStore } from '../../trust/host-keys.ts';
import { EXIT } from '../exit-code.ts';
import type { FleetOptions } from '../ask/fleet-run.ts';
import { chooseSleds, openInventory } from '../options/selection-options.ts';
import { withSshConfiguration } from '../ask/ssh-configuration.ts';
import type { Surroundings } from '../surroundings.ts';
import { chooseByList, openList } from './trust-list.ts';
import { examineHosts, type Examined } from './trust-look.ts';
import { askWhichToTrust } from './trust-question.ts';
import { chooseGateways, listedHosts } from './trust-targets.ts';
import { candidateText, hasOtherKey, type Candidate } from './trust-text.ts';

export type TrustOptions = FleetOptions & {
  readonly gateway?: readonly string[];
  readonly fingerprints?: string;
};

/** Looks at the keys of the selected hosts, and keeps those that are trusted; gives the exit status. */
export async function trustHosts(options: TrustOptions, surroundings: Surroundings): Promise<number> {
  const inventory = await openInventory(options, surroundings);
  const selected = await chooseHosts(inventory, options, surroundings);
  const { fingerprints } = options;
  const list =
    fingerprints === undefined
      ? null
      : await openList(fingerprints, listedHosts(inventory, selected), surroundings);
  const store = createHostKeys(surroundings);
  const { out } = surroundings.terminal;
  const examined = await examineHosts(store, { inventory, selected }, options, surroundings);
  const candidates = await candidatesOf(examined, store);
  const known = examined.filter((each) => stateOf(each) === 'known');
  say(examined, candidates, surroundings);

  await keepAll(store, known, 'known_hosts');
  sayKept(known, ', by their names: known_hosts had them by their addresses', surroundings);
  const askable = candidates.filter((each) => !hasOtherKey(each));
  const trusted =
    list === null ? await askWhichToTrust(askable, surroundings) : chooseByList(list, askable, out);
  await keepAll(store, trusted, list === null ? 'trust' : 'fingerprints');
  sayKept(trusted, '', surroundings);
  const left = candidates.length - trusted.length;
  if (left > 0) out.write(`${count(left, 'key')} not trusted: nothing was changed\n`);
  const isWhole = examined.every(({ shown }) => shown !== null) && trusted.length === candidates.length;
  return isWhole ? EXIT.ok : EXIT.incomplete;
}

async function chooseHosts(
  inventory: Inventory,
  options: TrustOptions,
  surroundings: Surroundings,
): Promise<Selected> {
  const { signal } = new AbortController();
  const configured = (targets: readonly Target[]): Promise<readonly Target[]> =>
    withSshConfiguration(targets, options, surroundings, signal);
  if (options.gateway === undefined) {
    const selected = chooseSleds(inventory, options);
    return { ...selected, targets: await configured(selected.targets) };
  }
  const { rack, sled, exclude, label } = options;
  if ([rack, sled, exclude, label].every((each) => each === undefined)) {
    return chooseGateways(inventory, await configured(inventory.targets), options.gateway);
  }
  throw new FleetError(
    'usage',
    '--gateway selects no sleds: trust the gateways first, then the sleds behind them without it',
  );
}

function stateOf({ shown, target }: Examined): KeyState | null {
  return shown === null ? null : keyState(shown, target.login.hostKeysFile);
}

async function candidatesOf(
  examined: readonly Examined[],
  store: HostKeyStore,
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const each of examined) {
    const { shown, target } = each;
    const state = stateOf(each);
    if (shown === null || (state !== 'new' && state !== 'changed')) continue;
    candidates.push({ ...each, shown, state, owners: await store.ownersOf(target.login, shown.key) });
  }
  return candidates;
}

/** Who shows which new key, who could not be seen, and how many of each there are. */
function say(
  examined: readonly Examined[],
  candidates: readonly Candidate[],
  { terminal: { out }, now }: Surroundings,
): void {
  for (const candidate of candidates) out.write(candidateText(candidate, now(), out.width()));
  const failures = examined.flatMap(({ shown, outcome }) =>
    shown === null && outcome.status === 'failed' ? [outcome] : [],
  );
  for (const { outcomes, reason } of foldFailures(failures)) {
    const text = `${foldSleds(outcomes.map(({ sled }) => sled))}: no key to trust: ${reason}`;
    out.write(`${wrapped(text, out.width(), '  ').join('\n')}\n`);
  }
  const number = (wanted: KeyState | null): number =>
    examined.filter((each) => stateOf(each) === wanted).length;
  const counts = [
    `${number('kept') + number('known')} known`,
    `${number('new')} new`,
    `${number('changed')} changed`,
    `${number(null)} without a key to trust`,
  ].filter((text) => !text.startsWith('0 '));
  out.write(`${count(examined.length, 'host key')}: ${counts.join(', ')}\n`);
}

async function keepAll(store: HostKeyStore, hosts: readonly Examined[], by: string): Promise<void> {
  await Promise.all(
    hosts.map(async ({ target: { sled, login }, shown }) => {
      if (shown === null) return;
      const old = shown.record.keys.filter(({ file }) => file === login.hostKeysFile);
      await store.replace(login, nameOfSled(sled), { key: shown.key, old, by });
    }),
  );
}

function sayKept(hosts: readonly Examined[], note: string, { terminal: { out } }: Surroundings): void {
  if (hosts.length === 0) return;
  const files = [...new Set(hosts.map(({ target }) => target.login.hostKeysFile))];
  const text = `kept ${count(hosts.length, 'key')} in ${files.join(', ')}${note}`;
  out.write(`${wrapped(text, out.width(), '  ').join('\n')}\n`);
}

function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`}`;
}
