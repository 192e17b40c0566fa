import type { Incident } from '../alert/incident.ts';
import { ruleNamed, type RuleName } from '../alert/rules/index.ts';
import { shellWord } from '../model/shell-word.ts';

/** What a command line needs wherever it is typed: both paths are absolute. */
export interface CommandPlace {
  /** The program that runs. */
  readonly program: string;
  /** The inventory that was read, or the address of the hub through which sites were asked. */
  readonly inventory: string;
}

/** The command that shows an incident as it is now. */
export function incidentCommand({ rule, subject, sight }: Incident, place: CommandPlace): string {
  const { rack, upstairsId, sled } = subject;
  const [seenOn] = sled === null ? sight.sleds : [sled];
  switch (rule) {
    case 'repairing':
    case 'repair_stalled':
      if (seenOn !== undefined && sight.pid !== null) {
        return commandLine(place, 'run', 'up_state', '--sled', seenOn, '--pid', String(sight.pid));
      }
      break;
    case 'jobs_stuck':
    case 'pantry_stuck':
      if (seenOn !== undefined && sight.pid !== null) {
        return commandLine(place, 'run', 'upstairs_info', '--sled', seenOn, '--pid', String(sight.pid));
      }
      break;
    case 'coverage':
      return commandLine(place, 'doctor', '--rack', rack);
    case 'sled_silent':
      if (seenOn !== undefined) return commandLine(place, 'doctor', '--sled', seenOn);
      break;
    case 'no_report':
      if (seenOn !== undefined) return commandLine(place, 'ds-state', '--sled', seenOn, '--window', '10s');
      break;
    default:
  }
  if (upstairsId !== null) {
    return commandLine(place, 'ds-state', '--rack', rack, '--upstairs', upstairsId.slice(0, 8));
  }
  if (seenOn !== undefined) return commandLine(place, 'ds-state', '--sled', seenOn);
  return racksCommand([rack], [rule], place);
}

/** The command that shows all that is not well in some racks, and so all of these rules. */
export function racksCommand(
  racks: readonly string[],
  rules: readonly RuleName[],
  place: CommandPlace,
): string {
  const which = racks.length === 0 ? [] : ['--rack', racks.join(',')];
  const isInStates = rules.every((rule) => ruleNamed(rule).isInStates);
  return commandLine(place, 'ds-state', ...which, ...(isInStates ? ['--degraded'] : []));
}

function commandLine({ program, inventory }: CommandPlace, ...words: readonly string[]): string {
  const line = /^(tls|nats):\/\//.test(inventory)
    ? throughHub(inventory, words)
    : [...words, '--inventory', inventory];
  return [program, ...line].map(shellWord).join(' ');
}

/** Of a site that is asked through a hub: its racks and sleds begin with its name. */
function throughHub(hub: string, words: readonly string[]): readonly string[] {
  const named = words
    .flatMap((word) => word.split(','))
    .flatMap((word) => /^([\w-]+):/.exec(word)?.[1] ?? []);
  const sites = [...new Set(named)];
  const which = [...(sites.length === 0 ? [] : ['--site', sites.join(',')]), '--relay', hub];
  // The way to its sleds begins at the site; from here only its runner can be looked for.
  return words[0] === 'doctor' ? ['sites', ...which] : [...words, ...which];
}
