import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '../../src/history/difference.ts';
import { applyRun, emptyLife, lifeLine, lifeOf } from '../../src/history/life.ts';
import type { RunFacts, RunLine } from '../../src/history/line.ts';
import { lineText, readLine } from '../../src/history/line-text.ts';
import { pictureIn } from '../../src/history/picture-at.ts';
import type { Picture } from '../../src/history/picture.ts';
import { changesOf } from '../../src/history/run-changes.ts';
import { runs } from '../support/sized.ts';
import { pictures, told } from './support/pictures.ts';

const FACTS: RunFacts = { host: 'here', command: 'check', windowMs: 3000, selection: 'rack 3', clock: null };

const HOUR = 3_600_000;

/** The lines of some runs, each as the file would have it. */
function linesOf(all: readonly Picture[], host: (n: number) => string = () => 'here'): readonly RunLine[] {
  let life = emptyLife();
  return all.map((picture, n) => {
    const line = readLine(lineText(changesOf(life, picture, { ...FACTS, host: host(n) })).trimEnd());
    if (line?.kind !== 'run') throw new Error('a line is not what was written');
    applyRun(life, line);
    // As the next writer does: from the line that says all.
    const whole = readLine(lineText(lifeLine(life, picture.at)).trimEnd());
    if (whole?.kind !== 'life') throw new Error('a line is not what was written');
    life = lifeOf(whole);
    return line;
  });
}

function lifeAfter(lines: readonly RunLine[]) {
  const life = emptyLife();
  for (const line of lines) applyRun(life, line);
  return life;
}

function seenIn(picture: Picture): ReadonlySet<string> {
  return new Set([...picture.sleds].filter(([, { seen }]) => seen === 'whole').map(([sled]) => sled));
}

describe('the history of random runs', () => {
  it('is at the time of each run what that run saw, of the sleds that it saw as a whole', () => {
    fc.assert(
      fc.property(pictures, (all) => {
        const lines = linesOf(all);
        for (const [n, picture] of all.entries()) {
          const kept = pictureIn(lifeAfter(lines.slice(0, n + 1)), picture.at, HOUR);
          const seen = seenIn(picture);
          expect(told(kept, seen)).toEqual(told(picture, seen));
          for (const [sled, sight] of picture.sleds) expect(kept.sleds.get(sled)).toEqual(sight);
        }
      }),
      runs(300, 5000),
    );
  });

  it('has each change once: a run that sees the same again changes nothing', () => {
    fc.assert(
      fc.property(pictures, (all) => {
        const twice = all.flatMap((picture) => [picture, { ...picture, at: picture.at + 1000 }]);
        for (const [n, line] of linesOf(twice).entries()) {
          if (n % 2 === 0) continue;
          expect([line.opened, line.changed, line.gone, line.counted]).toEqual([
            undefined,
            undefined,
            undefined,
            undefined,
          ]);
        }
      }),
      runs(100, 3000),
    );
  });

  it('compares two moments as their pictures compare, where both saw every sled', () => {
    const side = (picture: Picture) => ({ picture, isFiltered: false });
    fc.assert(
      fc.property(pictures, fc.nat(), fc.nat(), (given, x, y) => {
        const all = given.filter((picture) => seenIn(picture).size === 3);
        if (all.length < 2) return;
        const lines = linesOf(all);
        const [from, to] = [x % all.length, y % all.length];
        const kept = [from, to].map((n) => pictureIn(lifeAfter(lines.slice(0, n + 1)), all[n]!.at, HOUR));
        const brief = (a: Picture, b: Picture) =>
          difference(side(a), side(b))
            .differences.map(({ change, upstairsId, after }) => `${change} ${upstairsId} ${after?.who.sled}`)
            .toSorted();
        expect(brief(kept[0]!, kept[1]!)).toEqual(brief(all[from]!, all[to]!));
      }),
      runs(200, 5000),
    );
  });

  it('is the same whichever of two machines looked', () => {
    fc.assert(
      fc.property(pictures, (all) => {
        const changes = ({ opened, changed, gone }: RunLine) => ({ opened, changed, gone });
        const ofTwo = linesOf(all, (n) => (n % 2 === 0 ? 'here' : 'there'));
        expect(ofTwo.map(changes)).toEqual(linesOf(all).map(changes));
      }),
      runs(50, 2000),
    );
  });
});

describe('difference', () => {
  it('finds nothing between a picture and itself, and never calls gone or new what may not have been seen', () => {
    const side = (picture: Picture) => ({ picture, isFiltered: false });
    fc.assert(
      fc.property(pictures, (all) => {
        for (const picture of all) {
          const same = difference(side(picture), side(picture)).differences;
          expect(same.filter(({ change }) => change !== 'not_seen')).toEqual([]);
        }
        const [a] = all;
        const b = all.at(-1);
        if (a === undefined || b === undefined) return;
        for (const { change, before, after, note } of difference(side(a), side(b)).differences) {
          if (note.startsWith('one of several')) continue;
          const blind = (picture: Picture) =>
            [...picture.sleds.values()].some(({ seen }) => seen !== 'whole');
          if (change === 'gone') expect([after, blind(b)]).toEqual([null, false]);
          if (change === 'new') expect([before, blind(a)]).toEqual([null, false]);
        }
      }),
      runs(200, 5000),
    );
  });
});
