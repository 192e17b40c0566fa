import { describe, expect, it } from 'vitest';
import { piecesOf } from '../../src/pasted/pasted-pieces.ts';
import { plainText } from '../../src/pasted/plain-text.ts';
import { undrawnText } from '../../src/pasted/ruled-tables.ts';
import { readPasted } from '../../src/pasted/read-pasted.ts';
import { PROBES } from '../../src/probes/index.ts';
import { fixture } from '../parse/fixtures.ts';

const LATEST = { totals: false, older: false };

function read(name: string, text: string) {
  const { rows, issues, notes } = readPasted(
    PROBES.find((each) => each.name === name)!,
    undrawnText(plainText(text)),
    LATEST,
  );
  const cells = (row: (typeof rows)[number]) => [row['zone'], row['pid'], row['session_id'], row['health']];
  return { rows: rows.map(cells), messages: issues.map(({ message }) => message), notes };
}

const ZONE = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const ROW = `${ZONE}  28022 3f2b1c9e c0b92059 ACT ACT LRR`;
const OTHER = 'oxz_propolis-server_3cef2a36   7737 6a1d2e3f a666a8bd ACT ACT FLT';
const READ = [ZONE, 28_022, 'c0b92059', 'repairing'];

describe('rows on two lines', () => {
  const SECOND = ROW.replace('34aa5f9c', '34aa5f9d').replace('c0b92059', 'c0b92060').replace('LRR', 'FLT');
  const wrapped = (at: number, row = ROW) => `${row.slice(0, at)}\n${row.slice(at)}\n`;

  it('are those rows, wherever a terminal wrapped them', () => {
    for (let at = ZONE.length - 8; at < ROW.length; at++) {
      const { rows, messages, notes } = read('ds-state', wrapped(at) + wrapped(at, SECOND));
      expect([at, rows.length, rows.find(([zone]) => zone === ZONE)]).toEqual([at, 2, READ]);
      expect([at, messages, notes]).toEqual([at, [], ['2 rows on several lines put together']]);
    }
  });

  it('are those rows where a mail wrapped them between two words', () => {
    for (const at of ROW.split('').flatMap((sign, i) => (sign === ' ' ? [i] : []))) {
      const text = `${wrapped(at)}${wrapped(at + 5, SECOND)}`;
      const { rows, messages } = read('ds-state', text.replaceAll(/^(?=.)/gm, '> '));
      if (ROW.charAt(at + 5) === ' ') expect([at, rows.length, messages]).toEqual([at, 2, []]);
    }
  });

  it('are none where the text has a hole: one of them, at two columns, or beside a longer row', () => {
    const holed = (from: string, to: string) => `${from.slice(0, 60)}\n${to.slice(61)}\n`;
    const pids = (text: string) => read('ds-state', text).rows.map(([, pid]) => pid);
    expect(pids(holed(ROW, SECOND))).toEqual([]);
    expect(pids(holed(ROW, SECOND) + wrapped(70, SECOND))).toEqual([]);
    expect(pids(holed(ROW, SECOND) + wrapped(60, SECOND) + ROW)).toEqual([]);
    expect(pids(`${holed(ROW, SECOND)}${wrapped(60, SECOND)}${ROW}\n`)).toEqual([28_022]);
  });

  it('are none where a number follows counters, or where the text ends within one', () => {
    const counters = `${ZONE} 28022 3f2b1c9e c0b92059 0 0 0 0 0 1\n`;
    expect(read('lr-state', `${counters}17\n`)).toMatchObject({
      rows: [[ZONE, 28_022, 'c0b92059', null]],
      messages: ['a line that is not a row: 17'],
    });
    expect(read('ds-state', `${wrapped(70)}${wrapped(70, SECOND).trimEnd()}`).rows).toEqual([]);
  });
});

describe('a row whose beginning is missing', () => {
  it('is no row of another process', () => {
    for (let at = 1; at < ROW.indexOf('3f2b'); at++) {
      const { rows, messages } = read('ds-state', `${ROW.slice(at)}\n${OTHER}\n`);
      expect([at, messages.length]).toEqual([at, 1]);
      expect(rows.every(([, pid]) => pid === 7737 || pid === 28_022)).toBe(true);
    }
  });

  it('is none behind a row in which another was written', () => {
    const text = `oxz_a  28022 3f2b1c9e c0b9${OTHER}\n2059 ACT ACT ACT\n`;
    expect(read('ds-state', text)).toMatchObject({ rows: [], messages: { length: 2 } });
  });
});

describe('a row behind a prompt', () => {
  it.each(['root@BRM42220014:~# ', '$ ', 'root@sled14 ~ % '])('%j is said', (prompt) => {
    const rows = [ROW, '28022 3f2b1c9e c0b92059 ACT ACT ACT', `zone=${ZONE} pid=7`, '{"ok":{}}'];
    for (const row of rows) {
      const { messages } = read('ds-state', `${OTHER}\n${prompt}${row}\n`);
      expect([row, messages]).toEqual([row, [expect.stringContaining(row.slice(0, 20))]]);
    }
    expect(read('ds-state', `${prompt}./get-ds-state.sh 7\n${OTHER}\n`).messages).toEqual([]);
  });
});

describe('a session', () => {
  const HEADINGS = 'PID SESSION DS0 DS1 DS2 NEXTJOB DELTA EXTL RECD RECN';

  it('is one where two tools printed it, by the zone of the one and the states of both', () => {
    const text = `${ROW}\n${HEADINGS}\n28022 c0b92059 ACT ACT LRR 1 - 0 0 0\n`;
    expect(read('ds-state', text)).toMatchObject({ rows: [READ], messages: [] });
    expect(read('ds-state', text.replace('LRR 1', 'FLT 1'))).toMatchObject({
      rows: [[ZONE, 28_022, 'c0b92059', 'degraded']],
      messages: [expect.stringMatching(/^the session c0b92059 differs in what several tools printed/)],
    });
  });

  it.each([
    ['in capital letters', ROW.replace('c0b92059', 'C0B92059')],
    ['with a zone that is cut', ROW.replace(ZONE, ZONE.slice(0, 28))],
    ['without the id of its upstairs', ROW.replace('3f2b1c9e ', '')],
  ])('is one where a row names it %s, and what differs is said', (_, other) => {
    const { rows, messages } = read('ds-state', `${ROW}\n${other.replace('LRR', 'FLT')}\n`);
    expect(rows.map(([, , , health]) => health)).toEqual(['degraded']);
    expect(messages).toEqual([expect.stringMatching(/^the session c0b92059 differs/i)]);
  });

  it('is not of two processes', () => {
    const text = '28022 3f2b1c9e c0b92059 ACT ACT ACT\n22 3f2b1c9e c0b92059 ACT ACT ACT\n';
    const said = [expect.stringMatching(/^the session c0b92059 is of one process, .* PID 28022 and 22/)];
    expect(read('ds-state', text).messages).toEqual(said);
    const table = `28022 c0b92059 ACT ACT ACT 2 1 0 0 0\n22 c0b92059 ACT ACT ACT 1 - 0 0 0\n`;
    expect(read('up_state', `${HEADINGS}\n${table}`).messages).toEqual(said);
  });
});

describe('JSON', () => {
  it('of a log, or of a report of ours, is no report of an upstairs', () => {
    const objects = [
      { msg: 'gone', v: 0, name: 'propolis-server', pid: 28_022, session_id: 'c0b92059' },
      { type: 'row', zone: ZONE, pid: 28_022, ds0: 'active', ds1: 'active', ds2: 'active' },
    ];
    for (const object of objects) {
      expect(read('ds-state', `${JSON.stringify(object)}\n`)).toMatchObject({
        rows: [],
        messages: [expect.stringMatching(/^a JSON object that is not a record of an upstairs/)],
      });
    }
  });

  it('with more states than three has none that are known', () => {
    const states = ['Active', 'Active', 'Active', 'Faulted'];
    const { rows, messages } = read(
      'ds-state',
      `${JSON.stringify({ ok: { session_id: 'c0b92059', ds_state: states } })}\n`,
    );
    expect(rows).toEqual([[null, null, 'c0b92059', null]]);
    expect(messages).toEqual([expect.stringMatching(/does not have the states of three downstairs/)]);
  });

  it('in an array that was cut is read as far as it is there', () => {
    const record = JSON.stringify({ session_id: 'c0b92059', ds_state: ['Active', 'Active', 'Active'] });
    expect(read('ds-state', `[\n  ${record},\n  ${record.slice(0, 40)}\n`)).toMatchObject({
      rows: [[null, null, 'c0b92059', 'ok']],
      messages: { length: 2 },
    });
  });
});

describe('a text that may go on', () => {
  it('says so at headings without a line end, and at a pager', () => {
    expect(read('ds-state', 'ZONE PID UPSTAIRS SESSION DS0 DS1 DS2').messages).toEqual([
      'the headings have no line end, so rows may be missing',
    ]);
    expect(read('ds-state', `${ROW}\n--More--(50%)\n${OTHER}\n`).messages).toEqual([]);
    for (const pager of ['--More--(50%)', 'lines 1-20/50 40%']) {
      expect(read('ds-state', `${ROW}\n${pager}\n`).messages).toEqual([`a line that is not a row: ${pager}`]);
    }
    expect(read('ds-state', `${ROW}\nlines 1-1/1 (END)\n`).messages).toEqual([]);
  });
});

describe('a state that is not printed', () => {
  it('is not known, which the row and the answer say', () => {
    const text = `${ROW.replace('LRR', '-')}\n`;
    expect(read('ds-state', text)).toMatchObject({
      rows: [[ZONE, 28_022, 'c0b92059', null]],
      messages: ['1 row lacks the state of a downstairs'],
    });
  });
});

describe('what people write of a cubby', () => {
  it.each(['sled 14 ACT ACT ACT', '14 ACT ACT FLT', 'sled14: ACT ACT ACT'])('%j is no row', (line) => {
    expect(read('ds-state', `${line}\n`)).toMatchObject({ rows: [], messages: { length: 1 } });
  });
});

describe('rows under headings in another order', () => {
  const IDS = '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22 c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
  const states = (headings: string, row: string) =>
    readPasted(
      PROBES.find(({ name }) => name === 'ds-state')!,
      `${headings}\n${row}\n`,
      LATEST,
    );

  it('are read by these', () => {
    const { rows } = states('ZONE PID SESSION UPSTAIRS DS2 DS1 DS0', `${ZONE} 7 ${IDS} FLT ACT LR`);
    expect(rows).toMatchObject([
      { session_id: IDS.slice(0, 36), upstairs_id: IDS.slice(37), ds0: 'live_repair', ds2: 'faulted' },
    ]);
    const other = states('ZONE PID UPSTAIRS DS0 DS1 DS2', `${ZONE} 7 3f2b1c9e ACT ACT FLT`);
    expect(other.rows).toMatchObject([{ session_id: null, upstairs_id: '3f2b1c9e', ds2: 'faulted' }]);
  });

  it('are none where they have a word more, up to the next prompt', () => {
    const row = `${ZONE} 7 ${IDS} FLT ACT LR`;
    const text = `ZONE PID UPSTAIRS SESSION DS2 DS1 DS0\n${row} exited\n`;
    expect(read('ds-state', text)).toMatchObject({ rows: [], messages: { length: 1 } });
    expect(read('ds-state', `${text}# ./get-ds-state.sh\n${ROW}\n`)).toMatchObject({ rows: [READ] });
  });

  it('are rows of get-ds-state.sh before and behind the table of another script', () => {
    const table = fixture('all_downstairs/one-sled.txt');
    for (const text of [`${table}${ROW}\n`, `${ROW}\n${table}`]) {
      expect(read('ds-state', text)).toMatchObject({ rows: [READ], messages: { length: 1 } });
    }
  });

  it('are none of lr-state where its counters are others', () => {
    const headings = 'ZONE PID UPSTAIRS SESSION LRA0 LRA1 LRA2 LRC0 LRC1 LRC2';
    const text = `${headings}\n${ZONE} 7 3f2b1c9e c0b92059 5 0 0 0 0 0\n`;
    expect(read('lr-state', text)).toMatchObject({ rows: [], messages: { length: 1 } });
  });
});

describe('a table that was drawn', () => {
  const rows = [
    ['ZONE', 'PID', 'UPSTAIRS', 'SESSION', 'DS0', 'DS1', 'DS2'],
    [ZONE, '28022', '3f2b1c9e', 'c0b92059', 'ACT', 'ACT', 'LRR'],
  ];
  const cells = (open: string, between: string, close: string) =>
    rows.map((row) => open + row.join(between) + close);
  it.each([
    [
      'Markdown',
      [...cells('| ', ' | ', ' |').slice(0, 1), '|---|--:|---|---|---|---|---|', cells('| ', ' | ', ' |')[1]],
    ],
    ['MySQL', ['+--+--+--+--+--+--+--+', ...cells('| ', ' | ', ' |'), '+--+--+--+--+--+--+--+']],
    ['psql', [cells(' ', ' | ', '')[0], '---+---+---+---+---+---+---', cells(' ', ' | ', '')[1]]],
    ['Jira', [cells('||', '||', '||')[0], cells('|', '|', '|')[1]]],
    ['a box', ['┌──┬──┐', ...cells('│ ', ' │ ', ' │'), '└──┴──┘']],
    ['a browser', cells('', '\t', '')],
  ])('by %s is read as a script prints it', (_, lines) => {
    expect(read('ds-state', `${lines.join('\n')}\n`)).toEqual({ rows: [READ], messages: [], notes: [] });
  });

  it('keeps its lines where columns are found by them, as in what omdb prints', () => {
    const text = 'ID   |SLED_ID |SIZE\n-----+--------+----\n1    |2       |3 GiB\n';
    expect(plainText(text)).toBe(text);
  });

  it('has no line of a zone that lists without blanks name', () => {
    for (const sign of [',', ';']) {
      expect(read('ds-state', `${rows[1]!.join(sign)}\n`)).toMatchObject({
        rows: [],
        messages: [expect.stringMatching(/^a line that is not a row: /)],
      });
    }
  });
});

describe('a list of sleds', () => {
  const LIST = '14  BRM42220036  A0  ok\n15  BRM42220062  A2  off\n';

  function piecesIn(text: string) {
    return piecesOf([{ where: 'in.txt', name: 'in', text }], [], null);
  }

  it('says of no sled that a command failed there', () => {
    expect(piecesIn(LIST).map(({ sled, failure, otherwise }) => [sled.id, failure, otherwise])).toEqual([
      ['pasted/in', null, null],
    ]);
  });

  it('before a command of pilot is none of its output', () => {
    const text = `root@sw# pilot sp ls\n${LIST}root@sw# pilot host exec -c x 14\n14  BRM42220036        ok: ${ROW}\n`;
    expect(piecesIn(text).map(({ sled, isNobodys }) => [sled.id, isNobodys])).toEqual([
      ['pasted/in', true],
      ['pasted/BRM42220036', false],
    ]);
  });
});
