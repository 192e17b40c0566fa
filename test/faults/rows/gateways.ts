import type { FaultName } from '../../../src/simulator/fault.ts';
import { expect } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { answered, failed, timedOut, type Arrangement, type Expected, type Fault } from '../fault.ts';
import { RACK, type Field } from '../field.ts';
import { BY_GATEWAY, type WayName } from '../ways.ts';

const chapter = 'The gateway';

/** A fault of the rack's only gateway. */
function ofGateway(
  fault: FaultName,
  about: Pick<Fault, 'id' | 'what' | 'remedy'>,
  expected: Expected = failed('connect', 'gateway'),
): Fault {
  const limitMs = expected.endsAtLimit ? 1_500 : null;
  return {
    ...about,
    chapter,
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: () => ({
      gatewayFault: fault,
      ...(limitMs === null ? {} : { gateway: { connect_timeout: `${limitMs}ms` }, limitMs }),
    }),
    expect: expected,
  };
}

const DOWN = 'Look at the switch; name the second gateway too, which is then used.';

export const GATEWAY_FAULTS: readonly Fault[] = [
  ofGateway('refused', {
    id: 'gateway-refuses',
    what: 'The gateway is down: nothing listens there',
    remedy: DOWN,
  }),
  ofGateway('reset', { id: 'gateway-resets', what: 'The gateway resets each connection', remedy: DOWN }),
  ofGateway(
    'silent',
    { id: 'gateway-silent', what: 'The gateway takes TCP and says nothing', remedy: DOWN },
    timedOut('connect', 'gateway'),
  ),
  ofGateway(
    'banner-hang',
    { id: 'gateway-frozen', what: 'The gateway hangs in the key exchange', remedy: DOWN },
    timedOut('connect', 'gateway'),
  ),
  ofGateway('other-protocol', {
    id: 'gateway-other-protocol',
    what: 'No SSH server answers at the gateway',
    remedy: 'Correct the address and the port of the gateway.',
  }),
  ofGateway('overloaded', {
    id: 'gateway-overloaded',
    what: 'The gateway drops every connection before the handshake (MaxStartups)',
    remedy: 'Somebody fills it with connections; cruc-fleet itself opens one for eight sleds or more.',
  }),
  ofGateway('banned', {
    id: 'gateway-bans',
    what: 'The gateway bans our address (PerSourcePenalties)',
    remedy: 'Wait some minutes, and correct the keys before the next try.',
  }),
  ofGateway('old-key-exchange', {
    id: 'gateway-old-key-exchange',
    what: 'The gateway shares no key exchange with us',
    remedy: 'Allow one that the message names, or go by `proxy_command: ssh -W …`.',
  }),
  ofGateway('auth', {
    id: 'gateway-keys-refused',
    what: 'The gateway refuses every key',
    remedy:
      'Put a key into authorized_keys there, or go by `proxy_command` with the ssh that can (tokens, certificates).',
  }),
  ofGateway('second-factor', {
    id: 'gateway-second-factor',
    what: 'The gateway asks a question on top of the key',
    remedy: 'Go by `proxy_command: ssh -W …` over a master that you opened.',
  }),
  ofGateway('auth-cut', {
    id: 'gateway-cut-in-login',
    what: 'The gateway breaks the connection during the login',
    remedy: DOWN,
  }),
  ofGateway(
    'wrong-host-key',
    {
      id: 'gateway-key-changed',
      what: 'The gateway shows another key than the known one',
      remedy:
        'After a reboot of the switch: `cruc-fleet inventory trust --gateway RACK`. Otherwise find out who answers there.',
    },
    failed('connect', 'host_key_changed'),
  ),
  {
    id: 'gateway-key-unknown',
    chapter,
    what: 'No key of the gateway is known',
    remedy: '`cruc-fleet inventory trust --gateway RACK`.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: (field) => ({ gateway: { known_hosts: field.file('') } }),
    expect: failed('connect', 'gateway'),
  },
  {
    id: 'gateway-key-revoked',
    chapter,
    what: 'known_hosts has the key of the gateway as @revoked',
    remedy: 'Somebody withdrew it: find out why before anything else.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: (field) => ({
      gateway: { known_hosts: field.file(`@revoked ${field.gateway.knownHostsLine}\n`) },
    }),
    expect: failed('connect', 'host_key_revoked'),
  },
  {
    id: 'gateway-key-changed-first-of-two',
    chapter,
    what: 'The first gateway shows another key, and the second one stands',
    remedy: 'Find out who answers at the first one; the sleds were reached through the second.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: () => ({ hasSecondGateway: true, gatewayFault: 'wrong-host-key' }),
    expect: failed('connect', 'host_key_changed'),
  },
  {
    id: 'gateway-down-first-of-two',
    chapter,
    what: 'The first gateway is down, and the second one stands',
    remedy: 'Nothing at once: the sleds were reached through the second. Look at the switch.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: () => ({ hasSecondGateway: true, gatewayFault: 'refused' }),
    expect: answered({ warning: 'gateway' }),
    // Said once, of the gateway.
    by: { 'openssh-gateway': answered() },
  },
  {
    id: 'forwarding-prohibited',
    chapter,
    what: 'The gateway forwards nothing, and the inventory says `via: forward`',
    remedy:
      'Leave `via` out, so that a command on the gateway is tried; a stock switch zone forwards nothing.',
    ways: ['forward'],
    hits: 'rack',
    arrange: () => ({ forwarding: 'prohibited' }),
    expect: failed('connect', 'forwarding_refused'),
  },
  {
    id: 'forwarding-prohibited-auto',
    chapter,
    what: 'The gateway forwards nothing, and has an nc',
    remedy: 'Nothing: a command on the gateway leads to the sleds.',
    ways: ['forward'],
    hits: 'rack',
    arrange: () => ({ forwarding: 'prohibited', gateway: { via: 'auto' } }),
    expect: answered(),
  },
  {
    id: 'forwarding-prohibited-without-netcat',
    chapter,
    what: 'The gateway forwards nothing, and has no nc',
    remedy:
      'Name a command that leads there (`command: pilot tp nc any {cubby} {port}`), or allow forwarding.',
    ways: ['forward'],
    hits: 'rack',
    arrange: () => ({ forwarding: 'prohibited', hasNetcat: false, gateway: { via: 'auto' } }),
    expect: failed('connect', 'forwarding_refused'),
  },
  {
    id: 'forwarding-unanswered',
    chapter,
    what: 'The gateway does not answer that it is to forward',
    remedy: 'It waits for a sled that is off, or hangs: look at the sled, then at the switch.',
    ways: ['forward'],
    hits: 'rack',
    arrange: () => ({ forwarding: 'hangs', defaults: { connect_timeout: '2s' }, limitMs: 2_000 }),
    expect: timedOut('connect'),
  },
  {
    id: 'gateway-dies',
    chapter,
    what: 'The gateway dies while commands run, and no other one is left',
    remedy: 'Look at the switch. What ran there ends by itself within ten seconds.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: dying,
    expect: failed('run', 'connection_lost'),
  },
  {
    id: 'gateway-dies-first-of-two',
    chapter,
    what: 'The first gateway dies while probes run, and the second one stands',
    remedy: 'Nothing at once: the sleds were asked again through the second. Look at the switch.',
    ways: BY_GATEWAY,
    hits: 'rack',
    arrange: dyingWhileTracing,
    expect: answered({ warning: 'asked again' }),
  },
];

/** The gateway goes when commands of the rack have begun. */
function dying(field: Field): Arrangement {
  const begun = join(field.folder(), 'begun');
  return {
    job: { verb: 'exec', own: `: >${begun}.$(hostname); sleep 30`, of: 'rack' },
    during: async () => {
      for (const sled of RACK) {
        const { serial } = field.rack.simulation.sleds.find(({ id }) => id === field.idOf(sled)) ?? {};
        await expect.poll(() => existsSync(`${begun}.${serial}`)).toBe(true);
      }
      await field.gateway.set({ forwarding: 'open', path: '/nonexistent' }, 'refused');
    },
  };
}

/** The gateway goes when all sleds of the rack trace. */
async function dyingWhileTracing(field: Field, way: WayName): Promise<Arrangement> {
  // With their scripts there, they begin together; the window is long in simulated time.
  await field.run(way, { job: { verb: 'ds-state' } });
  return {
    hasSecondGateway: true,
    job: { verb: 'ds-state' },
    argv: ['-w', '120s'],
    during: async () => {
      for (const sled of RACK) await expect.poll(() => field.rack.simulation.tracing(sled)).toBe(1);
      await field.gateway.set({ forwarding: 'open', path: '/nonexistent' }, 'refused');
    },
  };
}
