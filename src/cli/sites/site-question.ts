import { describeSelection } from '../../inventory/selection.ts';
import { FleetError } from '../../model/error.ts';
import { withShard } from '../../model/shard.ts';
import { questionHead, type Asked, type Question, type QuestionSelection } from '../../relay/question.ts';
import { selectionAt } from '../../relay/site-selection.ts';
import { isRelayName, NAME_RULE } from '../../relay/subjects.ts';
import { listValue } from '../options/option-values.ts';
import type { RelayOptions } from '../options/relay-options.ts';
import type { SelectionOptions } from '../options/selection-options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The sites that the asker itself names, by option or environment; null where it leaves that to the hub's roster. */
export function namedSites(
  options: RelayOptions,
  { env }: Pick<Surroundings, 'env'>,
): readonly string[] | null {
  const said = env['CRUC_FLEET_SITES'] ?? '';
  const names = options.site ?? (said.trim() === '' ? null : listValue(said, undefined));
  if (names === null) return null;
  const strange = names.find((name) => !isRelayName(name));
  if (strange !== undefined) {
    throw new FleetError('usage', `--site: '${strange}' is not the name of a site; a name is ${NAME_RULE}`);
  }
  return [...new Set(names)];
}

export function wantedSelection(options: SelectionOptions): QuestionSelection {
  return {
    racks: [...(options.rack ?? [])],
    sleds: [...(options.sled ?? [])],
    exclude: [...(options.exclude ?? [])],
    labels: [...(options.label ?? [])],
    shard: options.shard ?? null,
  };
}

/** What every site is asked: the selection as each of them understands it. */
export interface FleetQuestion {
  readonly run: string;
  readonly sites: readonly string[];
  /** As people say it: `sites east, west: rack 3`. */
  readonly text: string;
  readonly forSite: (site: string) => Question;
}

interface QuestionSettings {
  readonly run: string;
  readonly version: string;
  readonly deadline: Date;
  readonly silentAfterMs: number;
  readonly now: () => Date;
  /** What happens is told before the end. */
  readonly follows?: boolean;
  /** Of the selected sleds these only, by their ids in the fleet. */
  readonly only?: ReadonlySet<string>;
}

/** Throws `usage` where the terms of the selection leave no site to ask. */
export function fleetQuestion(
  { probe, settings }: Asked,
  known: readonly string[],
  wanted: QuestionSelection,
  { run, version, deadline, silentAfterMs, now, only, follows = false }: QuestionSettings,
): FleetQuestion {
  const onlyAt = (site: string): string[] | null =>
    only === undefined
      ? null
      : [...only].filter((id) => id.startsWith(`${site}:`)).map((id) => id.slice(site.length + 1));
  const parts = new Map(
    known.flatMap((site) => {
      const selection = selectionAt(site, known, wanted);
      const isAsked = selection !== null && onlyAt(site)?.length !== 0;
      return isAsked ? [[site, selection] as const] : [];
    }),
  );
  const sites = [...parts.keys()];
  if (sites.length === 0 && only === undefined) {
    throw new FleetError(
      'usage',
      `--rack, --sled: no site has what is selected; the sites are ${known.join(', ')}`,
    );
  }
  return {
    run,
    sites,
    text: `${sites.length === 1 ? 'site' : 'sites'} ${sites.join(', ')}: ${withShard(describeSelection(wanted), wanted.shard)}`,
    forSite(site) {
      const at = now().getTime();
      return {
        ...questionHead(follows),
        version,
        run,
        asked_at: new Date(at).toISOString(),
        start_by: new Date(at + silentAfterMs).toISOString(),
        deadline: deadline.toISOString(),
        probe,
        settings: plainSettings(settings),
        selection: parts.get(site) ?? wanted,
        only: onlyAt(site),
      };
    },
  };
}

function plainSettings({
  seconds,
  interval,
  pid,
  volume,
  totals,
  rates,
}: Asked['settings']): Question['settings'] {
  return { seconds, interval, pid, volume, totals, rates };
}
