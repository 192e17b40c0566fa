import type { Incident } from '../alert/incident.ts';
import { shellWord } from '../model/shell-word.ts';

/** What a command line needs wherever it is typed: both paths are absolute. */
export interface CommandPlace {
  /** The program that runs. */
  readonly program: string;
  /** The inventory that was read. */
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
  return racksCommand([rack], place);
}

/** The command that shows all that is not well in some racks. */
export function racksCommand(racks: readonly string[], place: CommandPlace): string {
  const which = racks.length === 0 ? [] : ['--rack', racks.join(',')];
  return commandLine(place, 'ds-state', ...which, '--degraded');
}

function commandLine({ program, inventory }: CommandPlace, ...words: readonly string[]): string {
  return [program, ...words, '--inventory', inventory].map(shellWord).join(' ');
}
