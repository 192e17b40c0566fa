import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCredentials } from '../../src/relay/credentials.ts';
import { hubAddress } from '../../src/relay/hub-address.ts';
import { connectHub, type Hub } from '../../src/relay/nats/connect.ts';
import { serveSite } from '../../src/relay/serve-site.ts';
import { hasNatsServer, withHub } from '../support/nats-hub.ts';
import { withRack } from '../support/rack.ts';
import { run } from '../support/run-program.ts';
import { isLong } from '../support/sized.ts';

const COUNT = isLong ? 300 : 12;
const SITES = Array.from({ length: COUNT }, (_, n) => `site${n}`);
/** They hear and say nothing. */
const SILENT = new Set(SITES.filter((_, n) => n % (COUNT / (isLong ? 10 : 2)) === 1));
const SILENT_AFTER_MS = 3000;

/** CPU of a process so far, in milliseconds: ticks of 10 ms (proc(5)). */
function cpuMs(pid: number): number {
  const words = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(words[11]) + Number(words[12])) * 10;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]) / 1024;
}

describe.skipIf(!hasNatsServer)('many sites of simulated runners', () => {
  const rack = withRack({ sledsPerRack: isLong ? 32 : 2, propolisPerSled: isLong ? 8 : 1, seed: 5 });
  const hub = withHub(SITES.join(','), 'storage');

  it('are each in the answer, the silent ones too, within the time that silence may take', async () => {
    const report = (await rack.run(['ds-state', '-w', '1s', '-o', 'json'])).stdout;
    const sleds: { sled: string; rack: string; serial: string; cubby: number }[] = JSON.parse(report).sleds;
    const connect = async (site: string): Promise<Hub> =>
      await connectHub(hubAddress(hub.url, null), await readCredentials(hub.creds(site)), {
        title: site,
        timeoutMs: 60_000,
      });
    const hubs: Hub[] = [];
    for (const site of SITES) {
      const { wire } = hubs[hubs.push(await connect(site)) - 1]!;
      if (SILENT.has(site)) wire.subscribe(`cruc.v1.ask.${site}.*.*`, () => {}, 'runners');
      else {
        serveSite(wire, {
          site,
          runner: 'one',
          version: '0.0.0',
          allows: () => true,
          atOnce: 4,
          now: () => new Date(),
          elapsed: () => performance.now(),
          plan: async () => ({
            selection: 'all sleds',
            sleds: sleds.map(({ sled: id, rack, serial, cubby }) => ({
              id,
              rack,
              name: serial,
              serial,
              cubby,
            })),
            answer: async () => ({ json: report, notes: [] }),
          }),
          onServed: () => {},
        });
      }
      await wire.flush();
    }
    const figures: object[] = [];
    for (const count of isLong ? [3, 30, 300] : [COUNT]) {
      const some = SITES.slice(0, count);
      const silent = some.filter((site) => SILENT.has(site)).length;
      const asked = [
        ...hub.as('storage'),
        '--site',
        some.join(','),
        '--silent-after',
        `${SILENT_AFTER_MS}ms`,
      ];
      const before = { here: process.cpuUsage(), hub: cpuMs(hub.pid), at: performance.now() };
      const { status, stdout } = await run(['ds-state', '-o', 'json', ...asked]);
      const here = process.cpuUsage(before.here);
      figures.push({
        count,
        ms: Math.round(performance.now() - before.at),
        cpuHereMs: Math.round((here.user + here.system) / 1000),
        cpuHubMs: cpuMs(hub.pid) - before.hub,
        residentHereMb: Math.round(process.memoryUsage().rss / 2 ** 20),
        residentHubMb: Math.round(residentMb(hub.pid)),
        reportBytes: report.length,
      });
      const { coverage } = JSON.parse(stdout);
      expect(coverage).toMatchObject({ answered: (count - silent) * sleds.length, failed: silent });
      expect(status).toBe(3);
    }
    if (isLong) process.stderr.write(`${figures.map((each) => JSON.stringify(each)).join('\n')}\n`);
    for (const { wire } of hubs) await wire.close();
  });
});
