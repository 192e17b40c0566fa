import { describe, expect, it } from 'vitest';
import { totalCount } from '../../src/model/histogram.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixture } from '../parse/fixtures.ts';

/** Outputs of latency scripts as people pasted them, each made after a public thread: test/fixtures/cases. */
function read(probe: string, name: string) {
  const found = PROBES.find((each) => each.name === probe)!;
  return readText(found.name, fixture(`cases/${name}`));
}

function readText(probe: string, text: string) {
  const found = PROBES.find((each) => each.name === probe)!;
  const { distributions = [], issues, notes } = readPasted(found, text, { totals: false, older: false });
  return {
    totals: distributions.map(({ keys, histogram }) => [
      ...Object.values(keys),
      Number(totalCount(histogram)),
    ]),
    issues: issues.map(({ message }) => message),
    notes,
  };
}

const VOLUME = 'f0f0f0f0-1111-4111-8111-00000000000';

describe('a histogram whose keys somebody changed', () => {
  const HEAD = '           value  ------------- Distribution ------------- count    \n';
  const row = (value: string, bar: string, count: number) =>
    `${value.padStart(16)} |${bar.padEnd(40)} ${count}\n`;
  const PICTURE = `${HEAD}${row('1024', '', 0)}${row('2048', '@'.repeat(40), 4)}${row('4096', '', 0)}\n`;
  const KEYS = 'zone=oxz_a pid=7 type=write client=1';

  it.each([
    ['pid=7', 'pid=7k'],
    ['client=1', 'client=9'],
    ['client=1', 'client=x'],
    ['type=write', 'type=wriet'],
  ])('from %s to %s is not of the probe', (from, to) => {
    expect(readText('perf-ds-net', `${KEYS}\n${PICTURE}`).totals).toHaveLength(1);
    const { totals, issues } = readText('perf-ds-net', `${KEYS.replace(from, to)}\n${PICTURE}`);
    expect([totals, issues]).toEqual([
      [],
      [expect.stringMatching(/^a histogram that is not of perf-ds-net: zone/)],
    ]);
  });

  it('says where its rows hold another number than its keys', () => {
    const keys = (count: number) => `${VOLUME}1         volume-write-done       ${count}\n\n${PICTURE}`;
    expect(readText('perf-vol', keys(4)).issues).toEqual([]);
    expect(readText('perf-vol', keys(99)).issues).toEqual([expect.stringMatching(/count 99 has 4 samples/)]);
  });
});

describe('perf-vol of 2026, which prints a count on the line of keys and never empties', () => {
  it('is read by volume and type', () => {
    expect(read('perf-vol', 'a12-crucible1902-perf-vol-2026/in.txt')).toEqual({
      issues: [],
      notes: [],
      totals: [
        [`${VOLUME}1`, 'flush', 25],
        [`${VOLUME}3`, 'read', 50],
        [`${VOLUME}2`, 'write', 100],
        [`${VOLUME}1`, 'read', 200],
        [`${VOLUME}1`, 'write', 300],
      ],
    });
  });

  it('counts by its last print, and that is said', () => {
    const { totals, issues, notes } = read('perf-vol', 'a12-crucible1902-perf-vol-2026/in-whole.txt');
    expect(issues).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/5 times, each holding the one before: the last/)]);
    expect(totals).toEqual([
      [`${VOLUME}1`, 'flush', 125],
      [`${VOLUME}3`, 'read', 250],
      [`${VOLUME}2`, 'write', 500],
      [`${VOLUME}1`, 'read', 1000],
      [`${VOLUME}1`, 'write', 1500],
    ]);
  });

  it('is read where a count is too long for its columns', () => {
    const text = fixture('cases/a12-crucible1902-perf-vol-2026/in.txt').replace(
      /flush {7}25$/m,
      'flush 123456789',
    );
    expect(readText('perf-vol', text).totals[0]).toEqual([`${VOLUME}1`, 'flush', 25]);
  });
});

describe('a message of dtrace', () => {
  it('between two rows of a histogram loses no samples, and is said', () => {
    expect(read('perf-ds-net', 'd20-drops-inside-histogram/in.txt')).toEqual({
      notes: [],
      issues: [
        'dtrace: 3 aggregation drops on CPU 17',
        'dtrace: 12 dynamic variable drops with non-empty dirty list',
        'dtrace: processing aborted: Abort due to systemic unresponsiveness',
      ],
      totals: [
        ['read', 2, 1000],
        ['read', 0, 123456789012],
      ],
    });
  });

  it('before the last row does not make the histogram a cut one', () => {
    expect(read('perf-ds-net', 'd26-drop-last/in.txt')).toEqual({
      notes: [],
      issues: ['dtrace: 3 drops on CPU 17'],
      totals: [['read', 2, 1000]],
    });
  });

  it('in the middle of a row, of its keys, or of a count is taken out of them', () => {
    const text = fixture('cases/d26-drop-last/in.txt').replace('dtrace: 3 drops on CPU 17\n', '');
    const whole = readText('perf-ds-net', text);
    expect(whole.issues).toEqual([]);
    for (const place of ['for down', 'Distri', '|@@@@', ' 50', '  1048576']) {
      const at = text.indexOf(place) + place.length;
      const mixed = `${text.slice(0, at)}dtrace: 3 drops on CPU 17\n${text.slice(at)}`;
      expect(readText('perf-ds-net', mixed)).toEqual({ ...whole, issues: ['dtrace: 3 drops on CPU 17'] });
    }
  });
});

describe('histograms of another script', () => {
  it.each(['perf-downstairs', 'perf-downstairs-os', 'perfgw', 'perf-ds-net', 'perf-vol', 'perf-upstairs-rw'])(
    'are not taken for those of %s, and it is said whose they may be',
    (probe) => {
      const { totals, issues } = read(probe, 'a27-other-scripts-histograms/in.txt');
      expect(totals).toEqual([]);
      expect(issues).toHaveLength(9);
      expect(issues[0]).toBe(
        `a histogram that is not of ${probe}: key_1 9001, key_2 flush submit-OS; perhaps of perf-downstairs-three`,
      );
    },
  );

  it('are read by the probe that they are of, with their parts', () => {
    const { totals, issues } = read('perf-downstairs-three', 'a27-other-scripts-histograms/in.txt');
    expect(issues).toEqual([]);
    expect(totals.slice(0, 4)).toEqual([
      [9001, 'flush', 'submit-OS', 135],
      [9001, 'flush', 'OS', 135],
      [9001, 'flush', 'OS-done', 135],
      [9001, 'read', 'submit-OS', 1076],
    ]);
  });

  it('with names of probes as keys are parts of an IO, and no guest IO', () => {
    const picture = fixture('cases/a28-propolis336-perfdw/in.txt').split('\n').slice(8, 13).join('\n');
    const text = ['up-to-ds-flush-start', 'gw-flush-done'].map((name) => `  ${name}\n${picture}\n`).join('');
    expect(readText('perfgw', text).totals).toEqual([]);
    expect(readText('perf-upstairs-rw', text).totals).toEqual([
      ['flush', 'up-to-ds-flush-start', 2],
      ['flush', 'gw-flush-done', 2],
    ]);
  });

  it('packed by -x aggpack have no counts of buckets: each line is said', () => {
    const { totals, issues } = read('perfgw', 'd21-aggpack/in.txt');
    expect(totals).toEqual([]);
    expect(issues).toHaveLength(4);
    for (const issue of issues) expect(issue).toMatch(/^a packed histogram \(-x aggpack\)/);
  });
});

describe('a copied screen', () => {
  it('that is padded to its width, with a prompt and ^C, is read whole', () => {
    expect(read('perf-downstairs', 'a13-crucible343-perf-downstairs-2022/in.txt')).toEqual({
      issues: [],
      notes: [],
      totals: [
        [19316, 'read', 100],
        [19317, 'write', 31],
      ],
    });
    expect(read('perf-ds-net', 'a28-propolis336-perfdw/in.txt')).toEqual({
      issues: [],
      notes: [],
      totals: [
        ['flush', 1, 2],
        ['read', 0, 1],
      ],
    });
  });

  it('without the last row of a histogram keeps its samples, and says that it is cut', () => {
    expect(read('perf-downstairs', 'a14-crucible576-cut-histogram/in.txt')).toEqual({
      notes: [],
      issues: ['the histogram of 1450  flush is cut: its last rows are missing'],
      totals: [
        [1450, 'flush', 131],
        [1450, 'write', 10],
      ],
    });
  });

  it('cut at any line keeps what is sure of each histogram, invents none, and says so', () => {
    const text = fixture('cases/a28-propolis336-perfdw/in.txt');
    const lines = text.split('\n');
    for (let end = 1; end < lines.length; end++) {
      const { totals, issues } = readText('perf-ds-net', `${lines.slice(0, end).join('\n')}\n`);
      for (const [type, client, count] of totals) {
        expect([
          ['flush', 1, 2],
          ['read', 0, 1],
        ]).toContainEqual([type, client, count]);
      }
      // Complete with the empty row after the last count, or nothing of it is to be seen yet.
      const last = lines[end - 1] ?? '';
      if (/\| *@|\|@|Distribution/.test(last) || /for downstairs/.test(last)) {
        expect(issues.length).toBeGreaterThan(0);
      }
    }
  });
});
