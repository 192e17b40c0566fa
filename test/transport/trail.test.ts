import { describe, expect, it } from 'vitest';
import { createTrail, type WaySeen } from '../../src/model/trail.ts';
import type { Target } from '../../src/model/target.ts';
import type { Transport } from '../../src/model/transport.ts';
import { never, useBench } from './support/bench.ts';

const bench = useBench();

async function wayTo(target: Target, transport: Transport = bench.transport): Promise<readonly WaySeen[]> {
  const trail = createTrail();
  await transport.connect(target, never, trail).then(
    (connection) => connection.close(),
    () => {},
  );
  return trail.seen();
}

const shortly = (way: readonly WaySeen[]): readonly string[] =>
  way.map(({ step, result }) => `${step} ${result}`);

describe('the trail of a connection', () => {
  it('tells every step of a way that leads there, with its time', async () => {
    const way = await wayTo(bench.target(await bench.server()));
    expect(shortly(way)).toEqual([
      'name none',
      'address ok',
      'gateway none',
      'pipe none',
      'tcp ok',
      'banner ok',
      'key_exchange ok',
      'host_key ok',
      'authentication ok',
    ]);
    const timed = way.filter(({ ms }) => ms !== null).map(({ step }) => step);
    expect(timed).toEqual(['tcp', 'banner', 'key_exchange', 'host_key', 'authentication']);
    expect(way.find(({ step }) => step === 'host_key')).toMatchObject({ said: 'known' });
    expect(way.at(-1)?.details).toMatch(/^offered: none, .*; refused: none; the server takes: /);
  });

  it('says what is of one host alone in the details, so that what is said folds', async () => {
    const [one, other] = [await bench.server(), await bench.server()];
    const said = async (port: number) => (await wayTo(bench.target({ port }))).map((seen) => seen.said);
    expect(await said(one.port)).toEqual(await said(other.port));
  });

  it('ends with the step that failed, and why', async () => {
    const way = await wayTo(bench.target({ port: 1 }));
    expect(shortly(way)).toEqual(['name none', 'address ok', 'gateway none', 'pipe none', 'tcp failed']);
    expect(way.at(-1)?.error).toMatchObject({ code: 'refused' });
  });

  it('tells a name from an address, and one that is not known', async () => {
    const { port } = await bench.server();
    const byName = await wayTo(bench.target({ port }, { host: 'localhost' }));
    expect(byName[0]).toMatchObject({ step: 'name', result: 'ok', said: 'found' });
    const unknown = await wayTo(bench.target({ port }, { host: 'nobody.invalid' }));
    expect(unknown.at(0)).toMatchObject({ step: 'name', result: 'failed' });
    expect(shortly(unknown)).not.toContain('tcp failed');
  });

  it('tells of the gateway, its own steps in the details', async () => {
    const gateway = await bench.server();
    const sled = await bench.server();
    const target = { ...bench.target(sled), gateways: [bench.gateway(gateway)] };
    const way = await wayTo(target);
    const seen = way.find(({ step }) => step === 'gateway');
    expect(seen).toMatchObject({ result: 'ok', said: `127.0.0.1:${gateway.port}` });
    expect(seen?.details).toMatch(/^address IPv4; tcp [\d.]+ ms connected; banner .*; authentication /);
    expect(way.find(({ step }) => step === 'tcp')).toMatchObject({ said: 'forwarded by the gateway' });
  });

  it('tells of a gateway that was skipped for itself, and not for what it said of the sled', async () => {
    const [gateway, other] = [await bench.server(), await bench.server()];
    const seenOf = async (gateways: readonly { readonly port: number }[], port: number) => {
      const target = { ...bench.target({ port }), gateways: gateways.map((each) => bench.gateway(each)) };
      return (await wayTo(target, bench.createTransport())).find(({ step }) => step === 'gateway');
    };
    const sled = await bench.server();
    expect(await seenOf([{ port: 1 }, other], sled.port)).toMatchObject({
      result: 'notice',
      said: `127.0.0.1:${other.port}; 127.0.0.1:1 was skipped`,
    });
    expect(await seenOf([gateway, other], 1)).toMatchObject({
      result: 'ok',
      said: `127.0.0.1:${other.port}; 127.0.0.1:${gateway.port} does not lead to the sled`,
    });
    expect(await seenOf([{ port: 1 }], sled.port)).toMatchObject({ result: 'failed' });
  });

  it('names both sides of the key exchange where that is wanted', async () => {
    const target = bench.target(await bench.server());
    const plain = await wayTo(target);
    expect(plain.find(({ step }) => step === 'key_exchange')?.details).toBeUndefined();
    const thorough = await wayTo(target, bench.createTransport({ tellsAlgorithms: true }));
    const exchange = thorough.find(({ step }) => step === 'key_exchange');
    expect(exchange?.details).toMatch(
      /^key exchange: ours ecdh-sha2-nistp256,.*, the server's .*; host key: ours /,
    );
  });
});
