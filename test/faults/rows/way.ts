import { answered, bySsh, failed, timedOut, type Arrangement, type Fault } from '../fault.ts';
import type { FaultName } from '../../../src/simulator/fault.ts';
import { BY_COMMAND, BY_GATEWAY } from '../ways.ts';

/** A fault of the sled that costs it all of its time, of which it has little. */
export const slow = (fault: FaultName, limitMs = 1_000): Arrangement => ({
  fault,
  sled: { connect_timeout: `${limitMs}ms` },
  limitMs,
});

const chapter = 'The way to the sled';

/** From the name to the first words of SSH. */
export const WAY_FAULTS: readonly Fault[] = [
  {
    id: 'sled-refuses',
    chapter,
    what: 'Nothing listens on the port of the sled',
    remedy:
      'Look at the console: is the sled up, and sshd online (`svcs ssh`)? Is the port in the inventory right?',
    arrange: () => ({ fault: 'refused' }),
    expect: failed('connect', 'refused'),
    by: { pipe: failed('connect', 'pipe') },
  },
  {
    id: 'sled-resets',
    chapter,
    what: 'The connection is reset as soon as we speak',
    remedy: 'Something in between ends it (a firewall, a proxy), or sshd dies: read its log on the sled.',
    arrange: () => ({ fault: 'reset' }),
    expect: failed('connect', 'handshake'),
    by: {
      exec: failed('connect', 'pipe'),
      pipe: failed('connect', 'pipe'),
      ...bySsh(failed('connect', 'connection_lost')),
    },
  },
  {
    id: 'sled-silent',
    chapter,
    what: 'TCP is accepted, and no SSH banner comes',
    remedy: 'sshd hangs or the machine is out of memory: look at its console, reboot it if need be.',
    arrange: () => slow('silent'),
    expect: timedOut('connect'),
  },
  {
    id: 'name-unknown',
    chapter,
    what: 'The name of the sled is not known',
    remedy: 'Correct the name in the inventory, or give the address.',
    ways: ['direct'],
    // RFC 2606: no resolver finds a name under .invalid.
    arrange: () => ({ sled: { host: 'sled.invalid' } }),
    expect: failed('connect', 'name_not_found'),
  },
  {
    id: 'link-local-without-interface',
    chapter,
    what: 'A link-local address has no interface',
    remedy: 'Write the interface after it, as in `fe80::8:20ff:fe00:1%igb0`.',
    ways: ['direct'],
    arrange: () => ({ sled: { host: 'fe80::1' } }),
    expect: failed('connect', 'unreachable'),
  },
  {
    id: 'other-protocol',
    chapter,
    what: 'Another server answers there, such as HTTP',
    remedy: 'Correct the address and the port.',
    arrange: () => ({ fault: 'other-protocol' }),
    expect: failed('connect', 'handshake'),
    by: {
      exec: failed('connect', 'pipe'),
      pipe: failed('connect', 'pipe'),
      ...bySsh(failed('connect', 'connection_lost')),
    },
  },
  {
    id: 'old-protocol',
    chapter,
    what: 'A server of SSH 1 answers',
    remedy: 'That is not a sled: correct the address.',
    arrange: () => ({ fault: 'old-protocol' }),
    expect: failed('connect', 'handshake'),
    by: bySsh(failed('connect', 'connection_lost')),
  },
  {
    id: 'endless-greeting',
    chapter,
    what: 'A server greets without end, and its SSH never begins',
    remedy: 'Correct the address and the port.',
    arrange: () => ({ fault: 'endless-greeting' }),
    expect: failed('connect', 'handshake'),
    by: bySsh(failed('connect', 'connection_lost')),
  },
  {
    id: 'overloaded',
    chapter,
    what: 'sshd drops every connection before the handshake (MaxStartups)',
    remedy: 'Somebody fills it with connections: try again, with `--handshakes 4`.',
    arrange: () => ({ fault: 'overloaded' }),
    expect: failed('connect', 'handshake'),
    by: bySsh(failed('connect', 'connection_lost')),
  },
  {
    id: 'turned-away-once',
    chapter,
    what: 'sshd refuses one connection (MaxStartups), and accepts the next',
    remedy:
      'Nothing: it is tried again. Behind a command that leads there it cannot be told who hung up: ask again (`--failed-last`).',
    arrange: () => ({ fault: 'overloaded-once' }),
    expect: answered(),
    by: { exec: failed('connect', 'pipe'), pipe: failed('connect', 'pipe') },
  },
  {
    id: 'dropped-once',
    chapter,
    what: 'sshd drops one connection in the handshake, and takes the next',
    remedy:
      'Nothing: it is tried again. ssh does not say whether a login had begun, and one is not tried twice: ask again (`--failed-last`).',
    arrange: () => ({ fault: 'drop-handshake-once' }),
    expect: answered(),
    by: bySsh(failed('connect', 'connection_lost')),
  },
  {
    id: 'banned',
    chapter,
    what: 'sshd bans our address after refused logins (PerSourcePenalties)',
    remedy:
      'Wait some minutes, and correct the keys before the next try: each refused login makes it longer.',
    arrange: () => ({ fault: 'banned' }),
    expect: failed('connect', 'handshake'),
    by: bySsh(failed('connect', 'connection_lost')),
  },
  {
    id: 'key-exchange-frozen',
    chapter,
    what: 'sshd says its version, and the key exchange does not come',
    remedy: 'sshd hangs: look at the console of the sled.',
    arrange: () => slow('banner-hang'),
    expect: timedOut('connect'),
  },
  {
    id: 'no-key-exchange-in-common',
    chapter,
    what: 'There is no key exchange that both sides know',
    remedy:
      'Allow one of those that the message names in the sshd_config of the sled, or use `proxy_command: ssh -W …`.',
    arrange: () => ({ fault: 'old-key-exchange' }),
    expect: failed('connect', 'handshake'),
  },
  {
    id: 'no-cipher-in-common',
    chapter,
    what: 'There is no cipher that both sides know',
    remedy: 'Allow one of those that the message names in the sshd_config of the sled.',
    arrange: () => ({ fault: 'old-ciphers' }),
    expect: failed('connect', 'handshake'),
  },
  {
    id: 'gateway-cannot-reach',
    chapter,
    what: 'The gateway does not know the name of the sled',
    remedy: 'Give the address as the gateway sees it.',
    ways: [...BY_GATEWAY],
    arrange: () => ({ sled: { host: 'sled.invalid' } }),
    expect: failed('connect', 'name_not_found'),
  },
  {
    id: 'no-route-here',
    chapter,
    what: 'The command that leads to the sled does not know its name',
    remedy: 'Run the command by hand; give the address as it sees it.',
    ways: BY_COMMAND.filter((way) => way === 'pipe'),
    arrange: () => ({ sled: { host: 'sled.invalid' } }),
    expect: failed('connect', 'pipe'),
  },
];
