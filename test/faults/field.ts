import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { generateKeyPair, knownHostsLine, type KeyPair } from '../../src/simulator/ssh-keys.ts';
import { shellWord } from '../../src/model/shell-word.ts';
import { withRack, type Rack } from '../support/rack.ts';
import { makeKeyFile, startSshd, type Sshd } from '../support/openssh-server.ts';
import { run, startProgram, type Ended } from '../support/run-program.ts';
import { createStandInTools, type StandInTools } from '../support/stand-in-tools.ts';
import { writeNetcat } from '../support/stand-in-netcat.ts';
import type { Arrangement, Job } from './fault.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { WAYS, type WayName } from './ways.ts';

/** Racks 3 and 4 of two sleds each: what is wrong is wrong with 3/0, or with a gateway of rack 3. */
export interface Field {
  readonly rack: Rack;
  readonly gateway: TestGateway;
  readonly second: TestGateway;
  /** A new folder in which a run can have files of its own. */
  folder(): string;
  /** A new file. */
  file(content: string, mode?: number): string;
  /** A command that leads to `{host} {port}` and says its process in `FILE.PORT`. */
  readonly leading: string;
  /** The process of the command that leads to the sled. */
  leadingTo(sled: string): number;
  /** What `known_hosts` says of a sled, with a key of its choice. */
  knownLine(sled: string, key?: KeyPair): string;
  portOf(sled: string): number;
  /** As it stands in a report. */
  idOf(sled: string): string;
  readonly knownHosts: readonly string[];
  readonly identity: string;
  /** One run of the program by that way, with what was arranged; all is well again behind it. */
  run(way: WayName, arrangement: Arrangement): Promise<Ended>;
}

export const SLED = '3/0';
/** What a fault of the rack's gateway hits. */
export const RACK = ['3/0', '3/1'] as const;
export const ALL = ['3/0', '3/1', '4/0', '4/1'] as const;

const WINDOW = '3s';

/** Longer than any machine needs. */
export const PATIENCE_MS = 60_000;

/** Starts the sleds and gateways that the tests around it share, and stops them after. */
export function withField(): Field {
  const rack = withRack({
    racks: ['3', '4'],
    sledsPerRack: 2,
    propolisPerSled: 2,
    downstairsPerSled: 0,
  });
  let started: Started | null = null;
  const there = (): Started => {
    if (started === null) throw new Error('the field is there when a test begins, not before');
    return started;
  };

  beforeAll(async () => {
    const { folder } = rack;
    const key = generateKeyPair();
    writeFileSync(join(folder, 'gateway_key'), key.privateKey, { mode: 0o600 });
    const [withNetcat, without] = [join(folder, 'bin'), join(folder, 'tools')];
    for (const each of [withNetcat, without]) {
      mkdirSync(each);
      for (const name of ['sh', 'cat', 'sleep', 'kill']) symlinkSync(`/bin/${name}`, join(each, name));
    }
    const netcat = writeNetcat(withNetcat, 'openbsd');
    const leading = join(folder, 'leading');
    writeFileSync(leading, `#!/bin/sh\necho $$ >"$0.$2"\nexec ${shellWord(netcat)} -v "$1" "$2"\n`);
    chmodSync(leading, 0o755);
    const habits = { forwarding: 'open', path: withNetcat } as const;
    const gateway = await startGateway(key, habits);
    const second = await startGateway(key, habits);
    const known = join(folder, 'known_gateways');
    writeFileSync(known, `${gateway.knownHostsLine}\n${second.knownHostsLine}\n`);
    started = { gateway, second, withNetcat, without, leading, known };
  });

  let tooled: Promise<Tooled> | null = null;

  afterAll(async () => {
    const tools = await tooled;
    tools?.standIns.close();
    await tools?.sshd.stop();
    started?.gateway.close();
    started?.second.close();
  });

  const field: Field = {
    rack,
    get gateway() {
      return there().gateway;
    },
    get second() {
      return there().second;
    },
    get leading() {
      return there().leading;
    },
    get knownHosts() {
      return [rack.simulation.knownHostsFile, there().known];
    },
    get identity() {
      return rack.simulation.identityFile;
    },
    folder: () => mkdtempSync(join(rack.folder, 'run-')),
    file: (content, mode = 0o600) => {
      const file = join(field.folder(), 'file');
      writeFileSync(file, content);
      chmodSync(file, mode);
      return file;
    },
    leadingTo: (sled) => Number(readFileSync(`${field.leading}.${field.portOf(sled)}`, 'utf8')),
    portOf: (sled) => sledOf(rack, sled).port,
    idOf: (sled) => rack.simulation.world.sled(sled).id,
    knownLine: (sled, key) => {
      const { host, port } = sledOf(rack, sled);
      if (key !== undefined) return knownHostsLine(host, port, key);
      const lines = readFileSync(rack.simulation.knownHostsFile, 'utf8').split('\n');
      return lines.find((line) => line.startsWith(`[${host}]:${port} `)) ?? '';
    },
    run: async (way, arrangement) => {
      const { gateway, withNetcat, without } = there();
      const path = arrangement.hasNetcat === false ? without : withNetcat;
      const byDefault = WAYS[way].leads === 'exec' ? 'prohibited' : 'open';
      await gateway.set(
        { forwarding: arrangement.forwarding ?? byDefault, path },
        arrangement.gatewayFault ?? null,
      );
      await rack.simulation.setFault(SLED, arrangement.fault ?? null);
      const { leads } = WAYS[way];
      const tool = leads === 'tool' ? await (tooled ??= startTools(rack)) : null;
      const { world = {}, sled = {}, command } = arrangement.tool ?? {};
      tool?.standIns.become(world, { 0: sled });
      const inventory = join(field.folder(), 'inventory.yaml');
      writeFileSync(
        inventory,
        JSON.stringify(
          inventoryOf(field, way, arrangement, {
            ...(tool === null ? {} : ofTool(way, tool, command)),
          }),
          null,
          2,
        ),
      );
      const argv = [
        ...wordsOf(arrangement.job ?? { verb: 'exec' }, [
          '-i',
          inventory,
          '-o',
          'json',
          ...WAYS[way].argv,
          ...(arrangement.argv ?? []),
        ]),
      ];
      // As quick a second try as there can be.
      const running = startProgram(argv, { random: () => 0.001 });
      try {
        await arrangement.during?.(running);
        return await running.ended;
      } finally {
        // The next arrangement looks at a sled that is well.
        await rack.simulation.setFault(SLED, null);
      }
    },
  };
  return field;
}

interface Started {
  readonly gateway: TestGateway;
  readonly second: TestGateway;
  readonly withNetcat: string;
  readonly without: string;
  readonly leading: string;
  readonly known: string;
}

interface Tooled {
  readonly standIns: StandInTools;
  readonly sshd: Sshd;
  /** Signed, as sush takes it. */
  readonly job: string;
}

/** Stand-ins that run commands over a real sshd, in the environment of the sled that is meant. */
async function startTools(rack: Rack): Promise<Tooled> {
  const key = join(rack.folder, 'tool_key');
  const sshd = await startSshd({ authorizedKeys: [makeKeyFile(key)] });
  const standIns = await createStandInTools(rack, { port: sshd.port, user: sshd.user, key });
  const { stdout } = await run(['script', 'ds-state', '-w', WINDOW]);
  const job = join(rack.folder, 'job.json');
  writeFileSync(job, JSON.stringify({ signed: { command: stdout.trimEnd() } }));
  return { standIns, sshd, job };
}

function ofTool(way: WayName, { standIns, job }: Tooled, command: string | undefined) {
  if (way !== 'pilot' && way !== 'sush') throw new Error(`${way} is no tool`);
  const tool = command ?? standIns.command(way);
  return { via: way, tool, ...(way === 'sush' ? { sush_job: job } : {}) };
}

function sledOf(rack: Rack, name: string): { readonly host: string; readonly port: number } {
  const { id } = rack.simulation.world.sled(name);
  const found = rack.simulation.sleds.find((sled) => sled.id === id);
  if (found === undefined) throw new Error(`no sled ${name}`);
  return found;
}

/** JSON is YAML. */
function inventoryOf(field: Field, way: WayName, arrangement: Arrangement, ofRack: object): unknown {
  const { leads } = WAYS[way];
  const gatewayOf = ({ port }: TestGateway): unknown => ({
    host: '127.0.0.1',
    port,
    identity_file: join(field.rack.folder, 'gateway_key'),
    ...(leads === 'exec' ? { via: 'exec' } : { via: 'forward' }),
    ...arrangement.gateway,
  });
  const gateways = [field.gateway, ...(arrangement.hasSecondGateway === true ? [field.second] : [])];
  const isBehind =
    leads === 'forward' || leads === 'exec' || (leads === 'tool' && arrangement.gateway !== undefined);
  const sleds = (rack: string) =>
    field.rack.simulation.sleds
      .filter((sled) => sled.rack === rack)
      .map(({ serial, cubby, host, port }) => ({
        serial,
        cubby,
        host,
        port,
        ...(leads === 'pipe' && rack === '3' ? { proxy_command: `${field.leading} {host} {port}` } : {}),
        ...(rack === '3' && cubby === 0 ? arrangement.sled : {}),
      }));
  return {
    version: 1,
    defaults: {
      user: 'root',
      identity_file: field.identity,
      identity_agent: 'none',
      known_hosts: field.knownHosts,
      host_keys: join(field.folder(), 'host_keys'),
      connect_timeout: `${PATIENCE_MS / 1000}s`,
      ...arrangement.defaults,
    },
    racks: [
      {
        id: '3',
        ...ofRack,
        ...(isBehind ? { gateways: gateways.map(gatewayOf) } : {}),
        sleds: sleds('3'),
      },
      { id: '4', sleds: sleds('4') },
    ],
  };
}

function wordsOf(job: Job, options: readonly string[]): readonly string[] {
  if (job.verb === 'ds-state') return ['ds-state', '-w', WINDOW, ...options];
  const names = job.of === 'rack' ? '*22000?' : '*220000';
  const words =
    job.own === undefined ? 'hostname' : `case $(hostname) in ${names}) ${job.own};; *) hostname;; esac`;
  return ['exec', '-r', '*', ...options, '--', words];
}
