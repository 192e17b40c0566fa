import { describe, expect, it } from 'vitest';
import { FleetError } from '../../src/model/error.ts';
import type { Gateway, Target } from '../../src/model/target.ts';
import type { Transport } from '../../src/model/transport.ts';
import { never, useBench } from './support/bench.ts';
import { createLoginTrials, type TrialPass } from '../../src/transport/login-trials.ts';
import { asGateway, makeSled } from '../support/sleds.ts';
import { acceptUserKey, hostKey, makeKey, publicPart, type SimpleServer } from './support/simple-server.ts';

const bench = useBench();

type Server = Pick<SimpleServer, 'port'>;

/** Sleds that ask for a key; `lets` says which of them take ours. Each counts the keys that it was offered. */
async function sleds(count: number, lets: (n: number) => boolean) {
  const offered: number[] = Array.from({ length: count }, () => 0);
  const servers = await Promise.all(
    offered.map((_, n) =>
      bench.server({
        onAuth: (context) => {
          if (context.method === 'publickey' && context.signature === undefined) offered[n]! += 1;
          if (lets(n)) acceptUserKey(context);
          else context.reject(['publickey']);
        },
      }),
    ),
  );
  return { servers, asked: () => offered.filter((times) => times > 0).length };
}

async function gateway(): Promise<Gateway> {
  return bench.gateway(await bench.server());
}

function behind(server: Server, through: Gateway, identityFiles = [bench.place.keyPath]): Target {
  return bench.target(server, { gateways: [through], identityFiles });
}

/** What each came to: `in`, or the code of its error. */
async function visit(transport: Transport, targets: readonly Target[]): Promise<readonly string[]> {
  return await Promise.all(
    targets.map(async (target) => {
      try {
        await (await transport.connect(target, never)).close();
        return 'in';
      } catch (error) {
        return error instanceof FleetError ? error.code : String(error);
      }
    }),
  );
}

describe('the same keys behind one gateway', () => {
  it('are tried on three sleds, and not on the rest where these refuse them', async () => {
    const { servers, asked } = await sleds(12, () => false);
    const through = await gateway();
    const codes = await visit(
      bench.createTransport({ handshakesAtOnce: 12 }),
      servers.map((server) => behind(server, through)),
    );
    expect(codes.filter((code) => code === 'authentication')).toHaveLength(3);
    expect(codes.filter((code) => code === 'not_tried')).toHaveLength(9);
    expect(asked()).toBe(3);
  });

  it('are tried on all once one sled has let them in', async () => {
    const { servers, asked } = await sleds(12, (n) => n % 2 === 1);
    const through = await gateway();
    const codes = await visit(
      bench.createTransport({ handshakesAtOnce: 12 }),
      servers.map((server) => behind(server, through)),
    );
    expect(codes).toEqual(servers.map((_, n) => (n % 2 === 1 ? 'in' : 'authentication')));
    expect(asked()).toBe(12);
  });

  it('are tried on one sled after another, and next on the one that came last, far from the first', async () => {
    const login = bench.target({ port: 22 }).login;
    const trial = createLoginTrials(3).behind(asGateway(login), login);
    const order: number[] = [];
    const passes: TrialPass[] = [];
    const entered = Array.from({ length: 32 }, async (_, n) => {
      passes[n] = await trial.enter(never);
      order.push(n);
    });
    await entered[0];
    expect(order).toEqual([0]);
    passes[0]!.leave('refused');
    await entered[31];
    expect(order).toEqual([0, 31]);
    passes[31]!.leave('accepted');
    await Promise.all(entered);
    expect(order).toHaveLength(32);
  });

  it('say so, and how to allow more', async () => {
    const { servers } = await sleds(2, () => false);
    const through = await gateway();
    const transport = bench.createTransport({ maxAuthFailures: 1 });
    const [first, second] = servers.map((server) => behind(server, through));
    await visit(transport, [first!]);
    const error = await transport.connect(second!, never).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/not tried: the first sled behind gateway .* --max-auth-failures/);
  });

  it('are other keys behind another gateway, and where others are offered', async () => {
    const { servers } = await sleds(3, () => false);
    const [one, other] = [await gateway(), await gateway()];
    const transport = bench.createTransport({ maxAuthFailures: 1 });
    const another = bench.place.file('id_other', makeKey().private);
    const codes = [
      ...(await visit(transport, [behind(servers[0]!, one)])),
      ...(await visit(transport, [behind(servers[1]!, other)])),
      ...(await visit(transport, [behind(servers[2]!, one, [another])])),
      ...(await visit(transport, [behind(servers[1]!, one)])),
    ];
    expect(codes).toEqual(['authentication', 'authentication', 'authentication', 'not_tried']);
  });

  it('do not wait for a sled that takes its time with them', async () => {
    let offers = 0;
    const stuck = await Promise.all(
      [1, 2, 3].map(() =>
        bench.server({
          onAuth: (context) => {
            if (context.method === 'none') context.reject(['publickey']);
            else offers++;
          },
        }),
      ),
    );
    const { servers } = await sleds(1, () => true);
    const through = await gateway();
    const transport = bench.createTransport({ handshakesAtOnce: 8 });
    let ended = 0;
    const abort = new AbortController();
    const waiting = stuck.map(async (server) => {
      await transport.connect(behind(server, through), abort.signal).catch(() => ended++);
    });
    await expect.poll(() => offers).toBe(3);
    expect(await visit(transport, [behind(servers[0]!, through)])).toEqual(['in']);
    expect(ended).toBe(0);
    abort.abort();
    await Promise.all(waiting);
    expect(ended).toBe(3);
  });

  it.each(['strict', 'accept-new', 'off'] as const)(
    'are not given up for three sleds with new host keys, which have forgotten whom to let in: %s',
    async (hostKeyPolicy) => {
      const { servers } = await sleds(12, (n) => n >= 3);
      const through = await gateway();
      const old = makeKey();
      const serials = servers.map((_, cubby) => makeSled(cubby));
      const known = serials.map(({ serial }, n) => `${serial} ${publicPart(n < 3 ? old : hostKey)}`);
      bench.place.file('host_keys', ['# cruc-fleet host keys, version 1', ...known, ''].join('\n'));
      const targets = servers.map((server, n) => {
        const { login, gateways } = behind(server, through);
        return { sled: serials[n]!, login: { ...login, hostKeyPolicy }, gateways };
      });
      const transport = bench.createTransport({ handshakesAtOnce: 12 });
      const rebooted = await visit(transport, targets.slice(0, 3));
      const code = hostKeyPolicy === 'off' ? 'authentication' : 'host_key_changed';
      expect(rebooted).toEqual([code, code, code]);
      expect(await visit(transport, targets.slice(3))).toEqual(Array(9).fill('in'));
    },
  );

  it('do not concern a sled that lets anybody in', async () => {
    const { servers } = await sleds(1, () => false);
    const open = await bench.server({ onAuth: (context) => context.accept() });
    const through = await gateway();
    const transport = bench.createTransport({ maxAuthFailures: 1 });
    expect(await visit(transport, [behind(servers[0]!, through)])).toEqual(['authentication']);
    expect(await visit(transport, [behind(open, through)])).toEqual(['in']);
  });
});
