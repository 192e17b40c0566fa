import { describe, expect, it } from 'vitest';
import { openRounds } from '../../src/cli/ask/rounds.ts';
import { scriptedTransport, result } from '../support/scripted-transport.ts';
import { makeTarget } from '../support/sleds.ts';

const never = new AbortController().signal;

/** What two rounds over so many sleds go over, where so many may be visited at once. */
function roundsOver(sleds: number, concurrency: number) {
  const targets = Array.from({ length: sleds }, (_, n) => makeTarget(n));
  const log: string[] = [];
  const scripted = scriptedTransport(
    Object.fromEntries(targets.map(({ sled }) => [sled.id, () => result('')])),
  );
  const transport = { ...scripted, close: async () => void log.push('transport closed') };
  let opened = 0;
  const rounds = openRounds({ elapsed: () => 0, random: () => 0 });
  const over = () =>
    rounds.over(() => {
      opened += 1;
      return { transport, warnings: new Set(), concurrency };
    });
  return { targets, scripted, log, rounds, over, opened: () => opened };
}

describe('the rounds of a command', () => {
  it('go over the connections of the first, which are closed with the transport at the end', async () => {
    const { targets, scripted, log, rounds, over, opened } = roundsOver(2, 64);
    for (const target of targets) await (await over().transport.connect(target, never)).close();
    expect(over()).toBe(over());
    expect({ opened: opened(), closed: scripted.closed }).toEqual({ opened: 1, closed: [] });
    expect(over().concurrency).toBe(64);
    await rounds.close();
    expect(scripted.closed).toEqual(targets.map(({ sled }) => sled.id));
    expect(log).toEqual(['transport closed']);
  });

  it('have no more open at once than one round may', async () => {
    const { targets, scripted, over } = roundsOver(6, 4);
    for (const target of targets) await (await over().transport.connect(target, never)).close();
    expect(scripted.closed).toHaveLength(2);
    expect(over().concurrency).toBe(4);
  });

  it('that were none close nothing', async () => {
    const { log, rounds } = roundsOver(1, 1);
    await rounds.close();
    expect(log).toEqual([]);
  });
});
