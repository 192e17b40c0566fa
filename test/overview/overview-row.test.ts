import { describe, expect, it } from 'vitest';
import { readFacts } from '../../src/doctor/sled-facts.ts';
import { oddities } from '../../src/overview/odd-sleds.ts';
import { overviewRow } from '../../src/overview/overview-row.ts';

const AT = '2026-11-28T02:00:00';

const ANSWER = `ask=clock at=${AT}.250000000
ask=identity host=BRM42220014 zone=global
ask=uptime text= 12-04:05:06
ask=helios text=helios-2.0.23003
ask=crucible text=crucible 6d037cb
ask=processes propolis=8 pantry=1 downstairs=90
ask=scripts state=pushed set=0123456789abcdef
ask=end at=${AT}.350000000
`;

const ran = { from: new Date(`${AT}.000Z`), to: new Date(`${AT}.400Z`) };

function rowOf(text: string, change: Partial<Parameters<typeof overviewRow>[1]> = {}) {
  return overviewRow(readFacts(text), {
    address: 'fd00::14',
    ran,
    currentScripts: '0123456789abcdef',
    ...change,
  });
}

describe('the row of a sled', () => {
  it('has what the sled said, and how far its clock may be off', () => {
    expect(rowOf(ANSWER)).toEqual({
      address: 'fd00::14',
      uptime: '12d 04h',
      uptime_seconds: 1_051_506,
      helios: 'helios-2.0.23003',
      crucible: 'crucible 6d037cb',
      propolis: 8,
      pantry: 1,
      downstairs: 90,
      scripts: 'current',
      clock: '+0.10 s ±0.15',
      clock_least_ms: -50,
      clock_most_ms: 251,
      note: null,
    });
  });

  it('says no minus zero of a clock that is behind by less than it shows', () => {
    const later = { from: new Date(`${AT}.102Z`), to: new Date(`${AT}.502Z`) };
    expect(rowOf(ANSWER, { ran: later })['clock']).toBe('+0.00 s ±0.15');
  });

  it('leaves open a second of a clock that tells whole seconds', () => {
    const whole = ANSWER.replaceAll(/\.\d{9}/g, '');
    expect(rowOf(whole)).toMatchObject({ clock_least_ms: -400, clock_most_ms: 1000, clock: '+0.30 s ±0.70' });
  });

  it('says of each value that is not known why', () => {
    const row = rowOf('ask=helios text=\nask=crucible text=\nask=scripts state=foreign\n');
    const { note, address, ...values } = row;
    expect(new Set(Object.values(values))).toEqual(new Set([null]));
    expect(String(note).split('; ')).toEqual([
      'uptime: ps did not tell',
      'helios: uname did not tell',
      'crucible: /opt/oxide/crucible_utils/utils-info.txt is not there or empty',
      'processes: ps failed',
      'scripts: ~/.cruc-fleet/scripts is not a link of ours',
      'clock: date did not tell',
    ]);
    expect(address).toBe('fd00::14');
    expect(rowOf(ANSWER, { ran: { unknown: 'nobody looked' } })).toMatchObject({
      clock: null,
      note: 'clock: nobody looked',
    });
  });

  it.each([
    ['state=absent', 'none'],
    ['state=pushed set=ffff456789abcdef', 'ffff456789abcdef'],
    ['state=pushed set=-', null],
  ])('of scripts %s says %s', (words, scripts) => {
    expect(rowOf(ANSWER.replace(/state=pushed.*/, words))['scripts']).toBe(scripts);
  });
});

describe('what differs from most sleds', () => {
  const sled = (helios: string | null, more = {}) => ({ helios, crucible: 'c1', scripts: 'none', ...more });

  it('is told of those that differ, and a sled that does not know counts for nothing', () => {
    const rows = [sled('h1'), sled('h1'), sled('h2'), sled(null)];
    expect(oddities(rows)).toEqual([[], [], ['helios differs: 2 of 3 have h1'], []]);
  });

  it('is not guessed where as many sleds have another', () => {
    expect(oddities([sled('h1'), sled('h2')])).toEqual([
      ['helios: no version is on most of 2 sleds'],
      ['helios: no version is on most of 2 sleds'],
    ]);
  });

  it('is a clock that is surely more than two seconds off', () => {
    const clock = (least: number, most: number) => ({ clock_least_ms: least, clock_most_ms: most });
    expect(
      oddities([sled('h', clock(2001, 9000)), sled('h', clock(-9000, -2001)), sled('h', clock(-9000, 9000))]),
    ).toEqual([['clock ahead of ours'], ['clock behind ours'], []]);
  });
});
