import { describe, expect, it } from 'vitest';
import { difference } from '../../src/history/difference.ts';
import type { MuteProcess, Picture, SessionSight, SledSight } from '../../src/history/picture.ts';
import { whoOf } from './support/pictures.ts';

const OK = 'active active active';

const session = (sled: string, condition = OK, change: Partial<SessionSight['who']> = {}): SessionSight => {
  return { who: { ...whoOf(0, sled, 0), ...change }, condition, counters: {}, repairs: [] };
};

function picture(
  sessions: readonly SessionSight[],
  sights: Readonly<Record<string, SledSight['seen']>> = {},
  mutes: readonly MuteProcess[] = [],
): Picture {
  const all = { '3/a': 'whole', '3/b': 'whole', ...sights } as const;
  const sleds = new Map(
    Object.entries(all).map(([sled, seen], cubby) => [
      sled,
      { seen, why: seen === 'whole' ? null : 'timeout', serial: null, cubby },
    ]),
  );
  return { at: 0, until: 0, sleds, sessions, mutes };
}

function changes(a: Picture, b: Picture, filtered: 'a' | 'b' | null = null): readonly string[] {
  const { differences, leftOut } = difference(
    { picture: a, isFiltered: filtered === 'a' },
    { picture: b, isFiltered: filtered === 'b' },
  );
  const told = differences.map(({ change, note }) => (note === '' ? change : `${change}: ${note}`));
  return leftOut === 0 ? told : [...told, `${leftOut} left out`];
}

const one = session('3/a');
const mute: MuteProcess = { who: { ...one.who, upstairsId: null, sessionId: null }, why: 'no_report' };

describe('difference', () => {
  it.each<[string, Picture, Picture, readonly string[]]>([
    ['nothing', picture([one]), picture([one]), []],
    ['gone', picture([one]), picture([]), ['gone']],
    ['new', picture([]), picture([one]), ['new']],
    ['moved', picture([one]), picture([session('3/b')]), ['moved']],
    [
      'moved and worse',
      picture([one]),
      picture([session('3/b', 'faulted active active')]),
      ['moved: and worse'],
    ],
    [
      'restarted',
      picture([one]),
      picture([session('3/a', OK, { pid: 7, sessionId: 'next' })]),
      ['restarted'],
    ],
    ['worse', picture([one]), picture([session('3/a', 'faulted active active')]), ['worse']],
    [
      'another downstairs',
      picture([session('3/a', 'faulted active active')]),
      picture([session('3/a', 'active faulted active')]),
      ['changed'],
    ],
    [
      'a repair that was completed, by its states where nobody counted',
      picture([session('3/a', 'active live_repair active')]),
      picture([one]),
      ['repaired: live repair of downstairs 1 completed'],
    ],
    [
      'absent while its sled is silent',
      picture([one]),
      picture([], { '3/a': 'nothing' }),
      ['not_comparable: 3/a was not seen now (timeout)'],
    ],
    [
      'absent while another sled is silent, where it may have moved',
      picture([one]),
      picture([], { '3/b': 'nothing' }),
      ['not_seen: absent now, and it may be on 3/b, not seen now'],
    ],
    [
      'there while another sled was silent, from where it may have come',
      picture([], { '3/b': 'nothing' }),
      picture([one]),
      ['not_seen: absent then, and it may be on 3/b, not seen then'],
    ],
    [
      'absent from a partial answer',
      picture([one]),
      picture([], { '3/a': 'part' }),
      ['not_seen: partial answer from 3/a now'],
    ],
    [
      'absent while its process says nothing',
      picture([one]),
      picture([], {}, [mute]),
      ['not_seen: its process does not report now (no_report)'],
    ],
    [
      'an unknown process',
      picture([]),
      picture([], {}, [mute]),
      ['not_seen: a process that does not report now (no_report)'],
    ],
    [
      'on two sleds in the middle of a migration',
      picture([one]),
      picture([one, session('3/b')]),
      ['new: one of several sessions of this upstairs'],
    ],
  ])('says of %s what it is', (_, a, b, expected) => expect(changes(a, b)).toEqual(expected));

  it('leaves out what a filter may have left out, and what one side did not ask', () => {
    expect(changes(picture([one]), picture([]), 'b')).toEqual(['1 left out']);
    expect(changes(picture([one]), picture([]), 'a')).toEqual(['gone']);
    const alone = picture([session('3/c')], { '3/c': 'whole' });
    expect(changes(alone, picture([]))).toEqual([]);
    expect(
      difference({ picture: alone, isFiltered: false }, { picture: picture([]), isFiltered: false }).apart,
    ).toEqual(['3/c']);
  });
});
