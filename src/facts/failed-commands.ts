import { groupBy } from '../model/group-by.ts';

/** What each command of `place.sh` tells, by its word. */
const TELLS: Readonly<Record<string, string>> = {
  zone: 'its zones (zoneadm list)',
  pool: 'its pools (zpool list)',
  device: 'the disks of its pools (zpool status)',
  disk: 'its physical disks (diskinfo)',
  dataset: 'its regions (zfs list)',
  process: 'its downstairs processes (ps)',
  service: 'services (svcs)',
  connection: 'connections (zlogin netstat)',
};

/** As a shell says that there is no command of a name. */
const NOT_FOUND = '127';
const MOST_ZONES_NAMED = 3;

/** Sentences of lines `NAME[:ZONE] STATUS`, one for each status. */
export function failedCommandsTexts(lines: readonly string[]): readonly string[] {
  const failed = lines.map((line) => {
    const [name = '', status = '?'] = line.split(' ');
    const [word = '', zone] = name.split(/:(.*)/s);
    return { word, zone, status };
  });
  return [...groupBy(failed, ({ status }) => status)].map(([status, ofStatus]) => {
    const what = [...groupBy(ofStatus, ({ word }) => word)].map(([word, ofWord]) => {
      const zones = ofWord.flatMap(({ zone }) => zone ?? []);
      return `${TELLS[word] ?? word}${zonesText(zones, status)}`;
    });
    const why =
      status === NOT_FOUND
        ? 'a command was not found there (status 127)'
        : `a command ended with status ${status}`;
    return `not known, since ${why}: ${what.join(', ')}`;
  });
}

/** A few are named; what no zone can tell is the sled's own. */
function zonesText(zones: readonly string[], status: string): string {
  if (zones.length === 0) return '';
  if (status !== NOT_FOUND && zones.length <= MOST_ZONES_NAMED) return ` of ${zones.join(' and ')}`;
  return zones.length === 1 ? ' of a zone of Crucible' : ` of ${zones.length} zones of Crucible`;
}
