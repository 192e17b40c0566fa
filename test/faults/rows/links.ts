import { answered, failed, timedOut, type ToldFault } from '../fault.ts';
import type { Network } from '../../support/network.ts';

const chapter = 'The network';

/** A fault of what lies between two machines. */
export interface LinkFault extends ToldFault {
  /** The address that the inventory gives the sled. */
  readonly host: string;
  /** What the inventory says of it besides. */
  readonly sled?: Readonly<Record<string, unknown>>;
  readonly limitMs?: number;
  readonly before?: (network: Network) => void;
  /** What happens when the sled's command has begun, and then, before it may end. The network goes with each fault. */
  readonly while?: (network: Network) => void;
  readonly afterwards?: (network: Network) => void;
}

const SLED = '10.99.0.2';
const KEEPALIVE = { keepalive: '500ms', keepalive_count: 3 };
const ROUTE =
  'Look at the routes here (`ip route get ADDRESS`, `netstat -rn`), and at the address in the inventory.';

const cut = (network: Network): void => network.ip(network.there, 'link', 'set', 'wire', 'down');

const mend = (network: Network): void => network.ip(network.there, 'link', 'set', 'wire', 'up');

/** What the sled sends is lost from now on: nothing says so to either side. */
const loseAnswers = (network: Network): void =>
  network.ip(network.there, 'route', 'add', 'blackhole', '10.99.0.1/32');

const base = { chapter, ways: ['direct'] } as const;

export const LINK_FAULTS: readonly LinkFault[] = [
  {
    ...base,
    id: 'network-well',
    what: 'Nothing is wrong, over IPv6',
    remedy: 'Nothing.',
    host: 'fd00:99::2',
    expect: answered(),
  },
  {
    ...base,
    id: 'no-route',
    what: 'No route leads to the address',
    remedy: ROUTE,
    host: '10.77.0.9',
    expect: failed('connect', 'unreachable'),
  },
  {
    ...base,
    id: 'no-route-ipv6',
    what: 'No route leads to the IPv6 address',
    remedy: ROUTE,
    host: 'fd00:77::9',
    expect: failed('connect', 'unreachable'),
  },
  {
    ...base,
    id: 'route-prohibited',
    what: 'A router or a firewall here refuses the way',
    remedy: ROUTE,
    host: '10.97.0.9',
    before: (network) => network.ip(network.here, 'route', 'add', 'prohibit', '10.97.0.0/24'),
    expect: failed('connect', 'unreachable'),
  },
  {
    ...base,
    id: 'nobody-there',
    what: 'Nobody has the address',
    remedy: 'The sled is off, or has another address: look at `pilot host ls`.',
    host: '10.99.0.9',
    expect: failed('connect', 'unreachable'),
  },
  {
    ...base,
    id: 'answers-lost',
    what: 'Packets get lost without a word (a firewall, a way back that leads elsewhere)',
    remedy: 'Look for a firewall on the way, and at the routes of the sled.',
    host: SLED,
    sled: { connect_timeout: '2s' },
    limitMs: 2_000,
    before: loseAnswers,
    expect: timedOut('connect'),
  },
  {
    ...base,
    id: 'link-dies',
    what: 'The link goes down while a command runs',
    remedy: 'Look at the link and the switch. What ran there ends by itself within ten seconds.',
    host: SLED,
    sled: KEEPALIVE,
    while: cut,
    expect: failed('run', 'connection_lost'),
  },
  {
    ...base,
    id: 'link-dies-ipv6',
    what: 'The same over IPv6',
    remedy: 'Look at the link and the switch.',
    host: 'fd00:99::2',
    sled: KEEPALIVE,
    while: cut,
    expect: failed('run', 'connection_lost'),
  },
  {
    ...base,
    id: 'answers-lost-in-run',
    what: 'Packets get lost without a word while a command runs',
    remedy: 'Look for what changed on the way: routes, a firewall that forgot the connection.',
    host: SLED,
    sled: KEEPALIVE,
    while: loseAnswers,
    expect: failed('run', 'connection_lost'),
  },
  {
    ...base,
    id: 'link-comes-back',
    what: 'The link goes down for a moment while a command runs',
    remedy: 'Nothing: TCP sends again what was lost.',
    host: SLED,
    while: cut,
    afterwards: mend,
    expect: answered(),
  },
];
