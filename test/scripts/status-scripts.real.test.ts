import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportColumns } from '../../src/fields/report-fields.ts';
import { printing } from '../support/printing.ts';
import { pairsOf, placesOf } from '../support/programs.ts';

const SCRIPTS = fileURLToPath(new URL('../../scripts/', import.meta.url));

const ZONE_A = 'oxz_propolis-server_34aa5f9c-d933-49fa-b38e-fc4607933d50';
const ZONE_B = 'oxz_propolis-server_3cef2a36-c2c3-49a6-bf38-f3d340264b1c';
const PANTRY = 'oxz_crucible_pantry_11111111-d933-49fa-b38e-fc4607933d50';
const UP_1 = '3f2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';
const UP_2 = '9d2b1c9e-7d14-4c7a-9a51-0d6c9f6b1a22';
const SE_1 = 'c0b92059-8a3e-4b10-b9b4-55f4f2a3d7e1';
const SE_2 = 'a666a8bd-8a3e-4b10-b9b4-55f4f2a3d7e1';

const PROPOLIS = '/opt/oxide/propolis-server/bin/propolis-server run';

interface SledScript {
  /** What each command prints; `dtrace` may also fail. */
  readonly dtrace: string;
  readonly zones?: string;
  readonly processes?: string;
  /** The processes at the end, where they differ. */
  readonly processesAfter?: string;
}

/** A sled's shell is ksh93, its awk one of several; whatever this machine has of them is tried. */
const SHELLS = placesOf(['sh', 'dash', 'ksh', 'bash']);
const AWKS = placesOf(['mawk', 'gawk', 'original-awk']);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-scripts-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function command(name: string, body: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

function run(
  script: string,
  args: readonly string[],
  sled: SledScript,
  shell = 'sh',
  awk: string | undefined = [...AWKS.keys()][0],
) {
  const zones =
    sled.zones ??
    [ZONE_A, ZONE_B].map((zone, i) => `${i + 5}:${zone}:running:/z/${i}::omicron1:excl`).join('\n');
  const header = '  PID     ZONE ARGS';
  const before = sled.processes ?? `28022 ${ZONE_A} ${PROPOLIS}\n 7737 ${ZONE_B} ${PROPOLIS}`;
  rmSync(join(folder, 'asked'), { force: true });
  command('dtrace', sled.dtrace);
  command(
    'zoneadm',
    `[ "$*" = "list -p" ] || exit 9\n${printing(`0:global:running:/::ipkg:shared\n${zones}`)}`,
  );
  command(
    'ps',
    `[ "$*" = "-eo pid,zone,args" ] || exit 9
if [ -e ${folder}/asked ]; then ${printing(`${header}\n${sled.processesAfter ?? before}`)}
else ${printing(`${header}\n${before}`)}
fi
: > ${folder}/asked`,
  );
  rmSync(join(folder, 'nawk'), { force: true });
  const place = awk === undefined ? undefined : AWKS.get(awk);
  if (place !== undefined) symlinkSync(place, join(folder, 'nawk'));
  const ended = spawnSync(SHELLS.get(shell) ?? shell, [join(SCRIPTS, script), ...args], {
    env: { PATH: `${folder}:/usr/bin:/bin` },
    input: '',
  });
  return {
    status: ended.status,
    rows: ended.stdout
      .toString()
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.trim().split(/\s+/)),
    stdout: ended.stdout.toString(),
    stderr: ended.stderr.toString(),
  };
}

/** Connections, replacements, extents repaired and confirmed; extent, reconciled, needed. */
const MORE = '1 2 3 4 5 6 70 80 90 71 81 91 160 12 30';

/** What stands behind the ids in a row, and what the first line says of it: the script takes any fields. */
const COLUMNS = reportColumns([
  'ds',
  'live_repair_completed',
  'live_repair_aborted',
  'connected',
  'replaced',
  'extents_repaired',
  'extents_confirmed',
  'extent_under_repair',
  'reconciled',
  'reconcile_needed',
]);
const COLUMNS_LINE = `columns ${COLUMNS.map(({ name, heading, field }) => `${name}=${heading}:${Math.max(field.width, heading.length)}`).join(' ')}`;

/** A row of upstairs-status.d: three states, six counters of live repair, the others in their order. */
const report = (
  zone: string,
  pid: number,
  ids: string,
  states: string,
  counters = '0 0 0 0 0 0',
  more = MORE,
) => {
  const [upstairs, session] = ids.split(' ');
  const values = `${states} ${counters} ${more}`.split(' ');
  if (values.length !== COLUMNS.length)
    throw new Error(`${values.length} values for ${COLUMNS.length} columns`);
  const words = COLUMNS.map(({ name }, i) => `${name}=${values[i]}`);
  return `zone=${zone} pid=${pid} time_ns=5 upstairs_id=${upstairs} session_id=${session} ${words.join(' ')}`;
};

/** What dtrace prints with these rows. */
const traced = (rows: string) => printing([COLUMNS_LINE, 'began_ns=1', rows, 'ended_ns=9'].join('\n'));

const BOTH = traced(
  [
    '',
    report(ZONE_B, 7737, `${UP_2} ${SE_2}`, 'Active Active Active'),
    report(ZONE_A, 28022, `${UP_1} ${SE_1}`, 'Active LiveRepair Active', '0 1 0 0 2 0'),
    report(ZONE_B, 7737, `${UP_2} ${SE_2}`, 'Active Active Active'),
  ].join('\n'),
);

describe.each(pairsOf([...SHELLS.keys()], [...AWKS.keys()]))('under %s with %s', (shell, awk) => {
  it('get-ds-state prints one row a session, by zone, in snake_case', () => {
    const { status, rows, stderr } = run('get-ds-state.sh', [], { dtrace: BOTH }, shell, awk);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(rows).toEqual([
      [ZONE_A, '28022', UP_1, SE_1, 'active', 'live_repair', 'active'],
      [ZONE_B, '7737', UP_2, SE_2, 'active', 'active', 'active'],
    ]);
  });

  it('says that rows may be missing where sort fails, and fails', () => {
    const sort = join(folder, 'sort');
    try {
      command('sort', 'exec head -n 1');
      const cut = run('get-ds-state.sh', [], { dtrace: BOTH }, shell, awk);
      command('sort', 'exit 2');
      const lost = run('get-ds-state.sh', [], { dtrace: BOTH }, shell, awk);
      // What sort lost without a word cannot be known here; what it failed at must be.
      expect(cut.rows).toHaveLength(1);
      expect(lost).toMatchObject({ status: 1, rows: [] });
      expect(lost.stderr).toContain('get-ds-state: rows may be missing: sort failed\n');
      // Programs take the rows as they come.
      expect(run('get-ds-state.sh', ['-f'], { dtrace: BOTH }, shell, awk).rows).toHaveLength(3);
    } finally {
      rmSync(sort);
    }
  });

  it('get-lr-state prints the three completed and the three aborted, and the states if asked', () => {
    expect(run('get-lr-state.sh', [], { dtrace: BOTH }, shell, awk).rows[0]).toEqual([
      ZONE_A,
      '28022',
      UP_1,
      SE_1,
      '0',
      '1',
      '0',
      '0',
      '2',
      '0',
    ]);
    expect(run('get-lr-state.sh', ['-s'], { dtrace: BOTH }, shell, awk).rows[0]).toEqual([
      ZONE_A,
      '28022',
      UP_1,
      SE_1,
      '0',
      '1',
      '0',
      '0',
      '2',
      '0',
      'active',
      'live_repair',
      'active',
    ]);
  });

  it('get-lr-state -a prints all that the check judges by: repairs, states, the other counters', () => {
    const { status, rows, stderr } = run('get-lr-state.sh', ['-a'], { dtrace: BOTH }, shell, awk);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(rows).toEqual([
      `${ZONE_A} 28022 ${UP_1} ${SE_1} 0 1 0 0 2 0 active live_repair active ${MORE}`.split(' '),
      `${ZONE_B} 7737 ${UP_2} ${SE_2} 0 0 0 0 0 0 active active active ${MORE}`.split(' '),
    ]);
  });

  it('get-lr-state -a keeps the newest counters, and notes no change but that of the states', () => {
    const ids = `${UP_1} ${SE_1}`;
    const repairing = 'Active LiveRepair Active';
    const reports = [
      ['Active Faulted Active', '0 0 0 0 1 0', '1 1 1 0 0 0 0 5 0 0 7 0 0 0 0'],
      [repairing, '0 0 0 0 1 0', '1 2 1 0 0 0 0 5 0 0 7 0 1 0 0'],
      [repairing, '0 0 0 0 1 0', '1 2 1 0 0 0 0 8 0 0 9 0 6 0 0'],
      [repairing, '0 0 0 0 2 0', '1 2 1 0 0 0 0 11 0 0 11 0 11 0 0'],
    ] as const;
    const dtrace = traced(
      reports.map((each) => report(ZONE_A, 28022, ids, each[0], each[1], each[2])).join('\n'),
    );
    const processes = `28022 ${ZONE_A} ${PROPOLIS}`;
    const { rows } = run('get-lr-state.sh', ['-a'], { dtrace, zones: '', processes }, shell, awk);
    expect(rows.map((row) => row.slice(4).join(' '))).toEqual([
      '0 0 0 0 2 0 active live_repair active 1 2 1 0 0 0 0 11 0 0 11 0 11 0 0 was=active/faulted/active',
    ]);
  });

  it('get-lr-state -a makes a row of each set of states where there are no ids, not of each count', () => {
    const reports = [
      ['Active LiveRepair Active', '1 1 1 0 0 0 0 5 0 0 7 0 12 0 0'],
      ['Active Active Active', '1 1 1 0 0 0 0 0 0 0 0 0 0 0 0'],
      ['Active LiveRepair Active', '1 1 1 0 0 0 0 8 0 0 9 0 17 0 0'],
    ] as const;
    const dtrace = traced(
      reports.map(([states, more]) => report(ZONE_A, 28022, '- -', states, '0 0 0 0 0 0', more)).join('\n'),
    );
    const processes = `28022 ${ZONE_A} ${PROPOLIS}`;
    const sled = { dtrace, zones: '', processes };
    const { rows } = run('get-lr-state.sh', ['-a'], sled, shell, awk);
    expect(rows.map((row) => row.slice(2).join(' ')).toSorted()).toEqual([
      '- - 0 0 0 0 0 0 active active active 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0',
      '- - 0 0 0 0 0 0 active live_repair active 1 1 1 0 0 0 0 8 0 0 9 0 17 0 0',
    ]);
  });

  it('get-lr-state -a has a dash for each counter that an old Crucible lacks', () => {
    const dashes = '- - - - - - - - - - - - -';
    const dtrace = traced(
      report(ZONE_A, 28022, `- ${SE_1}`, 'Active Active Failed', '- - - - - -', `${dashes} 12 30`),
    );
    const processes = `28022 ${ZONE_A} ${PROPOLIS}`;
    const { rows } = run('get-lr-state.sh', ['-a'], { dtrace, zones: '', processes }, shell, awk);
    expect(rows.map((row) => row.slice(4).join(' '))).toEqual([
      `- - - - - - active active faulted ${dashes} 12 30`,
    ]);
  });

  it('has as many dashes as values for what did not report', () => {
    const sled = { dtrace: traced(''), zones: '', processes: `28022 ${ZONE_A} ${PROPOLIS}` };
    for (const [args, values] of [
      [[], 6],
      [['-s'], 9],
      [['-a'], 24],
    ] as const) {
      const { rows } = run('get-lr-state.sh', args, sled, shell, awk);
      expect(rows).toEqual([[ZONE_A, '28022', '-', '-', ...Array<string>(values).fill('-'), 'no_report']]);
    }
  });

  it('prints rows that stay as they are, to the byte', () => {
    const ids = `${UP_1} ${SE_1}`;
    const dtrace = traced(
      [
        report(ZONE_A, 28022, ids, 'Active Faulted Active', '0 0 0 0 1 0'),
        report(ZONE_A, 28022, ids, 'Active LiveRepair Active', '0 12345 0 0 1 0', MORE.replace('1', '7')),
      ].join('\n'),
    );
    const sled = { dtrace, zones: '', processes: '' };
    const who = `${ZONE_A.padEnd(56)}  28022 ${UP_1} ${SE_1}`;
    const states = 'active            live_repair       active           ';
    const counters = '   0 12345    0    0    1    0';
    expect(run('get-ds-state.sh', [], sled, shell, awk).stdout).toBe(
      `${who} ${states}  was=active/faulted/active,exited\n`,
    );
    expect(run('get-lr-state.sh', [], sled, shell, awk).stdout).toBe(
      `${who} ${counters}  was=0/0/0/0/1/0,exited\n`,
    );
    expect(run('get-lr-state.sh', ['-s'], sled, shell, awk).stdout).toBe(
      `${who} ${counters} ${states}  was=0/0/0/0/1/0/active/faulted/active,exited\n`,
    );
  });

  it('picks values by name, whatever their order and whatever else stands in a row', () => {
    const [head = '', ...words] = report(ZONE_A, 28022, `${UP_1} ${SE_1}`, 'Active Faulted Active').split(
      ' ',
    );
    const turned = [...words.toReversed(), 'a_later_field=7', head].join(' ');
    const sled = { dtrace: traced(turned), zones: '', processes: '' };
    const { rows, stderr } = run('get-lr-state.sh', ['-a'], sled, shell, awk);
    expect(stderr).toBe('');
    expect(rows.map((row) => row.slice(0, -1).join(' '))).toEqual([
      `${ZONE_A} 28022 ${UP_1} ${SE_1} 0 0 0 0 0 0 active faulted active ${MORE}`,
    ]);
  });

  it('understands no row that lacks a value or has a word without a name', () => {
    const whole = report(ZONE_A, 28022, `${UP_1} ${SE_1}`, 'Active Active Active');
    for (const line of [whole.replace(/ \S+$/, ''), `${whole} 0`, whole.replace('pid=28022', 'pid=x')]) {
      const sled = { dtrace: traced(line), zones: '', processes: '' };
      const { rows, stderr } = run('get-lr-state.sh', ['-a'], sled, shell, awk);
      expect(rows).toEqual([]);
      expect(stderr).toBe(`get-lr-state: not understood: ${line.slice(0, 200)}\n`);
    }
  });

  it('says of a report that could not be read so, in the row and why on standard error', () => {
    const ids = `${UP_1} ${SE_1}`;
    const lines = [
      report(ZONE_A, 28022, ids, 'Active Active Active'),
      report(ZONE_A, 28022, ids, 'Active - Active'),
      `zone=${ZONE_B} pid=7737 time_ns=5 unreadable=it would not serialize`,
    ];
    const sled = { dtrace: traced(lines.join('\n')), zones: '', processes: '' };
    const { rows, stderr, status } = run('get-ds-state.sh', [], sled, shell, awk);
    expect(status).toBe(0);
    expect(rows.map((row) => row.slice(1).join(' '))).toEqual([
      `28022 ${ids} active unknown active was=active/active/active,unreadable,exited`,
      '7737 - - - - - unreadable,exited',
    ]);
    expect(stderr.trimEnd().split('\n')).toEqual([
      `get-ds-state: a report of ${ZONE_A} (PID 28022) could not be read: it does not have the states of three downstairs`,
      `get-ds-state: a report of ${ZONE_B} (PID 7737) could not be read: it would not serialize`,
    ]);
  });

  it('prints with -f name=value words: the newest values as they came, what came before, how often, and the window', () => {
    const ids = `${UP_1} ${SE_1}`;
    const lines = [
      report(ZONE_A, 28022, ids, 'Faulted Active Active'),
      report(ZONE_A, 28022, ids, 'LiveRepair Active Active'),
      report(ZONE_B, 7737, '- -', '{"type":"active"} Active Active'),
      `zone=${ZONE_B} pid=7738 time_ns=5 unreadable=it would not serialize`,
    ];
    const sled = {
      dtrace: traced(lines.join('\n')),
      zones: `5:${PANTRY}:running:/z/1::o:excl`,
      processes: `28022 ${ZONE_A} ${PROPOLIS}\n 7737 ${ZONE_B} ${PROPOLIS}\n 7739 ${ZONE_B} ${PROPOLIS}`,
    };
    const read = (args: readonly string[]) => {
      const { stdout, stderr, status } = run('get-lr-state.sh', ['-f', ...args], sled, shell, awk);
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      return stdout.trimEnd().split('\n').toSorted();
    };
    const STATES = 'noted=ds0/ds1/ds2 was=faulted/active/active';
    expect(read(['-a'])).toEqual(
      [
        `began_ns=1 ended_ns=9 host=${hostname()}`,
        `${lines[1]} reports=2 ${STATES}`,
        `${lines[2]} reports=1`,
        `zone=${ZONE_B} pid=7738 time_ns=5 reports=1 exited=yes unreadable=it would not serialize`,
        `zone=${ZONE_B} pid=7739 no_report=yes`,
        `zone=${PANTRY} no_report=yes`,
      ].toSorted(),
    );
    // What a note tells of follows from the option: here no counter changed.
    expect(read([]).filter((line) => line.includes('was='))).toEqual([]);
    expect(run('get-ds-state.sh', ['-f'], sled, shell, awk).stdout).toContain(STATES);
  });

  it('reads every encoding of the states', () => {
    const states = [
      ['Active WaitQuorum NegotiationFailed', 'active wait_quorum negotiation_failed'],
      ['_Migrating online_repair failed', 'migrating live_repair faulted'],
      ['repair OnlineRepairReady failed_repair', 'reconcile live_repair_ready failed_reconcile'],
      [
        '{"type":"active"} {"type":"stopping","value":{"type":"replacing"}} {"type":"connecting","value":{"state":{"type":"wait_quorum"},"mode":"new"}}',
        'active replacing wait_quorum',
      ],
      [
        '{"type":"connecting","value":{"state":{"type":"start"},"mode":"offline"}} {"type":"live_repair"} {"type":"stopping","value":{"type":"fault","value":"x"}}',
        'offline live_repair faulted',
      ],
      ['- HalfAwake Active', 'unknown half_awake active'],
    ] as const;
    for (const [printed, expected] of states) {
      const dtrace = traced(report(ZONE_A, 28022, `${UP_1} ${SE_1}`, printed));
      const { rows } = run('get-ds-state.sh', [], { dtrace }, shell, awk);
      expect(rows[0]?.slice(4, 7)).toEqual(expected.split(' '));
    }
  });

  it('shows the newest state of a session that changed, and what it came from', () => {
    const ids = `${UP_1} ${SE_1}`;
    const states = [
      'Faulted Active Active',
      'Faulted Active Active',
      'LiveRepair Active Active',
      'Active Active Active',
    ];
    const dtrace = traced(states.map((each) => report(ZONE_A, 28022, ids, each)).join('\n'));
    const processes = `28022 ${ZONE_A} ${PROPOLIS}`;
    const { rows } = run('get-ds-state.sh', [], { dtrace, zones: '', processes }, shell, awk);
    expect(rows).toEqual([
      [
        ZONE_A,
        '28022',
        UP_1,
        SE_1,
        'active',
        'active',
        'active',
        'was=faulted/active/active>live_repair/active/active',
      ],
    ]);
  });

  it('keeps two disks of one process apart', () => {
    const dtrace = traced(
      [
        report(ZONE_A, 28022, `${UP_1} ${SE_1}`, 'Active Active Active'),
        report(ZONE_A, 28022, `${UP_2} ${SE_2}`, 'Faulted Active Active'),
      ].join('\n'),
    );
    const { rows } = run('get-ds-state.sh', [], { dtrace, zones: '', processes: '' }, shell, awk);
    expect(rows.map((row) => [row[3], row[4], row[7]])).toEqual([
      [SE_1, 'active', 'exited'],
      [SE_2, 'faulted', 'exited'],
    ]);
  });

  it('takes no change for a change where an old Crucible gives no ids', () => {
    const dtrace = traced(
      ['Active Active Active', 'Faulted Active Active', 'Active Active Active']
        .map((states) => report(ZONE_A, 28022, '- -', states))
        .join('\n'),
    );
    const { rows } = run('get-ds-state.sh', [], { dtrace, zones: '' }, shell, awk);
    expect(rows.filter((row) => row[1] === '28022').map((row) => row.slice(2))).toEqual([
      ['-', '-', 'active', 'active', 'active'],
      ['-', '-', 'faulted', 'active', 'active'],
    ]);
  });

  it('has a row for what runs and did not report: a process, a pantry, a zone without a process', () => {
    const zones = `5:${ZONE_A}:running:/z/1::o:excl\n6:${ZONE_B}:running:/z/2::o:excl\n7:${PANTRY}:running:/z/3::o:excl\n-:oxz_propolis-server_x:installed:/z/4::o:excl`;
    const processes = `28022 ${ZONE_A} ${PROPOLIS}\n  202 ${PANTRY} /opt/oxide/crucible-pantry/bin/crucible-pantry run\n  9 global /usr/sbin/other`;
    const { rows, status } = run('get-ds-state.sh', [], { dtrace: traced(''), zones, processes }, shell, awk);
    expect(status).toBe(0);
    expect(rows).toEqual([
      [PANTRY, '202', '-', '-', '-', '-', '-', 'no_report'],
      [ZONE_A, '28022', '-', '-', '-', '-', '-', 'no_report'],
      [ZONE_B, '-', '-', '-', '-', '-', '-', 'no_report'],
    ]);
  });

  it('says that a login sees no probes, where dtrace lists none to one that is not root', () => {
    const listing = (providers: string, fails = '') =>
      `if [ "$2" = -l ]; then\n${fails}${printing(`   ID   PROVIDER            MODULE\n${providers}`)}\nexit 0\nfi\n`;
    const silence = traced('');
    const hidden = { dtrace: listing('') + silence };
    const notes = (dtrace: string, uid: string) => {
      command('id', `[ "$*" = -u ] && echo ${uid}`);
      return run('get-ds-state.sh', [], { dtrace, zones: '' }, shell, awk).rows.map((row) => row[7]);
    };
    try {
      expect(notes(hidden.dtrace, '60001')).toEqual(['no_probes', 'no_probes']);
      expect(run('get-ds-state.sh', [], hidden, shell, awk).stderr).toBe(
        'get-ds-state: no probes visible: dtrace_proc, proc_owner and proc_zone are needed\n',
      );
      expect(run('get-lr-state.sh', ['-a', '-f'], { ...hidden, zones: '' }, shell, awk)).toMatchObject({
        status: 0,
        stderr: '',
        rows: expect.arrayContaining([
          [`zone=${ZONE_A}`, 'pid=28022', 'no_report=yes', 'probes=none', 'login=60001'],
        ]),
      });
      // Not where anything of others is seen, nor where that is not known, nor of root, nor where one reported.
      const one = '  17 propolis28022 propolis-server\n  18 crucible_upstairs7737 x';
      expect(notes(listing(one) + silence, '60001')).toEqual(['no_report', 'no_report']);
      expect(notes(listing('', 'echo no >&2; exit 1\n') + silence, '60001')).toEqual([
        'no_report',
        'no_report',
      ]);
      expect(notes(hidden.dtrace, '0')).toEqual(['no_report', 'no_report']);
      const reports = traced(report(ZONE_A, 28022, `${UP_1} ${SE_1}`, 'Active Active Active'));
      expect(notes(listing('') + reports, '60001')).toEqual([undefined, 'no_report']);
    } finally {
      rmSync(join(folder, 'id'));
    }
  });

  it('blames no process that came or went during the window', () => {
    const sled = {
      dtrace: traced(''),
      zones: '',
      processes: `1 ${ZONE_A} ${PROPOLIS}`,
      processesAfter: `2 ${ZONE_A} ${PROPOLIS}`,
    };
    expect(run('get-ds-state.sh', [], sled, shell, awk).rows).toEqual([]);
  });
});

describe('the scripts by hand', () => {
  it('succeed with no rows on a sled without upstairs', () => {
    const sled = { dtrace: 'echo', zones: '', processes: '  9 global /usr/sbin/other' };
    for (const script of ['get-ds-state.sh', 'get-lr-state.sh']) {
      expect(run(script, [], sled)).toEqual({ status: 0, rows: [], stdout: '', stderr: '' });
    }
  });

  it("fail with dtrace's status and message, and print no row", () => {
    const dtrace =
      'echo "dtrace: failed to initialize dtrace: DTrace requires additional privileges" >&2; exit 1';
    const { status, stdout, stderr } = run('get-ds-state.sh', [], { dtrace });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('dtrace: failed to initialize dtrace: DTrace requires additional privileges\n');
  });

  it('let drops through on standard error', () => {
    expect(
      run('get-ds-state.sh', [], { dtrace: `${BOTH}\necho "dtrace: 17 drops on CPU 3" >&2` }).stderr,
    ).toBe('dtrace: 17 drops on CPU 3\n');
  });

  it('say which line of dtrace they did not understand', () => {
    const { stderr, status } = run('get-ds-state.sh', [], {
      dtrace: 'echo hello there',
      zones: '',
      processes: '',
    });
    expect({ stderr, status }).toEqual({ stderr: 'get-ds-state: not understood: hello there\n', status: 0 });
  });

  it('say when zones or processes cannot be listed, and still show what reported', () => {
    run('get-ds-state.sh', [], { dtrace: BOTH });
    command('zoneadm', 'echo "zoneadm: no" >&2; exit 1');
    command('ps', 'exit 1');
    const ended = spawnSync('sh', [join(SCRIPTS, 'get-ds-state.sh')], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });
    expect(ended.status).toBe(0);
    expect(ended.stderr.toString()).toMatch(/get-ds-state: the zones could not be listed/);
    expect(ended.stderr.toString()).toMatch(/get-ds-state: the processes could not be listed/);
    expect(ended.stdout.toString().trimEnd().split('\n')).toHaveLength(2);
  });

  it('pass the window on to the D program, and nothing else', () => {
    const dtrace = `echo "$*" > ${folder}/argv`;
    run('get-ds-state.sh', ['-w', '7s'], { dtrace });
    expect(readFileSync(join(folder, 'argv'), 'utf8')).toBe(`-Z -s ${SCRIPTS}upstairs-status.d 7\n`);
  });

  it.each([['-w', '0'], ['-w', 'x'], ['-w', '3601'], ['-w', ''], ['-w', '1;id'], ['-q'], ['-w'], ['extra']])(
    'refuse %s %s with what is allowed',
    (...args) => {
      const { status, stderr, stdout } = run('get-lr-state.sh', args, { dtrace: BOTH });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/^get-lr-state: .*get-lr-state\.sh -h explains it\n$/);
    },
  );

  it('explain themselves with -h', () => {
    for (const script of ['get-ds-state.sh', 'get-lr-state.sh']) {
      const { status, stdout } = run(script, ['-h'], { dtrace: 'exit 9' });
      expect(status).toBe(0);
      expect(stdout).toContain(`usage: ${script}`);
      expect(stdout).toContain('no_report');
    }
  });

  it('print headings with -H, as wide as the rows', () => {
    const { stdout } = run('get-lr-state.sh', ['-H', '-s'], { dtrace: BOTH });
    const [head = '', first = ''] = stdout.split('\n');
    expect(head.trim().split(/\s+/)).toEqual([
      'ZONE',
      'PID',
      'UPSTAIRS',
      'SESSION',
      'LRC0',
      'LRC1',
      'LRC2',
      'LRA0',
      'LRA1',
      'LRA2',
      'DS0',
      'DS1',
      'DS2',
    ]);
    expect(first.indexOf(UP_1)).toBe(head.indexOf('UPSTAIRS'));
    expect(first.indexOf('active')).toBe(head.indexOf('DS0'));
  });

  it('print headings for all values with -a, over their values, each of them in the README', () => {
    const { stdout } = run('get-lr-state.sh', ['-H', '-a'], { dtrace: BOTH });
    const [head = '', first = ''] = stdout.split('\n');
    const headings = head.trim().split(/\s+/);
    expect(new Set(headings.slice(4))).toEqual(new Set(COLUMNS.map(({ heading }) => heading)));
    expect(first.split(/\s+/)).toHaveLength(headings.length);
    expect(first.length).toBe(head.length);
    expect(first.indexOf('active')).toBe(head.indexOf('DS0'));
    const readme = readFileSync(join(SCRIPTS, 'README.md'), 'utf8');
    for (const heading of headings.slice(2)) {
      const documented = `\`${heading.replace(/[012]$/, '0')}\``;
      expect(readme, documented).toContain(`| ${documented} |`);
    }
  });

  it('say in one sentence what must lie beside them where they are copied alone', () => {
    const alone = join(folder, 'alone');
    mkdirSync(alone, { recursive: true });
    for (const script of ['get-ds-state.sh', 'get-lr-state.sh']) {
      copyFileSync(join(SCRIPTS, script), join(alone, script));
      for (const [shell, where, args] of [
        ['sh', join(alone, script), []],
        ['sh', join(alone, script), ['-h']],
      ] as const) {
        const { status, stdout, stderr } = spawnSync(shell, [where, ...args], {
          env: { PATH: '/usr/bin:/bin' },
        });
        expect([status, stdout.toString()]).toEqual([2, '']);
        expect(stderr.toString()).toBe(
          `${script}: upstairs-status.sh and upstairs-status.d must lie beside it; upstairs-status.sh is not in ${alone}\n`,
        );
      }
    }
  });

  it('take no headings with -f', () => {
    const { status, stderr } = run('get-ds-state.sh', ['-f', '-H'], { dtrace: BOTH });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^get-ds-state: with -f there are no headings/);
  });

  it('have -a for live repairs only', () => {
    const { status, stdout, stderr } = run('get-ds-state.sh', ['-a'], { dtrace: BOTH });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe('get-ds-state: there is no option -a; get-ds-state.sh -h explains it\n');
  });

  it('leave no file behind, and need none of the commands that a sled lacks', () => {
    const text = ['get-ds-state.sh', 'get-lr-state.sh', 'upstairs-status.sh']
      .map((name) => readFileSync(join(SCRIPTS, name), 'utf8'))
      .join('\n');
    expect(text).not.toMatch(
      /\/tmp|mktemp|\b(timeout|sha256sum|realpath|readlink|stat|seq|tac)\b|\blocal\b|echo -/,
    );
    expect(existsSync(join(SCRIPTS, 'upstairs-status.d'))).toBe(true);
  });
});
