import { loginDefaults } from '../../src/inventory/login-keys.ts';
import type { Sled } from '../../src/model/sled.ts';
import type { Gateway, Login, Target } from '../../src/model/target.ts';

/** A sled for tests: rack 3, its cubby and serial from a number. */
export function makeSled(cubby: number, change: Partial<Sled> = {}): Sled {
  const serial = `BRM422200${String(cubby).padStart(2, '0')}`;
  return {
    id: `3/${serial}`,
    rack: '3',
    name: serial,
    serial,
    cubby,
    labels: {},
    host: `fd00:1122:3344:${(0x101 + cubby).toString(16)}::1`,
    ...change,
  };
}

/** A gateway with that login. */
export function asGateway(login: Login, change: Partial<Gateway> = {}): Gateway {
  return { ...login, via: 'auto', command: null, behind: null, ...change };
}

/** What a test says of the way to a target: the login, and gateways if any. */
export type WayChange = Partial<Login> & { readonly gateways?: readonly Gateway[] };

/** The sled of that number and a way to it. */
export function makeTarget(cubby: number, { gateways = [], ...change }: WayChange = {}): Target {
  const sled = makeSled(cubby, change.host === undefined ? {} : { host: change.host });
  const login: Login = {
    host: sled.host,
    ...loginDefaults({
      home: '/nonexistent',
      user: 'ada',
      agentSocket: null,
      stateFolder: '/nonexistent',
      baseDir: '/nonexistent',
    }),
    identityFiles: [],
    identitiesOnly: true,
    knownHostsFiles: [],
    ...change,
  };
  return { sled, login, gateways };
}
