import type { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { describe, expect, it } from 'vitest';
import { login, loginTo, run } from './support/ssh-client.ts';
import { withRack } from '../support/rack.ts';

const rack = withRack({
  racks: 2,
  sledsPerRack: 2,
  gatewaysPerRack: 2,
  propolisPerSled: 1,
  downstairsPerSled: 0,
  down: new Map([['1/1', 'refused']]),
  gatewaysDown: new Map([['1/1', 'prohibited']]),
});

const forward = (client: ssh2.Client, host: string, port: number): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
      error ? reject(error) : resolve(channel),
    );
  });

const gateway = (index: number): Promise<ssh2.Client> => {
  const { host, port } = rack.simulation.gateways[index]!;
  return loginTo(rack.simulation, host, port);
};

describe('a simulated gateway', () => {
  it("forwards to its rack's sleds", async () => {
    const way = await gateway(0);
    const { host, port, serial } = rack.simulation.sleds[0]!;
    const sock = await forward(way, host, port);
    const sled = await login(rack.simulation, '1/0', { sock });
    expect((await run(sled, 'hostname')).stdout).toBe(`${serial}\n`);
    sled.end();
    way.end();
  });

  it("forwards nowhere else, not to another rack's sleds either, and tells a refused sled", async () => {
    const way = await gateway(0);
    const other = rack.simulation.sleds.find((sled) => sled.rack === '2')!;
    await expect(forward(way, other.host, other.port)).rejects.toMatchObject({ reason: 2 });
    const refused = rack.simulation.sleds[1]!;
    await expect(forward(way, refused.host, refused.port)).rejects.toMatchObject({ reason: 2 });
    way.end();
  });

  it('runs no commands', async () => {
    const way = await gateway(0);
    await expect(run(way, 'true')).rejects.toThrow();
    way.end();
  });

  it('forwards nothing when that is prohibited', async () => {
    const way = await gateway(1);
    const { host, port } = rack.simulation.sleds[0]!;
    await expect(forward(way, host, port)).rejects.toMatchObject({ reason: 1 });
    way.end();
  });

  it('can go down while it runs', async () => {
    await rack.simulation.setGatewayFault('2/0', 'refused');
    await expect(gateway(2)).rejects.toThrow('ECONNREFUSED');
    const way = await gateway(3);
    way.end();
  });
});
