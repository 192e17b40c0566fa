import type { Sled } from '../../src/model/sled.ts';

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
    port: 22,
    user: 'root',
    identityFiles: [],
    identityAgent: null,
    identitiesOnly: true,
    knownHostsFiles: [],
    hostKeyPolicy: 'strict',
    connectTimeoutMs: 10_000,
    keepaliveMs: 10_000,
    gateways: [],
    ...change,
  };
}
