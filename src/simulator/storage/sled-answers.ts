import { complained, getopt, printed } from '../command-output.ts';
import type { CommandOutput } from '../command-output.ts';
import { statusAnswer } from './propolis-status.ts';
import { UNCONNECTED, type SimulatedRegion, type SimulatedStorageSled, type Storage } from './storage.ts';

/** What stands in for the storage commands of a sled. */
export const STORAGE_COMMANDS = ['svcs', 'svcprop', 'zfs', 'zpool', 'diskinfo', 'curl', 'zlogin'] as const;

export type StorageCommand = (typeof STORAGE_COMMANDS)[number];

export function isStorageCommand(word: string): word is StorageCommand {
  return STORAGE_COMMANDS.some((command) => command === word);
}

const DOWNSTAIRS = 'svc:/oxide/crucible/downstairs:downstairs-';
const PROPOLIS = 'svc:/system/illumos/propolis-server:default';

/** What a storage command of a sled prints; `null` stands for no answer, as of a server that hangs. */
export function storageAnswer(
  command: StorageCommand,
  argv: readonly string[],
  sled: SimulatedStorageSled,
  storage: Storage,
): CommandOutput {
  switch (command) {
    case 'svcs':
      return svcs(argv, sled, storage);
    case 'svcprop':
      return svcprop(argv, sled, storage);
    case 'zfs':
      return zfs(argv, sled, storage);
    case 'zpool':
      return zpool(argv, sled);
    case 'diskinfo':
      return diskinfo(argv, sled);
    case 'curl':
      return curl(argv, sled, storage);
    case 'zlogin':
      return zlogin(argv, sled, storage);
  }
}

function regionsOf(zone: string, sled: SimulatedStorageSled, storage: Storage): readonly SimulatedRegion[] {
  return storage.regions.filter(({ pool }) => pool.sled === sled && pool.zone === zone);
}

/** `svcs -H -z ZONE -o state,stime,fmri PATTERN` */
function svcs(argv: readonly string[], sled: SimulatedStorageSled, storage: Storage): CommandOutput {
  const parsed = getopt(argv, 'Hz:o:');
  if ('bad' in parsed) return complained(`svcs: illegal option -- ${parsed.bad}`, 2);
  const zone = parsed.options.find(([name]) => name === 'z')?.[1] ?? 'global';
  if (!sled.world.crucible.zones().some(({ name }) => name === zone))
    return complained(`svcs: no such zone "${zone}"`, 1);
  const regions = regionsOf(zone, sled, storage);
  if (regions.length === 0 && !sled.pools.some((pool) => pool.zone === zone))
    return complained(`svcs: Pattern '${parsed.operands.join(' ')}' doesn't match any instances`, 1);
  const rows = regions.map(({ id, state }) => [state, 'Aug_04', `${DOWNSTAIRS}${id}`]);
  return printed(
    [['disabled', 'Aug_01', 'svc:/oxide/crucible/downstairs:default'], ...rows].map(
      ([state = '', since = '', fmri = '']) => `${state.padEnd(14)} ${since.padStart(8)} ${fmri}`,
    ),
  );
}

/** `svcprop -z ZONE -f -p config/… FMRI…` */
function svcprop(argv: readonly string[], sled: SimulatedStorageSled, storage: Storage): CommandOutput {
  const parsed = getopt(argv, 'fz:p:');
  if ('bad' in parsed) return complained(`svcprop: illegal option -- ${parsed.bad}`, 2);
  const all = (letter: string): readonly string[] =>
    parsed.options.filter(([name]) => name === letter).map(([, value]) => value);
  const [zone = 'global'] = all('z');
  const isFull = parsed.options.some(([name]) => name === 'f') || parsed.operands.length > 1;
  const lines = parsed.operands.flatMap((fmri) =>
    all('p').flatMap((property) => {
      const value = propertyOf(fmri, property, zone, sled, storage);
      if (value === null) return [];
      return [isFull ? `${fmri}/:properties/${property} ${value.type} ${value.text}` : value.text];
    }),
  );
  if (lines.length === 0)
    return complained(`svcprop: Pattern '${parsed.operands.join(' ')}' doesn't match any entities`, 1);
  return printed(lines);
}

function propertyOf(
  fmri: string,
  property: string,
  zone: string,
  sled: SimulatedStorageSled,
  storage: Storage,
): { readonly type: string; readonly text: string } | null {
  if (fmri === PROPOLIS && property === 'config/listen_addr') {
    const address = propolisAddress(zone, sled);
    return address === null ? null : { type: 'astring', text: address };
  }
  const region = regionsOf(zone, sled, storage).find(({ id }) => fmri === `${DOWNSTAIRS}${id}`);
  if (region === undefined) return null;
  switch (property) {
    case 'config/port':
      return { type: 'count', text: String(region.port) };
    case 'config/address':
      return { type: 'astring', text: region.pool.address };
    case 'config/directory':
      return { type: 'astring', text: `/data/regions/${region.id}` };
    case 'config/mode':
      return { type: 'astring', text: 'rw' };
    default:
      return null;
  }
}

function propolisAddress(
  zone: string,
  { world, prefix }: Pick<SimulatedStorageSled, 'world' | 'prefix'>,
): string | null {
  const isThere = world.crucible.zones().some(({ name }) => name === zone);
  return isThere && zone.startsWith('oxz_propolis-server_') ? zoneAddress(zone, { world, prefix }) : null;
}

/** The underlay address of a zone that is not Crucible's. */
function zoneAddress(
  zone: string,
  { world, prefix }: Pick<SimulatedStorageSled, 'world' | 'prefix'>,
): string {
  const id = world.crucible.zones().find(({ name }) => name === zone)?.id ?? 0;
  return `${prefix}::${(0x100 + id).toString(16)}`;
}

/** `zfs list -Hp -t filesystem -o name,used` */
function zfs(argv: readonly string[], sled: SimulatedStorageSled, storage: Storage): CommandOutput {
  if (argv[0] !== 'list') return complained('usage: zfs list …', 2);
  const names = sled.pools.flatMap((pool) => [
    [`oxp_${pool.id}`, pool.allocatedBytes],
    [`oxp_${pool.id}/crucible`, pool.allocatedBytes],
    [`oxp_${pool.id}/crucible/regions`, pool.allocatedBytes],
    ...storage.regions
      .filter((region) => region.pool === pool)
      .map(({ id, extents }) => [`oxp_${pool.id}/crucible/regions/${id}`, extents * 1024 ** 2]),
  ]);
  return printed(names.map(([name = '', used = 0]) => `${name}\t${used}`));
}

/** `zpool list -Hp -o name,size,alloc,health` and `zpool status` */
function zpool(argv: readonly string[], sled: SimulatedStorageSled): CommandOutput {
  switch (argv[0]) {
    case 'list':
      return printed(
        sled.pools.map((pool) => `oxp_${pool.id}\t${pool.sizeBytes}\t${pool.allocatedBytes}\t${pool.health}`),
      );
    case 'status':
      return printed(
        sled.pools.flatMap((pool) => [
          `  pool: oxp_${pool.id}`,
          ` state: ${pool.health}`,
          '  scan: none requested',
          'config:',
          '',
          `\tNAME                       STATE     READ WRITE CKSUM`,
          `\toxp_${pool.id}  ${pool.health}       0     0     0`,
          `\t  ${pool.device}  ${pool.health}       0     0     0`,
          '',
          'errors: No known data errors',
          '',
        ]),
      );
    default:
      return complained('usage: zpool list|status …', 2);
  }
}

/** `zlogin ZONE netstat -an -f inet6 -P tcp`: an upstairs has a connection to each of its downstairs that it has not lost. */
function zlogin(
  [zone = '', ...command]: readonly string[],
  sled: SimulatedStorageSled,
  storage: Storage,
): CommandOutput {
  if (command[0] === 'tail') return serviceLog(command.at(-1) ?? '', zone, sled, storage);
  if (command.join(' ') !== 'netstat -an -f inet6 -P tcp') return complained('zlogin: not simulated', 1);
  const established = connectionsOf(storage);
  const lines = regionsOf(zone, sled, storage)
    .filter(({ state }) => state === 'online')
    .flatMap((region) => {
      const local = `${region.pool.address}.${region.port}`;
      return [
        netstatLine(local, '*.*', 'LISTEN'),
        ...established
          .filter((each) => each.region === region)
          .map(({ from, port }) => netstatLine(local, `${from}.${port}`, 'ESTABLISHED')),
      ];
    });
  const own = established
    .filter((each) => each.sled === sled && each.zone === zone)
    .map(({ from, port, region }) =>
      netstatLine(`${from}.${port}`, `${region.pool.address}.${region.port}`, 'ESTABLISHED'),
    );
  return printed(['', 'TCP: IPv6', ...lines, ...own]);
}

/** `zlogin ZONE tail -c N FILE`, of the log of a downstairs's service. */
function serviceLog(file: string, zone: string, sled: SimulatedStorageSled, storage: Storage): CommandOutput {
  const region = regionsOf(zone, sled, storage).find(
    ({ id }) => file === `/var/svc/log/oxide-crucible-downstairs:downstairs-${id}.log`,
  );
  if (region === undefined) return complained(`tail: cannot open input: ${file}`, 1);
  return printed(storage.logs.get(region.id) ?? STARTED);
}

const STARTED = [
  '[ Aug  4 02:10:58 Enabled. ]',
  '[ Aug  4 02:10:58 Executing start method ("/opt/oxide/lib/svc/manifest/crucible/downstairs.sh"). ]',
];

function netstatLine(local: string, remote: string, state: string): string {
  const sizes = state === 'LISTEN' ? '     0      0 128000      0' : '139264      0 139264      0';
  return `${local.padEnd(33)} ${remote.padEnd(33)} ${sizes} ${state}`;
}

/** Every connection from a zone of an upstairs to a downstairs that serves. */
function connectionsOf(storage: Storage) {
  return storage.sleds.flatMap((sled) =>
    sled.world.crucible
      .processes()
      .flatMap(({ zone, pid, sessions }) =>
        sessions.flatMap((session) =>
          (storage.disks.find(({ id }) => id === session.upstairsId)?.live ?? []).flatMap((region, client) =>
            region.state === 'online' && !UNCONNECTED.includes(session.states[client] ?? '')
              ? [{ sled, zone, from: zoneAddress(zone, sled), port: 40_000 + (pid % 10_000), region }]
              : [],
          ),
        ),
      ),
  );
}

/** `diskinfo -P` */
function diskinfo(argv: readonly string[], sled: SimulatedStorageSled): CommandOutput {
  if (argv.join(' ') !== '-P') return complained('usage: diskinfo -P', 2);
  const line = (cells: readonly string[]): string =>
    [28, 10, 18, 22, 5, 5].map((width, at) => (cells[at] ?? '').padEnd(width)).join('') + (cells[6] ?? '');
  return printed([
    line(['DISK', 'VID', 'PID', 'SERIAL', 'FLT', 'LOC', 'LOCATION']),
    ...sled.pools.map((pool) =>
      line([pool.device, '1b96', 'WUS5EA138ESP7E3', pool.diskSerial, 'no', 'no', '-']),
    ),
  ]);
}

/** `curl … http://[ADDRESS]:12400/instance/disk/ID/status`, with the status code on a line behind the answer. */
function curl(argv: readonly string[], sled: SimulatedStorageSled, storage: Storage): CommandOutput {
  const url = argv.find((word) => word.startsWith('http://')) ?? '';
  const [, address = '', disk = ''] =
    /^http:\/\/\[([0-9a-f:]+)\]:12400\/instance\/disk\/([0-9a-f-]+)\/status$/.exec(url) ?? [];
  const zone = sled.world.crucible.zones().find(({ name }) => propolisAddress(name, sled) === address)?.name;
  if (zone === undefined) return complained(`curl: (7) Failed to connect to ${address} port 12400`, 7);
  storage.asked.set(disk, (storage.asked.get(disk) ?? 0) + 1);
  if (storage.hanging.has(zone)) return complained('curl: (28) Operation timed out', 28);
  const isToday = argv.includes('api-version: 5.0.0') && !storage.old.has(zone);
  const answer = isToday ? statusAnswer(zone, disk, sled, storage) : { code: 200, body: '{"active":true}' };
  return { stdout: `${answer.body}\n${answer.code}`, stderr: '', status: 0 };
}
