import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describeError, FleetError, type ErrorCode } from '../../model/error.ts';
import { hostPort } from '../../model/host-port.ts';
import type { Gateway, Login, Target } from '../../model/target.ts';
import type { Connection, Transport } from '../../model/transport.ts';
import { nameOfGateway, nameOfSled, type HostName } from '../../trust/host-name.ts';
import type { HostKeyStore } from '../../trust/host-keys.ts';
import { createBeats } from '../beats.ts';
import type { Budget } from '../budget.ts';
import { withPipes } from '../child-pipes.ts';
import { rememberNewKeys, writeKnownFile } from './known-file.ts';
import { keepaliveOf } from '../gateway-keepalive.ts';
import { inTurn } from '../waiting.ts';
import { createGatewayMasters, type GatewayMasters, type Place } from './gateway-masters.ts';
import { openMaster, type Master, type SshProcesses, type StartProgram } from './master.ts';
import { openPatiently, type Patience } from './patient-opening.ts';
import { loginWords, proxyWords, type SshSurroundings } from './ssh-words.ts';
import { commandThrough, throughGateway } from './through-gateway.ts';
import { unusedKeys } from './unused-keys.ts';

export interface OpenSshOptions {
  readonly start: StartProgram;
  readonly agentSocket: string | null;
  /** What `-F` says; null is nothing. */
  readonly configFile: string | null;
  /** Where a folder for sockets is made, which goes with the transport. */
  readonly temporaryFolder: string;
  /** What is known of the keys of hosts; ssh is told it. */
  readonly hostKeys: HostKeyStore;
  /** Logins under way at a time. */
  readonly handshakesAtOnce: number;
  readonly patience: Patience;
  /** Hears of things that concern the whole run and no single sled. */
  readonly onWarning: (message: string) => void;
}

/** No other gateway takes the place of one that may be somebody else's. */
const FINAL: readonly ErrorCode[] = ['host_key_changed', 'host_key_revoked', 'interrupted'];

/** The longest path of a folder in which ssh can make its sockets. */
const LONGEST_FOLDER = 60;

/**
 * A transport by the system's ssh: its configuration, tokens, certificates and key exchange count for sleds and gateways.
 * A gateway is logged in to once, first and alone; what is behind it goes over that connection.
 */
export function createOpenSshTransport(options: OpenSshOptions): Transport {
  const gate = pLimit(options.handshakesAtOnce);
  const { agentSocket, configFile, temporaryFolder } = options;
  const surroundings: SshSurroundings = { agentSocket, configFile, exists: existsSync };
  const parent = temporaryFolder.length > LONGEST_FOLDER ? '/tmp' : temporaryFolder;
  let folder: string | null = null;
  let paths = 0;
  const processes: SshProcesses = {
    start: (program, words) => withPipes(options.start(program, words), 'ssh'),
    beats: createBeats(),
    newPath: () => {
      folder ??= mkdtempSync(join(parent, 'cruc-fleet-ssh-'));
      paths += 1;
      return join(folder, String(paths));
    },
  };
  const { hostKeys } = options;
  const open: Open = async ({ login, name, host }, way, signal) => {
    const what = `while connecting to ${hostPort(login)}`;
    const known = await writeKnownFile(hostKeys, login, host, processes.newPath());
    const ssh = { name, words: [...way, ...loginWords(login, known, surroundings)] };
    const tryOnce = (limited: Login, budget: Budget) =>
      inTurn(gate, signal, what, () => budget.spend(() => openMaster(processes, limited, ssh, signal)));
    const master = await openPatiently(login, options.patience, signal, what, tryOnce).catch(
      async (error: unknown) => {
        throw await withRemedy(error, login, host);
      },
    );
    try {
      return { master, warnings: await rememberNewKeys(hostKeys, login, host, known) };
    } catch (error) {
      await master.close();
      throw error;
    }
  };
  const gateways: GatewayMasters = createGatewayMasters(async (gateway, signal) => {
    const login = { ...gateway, keepaliveMs: keepaliveOf(gateway) };
    const { behind } = gateway;
    const before = behind && (await placeOn(gateways, behind, signal));
    const way =
      before === null || behind === null
        ? wayTo(gateway)
        : proxyWords(commandThrough(behind, before.master, gateway, surroundings));
    const host = { login, name: gateway.host, host: nameOfGateway(gateway) };
    const opened = await open(host, way, signal);
    for (const warning of opened.warnings) options.onWarning(`gateway ${hostPort(gateway)}: ${warning}`);
    return opened.master;
  });
  const openBehind = async (
    { sled, login }: Target,
    gateway: Gateway,
    { master, release }: Place,
    signal: AbortSignal,
  ): Promise<Opened> => {
    const way = proxyWords(commandThrough(gateway, master, login, surroundings));
    try {
      const { master: session, warnings } = await open(hostOf({ sled, login }), way, signal);
      const carried: Master = {
        ...session,
        run: async (command, options) => {
          try {
            return await session.run(command, options);
          } catch (error) {
            const isLoss = error instanceof FleetError && error.code === 'connection_lost';
            throw isLoss ? await throughGateway(error, gateway, master) : error;
          }
        },
        close: async () => await session.close().finally(release),
      };
      return { master: carried, warnings };
    } catch (error) {
      release();
      throw await throughGateway(error, gateway, master);
    }
  };
  return {
    async connect(target, signal) {
      const { login } = target;
      const isOff = login.hostKeyPolicy === 'off';
      const warnings = isOff ? [`the host key of ${hostPort(login)} was not verified`] : [];
      if (target.gateways.length === 0) {
        const via = login.proxyCommand === null ? null : 'proxy_command';
        const opened = await open(hostOf(target), wayTo(login), signal);
        return connectionOver(opened, via, warnings);
      }
      const { gateway, place } = await firstGateway(target, options.onWarning, (each) =>
        placeOn(gateways, each, signal),
      );
      try {
        const session = await openBehind(target, gateway, place, signal);
        return connectionOver(session, hostPort(gateway), warnings);
      } catch (error) {
        const isProhibited = error instanceof FleetError && error.code === 'forwarding_refused';
        if (gateway.via !== 'auto' || !isProhibited) throw error;
      }
      const instead: Gateway = { ...gateway, via: 'exec' };
      const session = await openBehind(target, instead, await gateways.place(instead, signal), signal);
      return connectionOver(session, hostPort(gateway), warnings);
    },
    async close() {
      await gateways.close();
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A connection that was opened, and what is to be known of it. */
interface Opened {
  readonly master: Master;
  readonly warnings: readonly string[];
}

/** What is logged in to: by which name ssh's configuration may know it, and by which we know its key. */
interface SshHost {
  readonly login: Login;
  readonly name: string;
  readonly host: HostName;
}

type Open = (to: SshHost, way: readonly string[], signal: AbortSignal) => Promise<Opened>;

function hostOf({ sled, login }: Pick<Target, 'sled' | 'login'>): SshHost {
  return { login, name: sled.host, host: nameOfSled(sled) };
}

function placeOn(gateways: GatewayMasters, gateway: Gateway, signal: AbortSignal): Promise<Place> {
  return gateway.via === 'exec' ? gateways.place(gateway, signal) : gateways.first(gateway, signal);
}

/** What to do about a host's key, or about keys of ours that ssh ignored without a word. */
async function withRemedy(error: unknown, login: Login, { remedy }: HostName): Promise<unknown> {
  if (!(error instanceof FleetError)) return error;
  if (error.code === 'authentication') {
    if (!login.auth.includes('publickey')) {
      const allowed = `the inventory allows only ${login.auth.join(' and ')}: name publickey under auth`;
      return new FleetError(error.code, `${error.message}; ${allowed}`);
    }
    const problems = await unusedKeys(login);
    if (problems.length === 0) return error;
    return new FleetError(error.code, `${error.message} (not offered: ${problems.join('; ')})`);
  }
  if (error.code !== 'host_key_unknown' && error.code !== 'host_key_changed') return error;
  return new FleetError(error.code, `${error.message}; ${remedy} shows it`);
}

/** A login's own command, or TCP: what ssh's configuration says of the way is in the login already. */
function wayTo({ proxyCommand }: Login): readonly string[] {
  return proxyWords(proxyCommand ?? 'none');
}

async function firstGateway(
  { gateways }: Target,
  onWarning: (message: string) => void,
  open: (gateway: Gateway) => Promise<Place>,
): Promise<{ readonly gateway: Gateway; readonly place: Place }> {
  const failures: FleetError[] = [];
  for (const gateway of gateways) {
    try {
      const place = await open(gateway);
      for (const failure of failures) onWarning(`a gateway could not be used: ${describeError(failure)}`);
      const lost = place.master.lost();
      if (lost === null) return { gateway, place };
      place.release();
      failures.push(lost);
    } catch (error) {
      if (!(error instanceof FleetError)) throw error;
      if (FINAL.includes(error.code)) throw error;
      failures.push(error);
    }
  }
  const tried = gateways.map(hostPort).join(', ');
  const cause = failures.map(describeError).join('; ');
  throw new FleetError('gateway', `no gateway could be used (${tried})`, { cause });
}

function connectionOver(
  { master, warnings }: Opened,
  via: string | null,
  ofWay: readonly string[],
): Connection {
  return {
    via,
    warnings: [...ofWay, ...warnings],
    run: (command, options) => master.run(command, options),
    lost: () => master.lost(),
    close: () => master.close(),
  };
}
