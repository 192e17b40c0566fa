import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

/** Inputs as public threads and clipboards have them; ids and serials are made up. */
const CASES = fileURLToPath(new URL('../fixtures/cases/', import.meta.url));

interface Case {
  /** What is so. */
  readonly claim: string;
  /** Below `test/fixtures/cases`. */
  readonly files: readonly string[];
  readonly argv: readonly string[];
  readonly exit: 0 | 3;
  /** Serial or name, cubby, and whether it answered. */
  readonly sleds: readonly (readonly [string, number | null, 'answered' | 'failed'])[];
  /** Cells of the rows, in the order of the answer. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Of sleds and of the paste, in their order. */
  readonly issues: readonly RegExp[];
  readonly failures?: readonly RegExp[];
  readonly warnings?: readonly RegExp[];
}

const PILOT = {
  argv: ['ds-state'],
  exit: 3,
  sleds: [
    ['BRM44220011', 8, 'answered'],
    ['BRM44220005', 9, 'answered'],
    ['BRM42220036', 10, 'failed'],
  ],
  columns: ['serial', 'pid', 'ds0', 'ds1', 'ds2', 'health'],
  rows: [
    ['BRM44220005', 20_062, 'active', 'active', 'faulted', 'degraded'],
    ['BRM44220011', 7737, 'live_repair', 'active', 'active', 'repairing'],
    ['BRM44220011', 28_022, 'active', 'active', 'active', 'ok'],
  ],
  issues: [],
  failures: [/^pilot host exec says: ssh: connect to host fe80::.*: timed out$/],
} as const;

const INDENTED = {
  argv: ['ds-state'],
  exit: 0,
  sleds: [
    ['BRM44220005', 9, 'answered'],
    ['BRM42220036', 14, 'answered'],
  ],
  columns: ['serial', 'pid', 'health'],
  rows: [
    ['BRM44220005', 22_777, 'critical'],
    ['BRM44220005', 20_062, 'degraded'],
    ['BRM42220036', 28_022, 'ok'],
    ['BRM42220036', 7737, 'ok'],
  ],
  issues: [],
} as const;

const TOOLS = {
  argv: ['ds-state'],
  exit: 3,
  sleds: [
    ['BRM42220014', null, 'answered'],
    ['BRM42220036', null, 'answered'],
    ['BRM42220051', null, 'failed'],
  ],
  columns: ['serial', 'pid', 'health'],
  rows: [
    ['BRM42220036', 20_062, 'degraded'],
    ['BRM42220036', 7737, 'repairing'],
    ['BRM42220014', 28_022, 'ok'],
  ],
  issues: [],
} as const;

const SLED = ['--sled', 'BRM42220099'];
const ANSWERED = [['BRM42220099', null, 'answered']] as const;
const SAYS_NOTHING = /^the command ended well and printed nothing/;
const NAMELESS = /rows name no session/;

const ALL: readonly Case[] = [
  {
    // https://github.com/oxidecomputer/propolis/issues/336
    claim: 'fences around upstairs_info of 2023 mean nothing; a sentence is an issue',
    files: ['a01-propolis336-upstairs-info-2023/in.txt'],
    argv: ['upstairs_info', ...SLED],
    exit: 3,
    sleds: ANSWERED,
    columns: ['ds2', 'up_count', 'ds_count', 'skipped_2', 'error_2'],
    rows: [
      ['active', 3, 3, 0, 0],
      ['active', 3, 3, 0, 0],
      ['faulted', 3, 4, 4, 2],
    ],
    issues: [/^a line before any headings: On the upstairs I see this, nothing moves:$/],
    warnings: [NAMELESS],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/761
    claim: 'CONF and RPAR of upstairs_repair are extents confirmed and repaired',
    files: ['a03-crucible761-upstairs-repair-2023/in.txt'],
    argv: ['upstairs_repair', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['ds1', 'extents_confirmed_1', 'extents_repaired_1'],
    rows: [
      ['new', 0, 0],
      ['active', 0, 0],
      ['live_repair_ready', 0, 0],
      ['live_repair', 12, 3],
      ['live_repair', 29, 7],
    ],
    issues: [],
    warnings: [NAMELESS],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/775
    claim: 'upstairs_count of 2023 names no session, and that is said',
    files: ['a04-crucible775-upstairs-count-2023/in.txt'],
    argv: ['upstairs_count', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['ds1', 'connected_1', 'live_repair_completed_1', 'live_repair_aborted_1'],
    rows: [
      ['wait_active', 2, 0, 0],
      ['live_repair', 5, 1, 2],
      ['active', 5, 2, 2],
    ],
    issues: [],
    warnings: [NAMELESS],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/806
    claim: 'columns that somebody put together with cmon are read, the third LRC0 as LRC2',
    files: ['a05-crucible806-cmon-kitchen-sink/in.txt'],
    argv: ['upstairs_count', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: [
      'ds2',
      'connected_2',
      'live_repair_completed_0',
      'live_repair_completed_2',
      'flow_control_1',
      'ds_count',
    ],
    rows: [
      ['live_repair', 3, 0, 1, 7, 14],
      ['active', 3, 0, 1, 7, 0],
    ],
    issues: [],
    warnings: [NAMELESS],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1104
    claim: 'DEFER of upstairs_action is read, and the row before the headings is one of them',
    files: ['a06-crucible1104-upstairs-action/in.txt'],
    argv: ['upstairs_action', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['apply', 'action_deferred', 'action_noop'],
    rows: [
      [412_033, 39_870, 40_268],
      [1912, 0, 0],
      [2533, 0, 0],
    ],
    issues: [],
    warnings: [NAMELESS],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1574
    claim: 'rows before the headings of single_up_info are older rows of the same sessions',
    files: ['a08-crucible1574-single-up-info/in.txt'],
    argv: ['single_up_info', '--older', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['session_id', 'next_job_id', 'extents_repaired_1', 'note'],
    rows: [
      ['0a1b2c3d', 1980, 0, 'older'],
      ['0a1b2c3d', 1980, 0, null],
      ['4e5f6071', 129_801, 51, 'older'],
      ['4e5f6071', 129_811, 53, null],
    ],
    issues: [],
    warnings: [/^it names BRM44220010, and --sled names pasted\/BRM42220099$/],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1585
    claim: 'get-up-state is read by up_state',
    files: ['a09-crucible1585-get-up-state/in.txt'],
    argv: ['up_state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['pid', 'session_id', 'ds1', 'extents_repaired', 'reconciled', 'reconcile_needed'],
    rows: [
      [9980, 'b5d1aaa7', 'active', 0, 0, 0],
      [12_070, '69ccbba8', 'active', 0, 0, 0],
      [12_070, '924fccd0', 'live_repair', 17, 0, 0],
      [12_070, 'd7e7dde0', 'wait_quorum', 0, 0, 0],
      [12_181, '74ddeef4', 'reconcile', 0, 112, 128],
    ],
    issues: [],
  },
  {
    claim: 'get-up-state holds the states, so that ds-state reads it too',
    files: ['a09-crucible1585-get-up-state/in.txt'],
    argv: ['ds-state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['pid', 'session_id', 'health'],
    rows: [
      [12_070, '924fccd0', 'repairing'],
      [12_181, '74ddeef4', 'repairing'],
      [12_070, 'd7e7dde0', 'inactive'],
      [9980, 'b5d1aaa7', 'ok'],
      [12_070, '69ccbba8', 'ok'],
    ],
    issues: [],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1855
    claim: 'a screen of ctop is read, without the drawing behind its last number',
    files: ['a10-crucible1855-ctop-screen/in.txt'],
    argv: ['up_state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['pid', 'next_job_id', 'delta', 'extent_under_repair', 'reconciled', 'reconcile_needed'],
    rows: [
      [7520, 31_372_481, 648, 0, 2692, 0],
      [8110, 677_582_142, 12_690, 3811, 0, 0],
      [11_203, 4021, 0, 0, 0, 0],
    ],
    issues: [],
  },
  {
    // https://github.com/oxidecomputer/crucible/issues/741
    claim: 'a stray line of a wrapped command is no sled that answered',
    files: ['a11-crucible741-pilot-or-true/in.txt'],
    argv: ['ds-state'],
    exit: 3,
    sleds: [
      ['BRM42220009', 10, 'answered'],
      ['BRM42220057', 11, 'answered'],
      ['BRM42220018', 12, 'answered'],
      ['BRM44220005', 13, 'answered'],
      ['BRM42220086', 16, 'answered'],
    ],
    columns: ['serial', 'pid', 'health'],
    rows: [['BRM44220005', 11_022, 'degraded']],
    issues: [
      SAYS_NOTHING,
      SAYS_NOTHING,
      SAYS_NOTHING,
      SAYS_NOTHING,
      /^no sled can be named for these lines: they come before the first heading of a sled$/,
      /^a line that is not a row: 'ACT ACT ACT'\|\|true" 10 11 12 13 16$/,
    ],
  },
  { claim: 'a paste of Windows is read', files: ['a16-windows-clipboard/in.txt'], ...PILOT },
  { claim: 'no-break spaces are blanks', files: ['a16-windows-clipboard/nbsp.txt'], ...PILOT },
  { claim: 'colors are no text', files: ['a16-windows-clipboard/ansi.txt'], ...PILOT },
  { claim: 'quoted mail is read', files: ['a16-windows-clipboard/quoted.txt'], ...PILOT },
  { claim: 'a paste that is indented by 4 is read', files: ['a16-windows-clipboard/indent4.txt'], ...PILOT },
  { claim: 'UTF-16 is read', files: ['a16-windows-clipboard/utf16.txt'], ...PILOT },
  {
    claim: 'a first line without the indentation of the others changes nothing',
    files: ['a16-windows-clipboard/mixed-indent.txt'],
    argv: ['ds-state'],
    exit: 0,
    sleds: [
      ['BRM42220036', 10, 'answered'],
      ['BRM44220005', 11, 'answered'],
    ],
    columns: ['serial', 'pid', 'health'],
    rows: [
      ['BRM44220005', 22_777, 'critical'],
      ['BRM44220005', 20_062, 'ok'],
      ['BRM42220036', 28_022, 'ok'],
    ],
    issues: [],
  },
  // https://github.com/oxidecomputer/crucible/pull/1560
  {
    claim: 'rows of an indented paste are their own sled’s',
    files: ['a17-indented-wrong-sled/in.txt'],
    ...INDENTED,
  },
  { claim: 'an indentation of 2 is one too', files: ['a17-indented-wrong-sled/in2.txt'], ...INDENTED },
  { claim: 'a tab is an indentation', files: ['a17-indented-wrong-sled/tab.txt'], ...INDENTED },
  {
    claim: 'the first row behind a bracketed paste of script(1) is read',
    files: ['a20-typescript/in.txt'],
    argv: ['ds-state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['pid', 'health'],
    rows: [
      [7737, 'repairing'],
      [28_022, 'ok'],
    ],
    issues: [],
    warnings: [/^it names BRM42220036/],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1246
    claim: 'of two zones on a line the last has the row, and the first said nothing',
    files: ['a22-old-script-glitches/in.txt'],
    argv: ['ds-state', '--sled', 'BRM42220014'],
    exit: 3,
    sleds: [['BRM42220014', null, 'answered']],
    columns: ['zone', 'pid', 'ds2', 'health'],
    rows: [
      ['oxz_propolis-server_3a1b039a-e41f-4968-a672-0d6900830219', 8766, 'faulted', 'degraded'],
      ['oxz_propolis-server_491d90a6-813e-4b83-b158-7bf708dd91f5', 10_335, 'active', 'ok'],
    ],
    issues: [
      /^a line that is not a row: oxz_propolis-server_34aa5f9c.* dtrace: failed to grab process 28022$/,
      /^zone oxz_propolis-server_3cef2a36-c2c3-49a6-bf38-f3d340264b1c has no row/,
      /^a line that is not a row: oxz_propolis-server_373e09ac.* pgrep: can't find process$/,
      /^zone oxz_propolis-server_4d78774c-6818-4a2f-bceb-35ca5d9affa4 has no row/,
    ],
  },
  {
    // https://github.com/oxidecomputer/crucible/issues/1772
    claim: 'errors and drops between rows are issues, and a state that was cut is unknown',
    files: ['d22-probe-error-mixed/in.txt'],
    argv: ['sled_upstairs_info'],
    exit: 3,
    sleds: [['in', null, 'answered']],
    columns: ['pid', 'ds0', 'ds1', 'ds2', 'next_job_id'],
    rows: [
      [12_491, 'offline', 'offline', 'offline', 1000],
      [12_492, 'faulted', 'active', 'active', 123_456_789_012],
      [12_494, 'faulted', 'active', 'active', 1498],
      [12_503, 'active', 'replaced', 'active', 1000],
      [12_504, 'active', 'unknown', 'active', 1000],
    ],
    issues: [
      /^dtrace: error on enabled probe ID 4 .*…463b2271fa735ccE:up-status\): out of scratch space in action #9 at DIF offset 252$/,
      /^dtrace: 44 drops on CPU 12$/,
      /^a state of a downstairs that is not known: /,
    ],
  },
  {
    // https://github.com/oxidecomputer/crucible/issues/1557
    claim: 'a heading without a colon is a sled that did not answer, and no text of the one before',
    files: ['a23-pilot-noise/in.txt'],
    argv: ['ds-state'],
    exit: 3,
    sleds: [
      ['BRM42220036', 14, 'answered'],
      ['BRM42220062', 15, 'answered'],
      ['BRM42220081', 16, 'failed'],
      ['BRM42220082', 17, 'failed'],
    ],
    columns: ['serial', 'pid', 'health'],
    rows: [
      ['BRM42220036', 17_874, 'degraded'],
      ['BRM42220036', 17_028, 'ok'],
    ],
    issues: [/^dtrace: 7 drops on CPU 3$/, /^a line that is not a row: 17$/, /^a line that is not a row: 0$/],
    failures: [/exit status 1: dtrace: failed to initialize dtrace/, /^pilot host exec says: timed out$/],
  },
  {
    claim: 'rows of get-ds-state.d alone are read without a zone',
    files: ['a25-raw-d-script/ds.txt'],
    argv: ['ds-state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['zone', 'pid', 'upstairs_id', 'session_id', 'health'],
    rows: [
      [null, 4242, 'a1a1a1a1', '51515151', 'degraded'],
      [null, 4242, 'b2b2b2b2', '62626262', 'repairing'],
      [null, 777, 'c3c3c3c3', '73737373', 'ok'],
    ],
    issues: [],
  },
  {
    claim: 'rows of get-lr-state.d alone are read without a zone',
    files: ['a25-raw-d-script/lr.txt'],
    argv: ['lr-state', ...SLED],
    exit: 0,
    sleds: ANSWERED,
    columns: ['zone', 'pid', 'session_id', 'live_repair_aborted_2'],
    rows: [
      [null, 777, '73737373', 0],
      [null, 4242, '51515151', 0],
      [null, 4242, '62626262', 0],
    ],
    issues: [],
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/1773
    claim: 'the third state of Crucible’s sled_upstairs_info is not known, and that is said',
    files: ['a26-rows-before-headings/in.txt'],
    argv: ['sled_upstairs_info', ...SLED],
    exit: 3,
    sleds: ANSWERED,
    columns: ['pid', 'session_id', 'ds0', 'ds1', 'ds2', 'next_job_id'],
    rows: [
      [777, '73737373', 'active', 'active', null, 1024],
      [4242, '51515151', 'active', 'active', null, 1266],
      [4242, '62626262', 'active', 'live_repair', null, 1052],
    ],
    issues: [/prints the state of downstairs 1 twice .*, so the state of downstairs 2 is unknown$/],
    warnings: [/^6 older rows of the same sessions left out; --older shows them$/],
  },
  {
    claim: 'no health is told of two states',
    files: ['a26-rows-before-headings/in.txt'],
    argv: ['ds-state', ...SLED],
    exit: 3,
    sleds: ANSWERED,
    columns: ['pid', 'ds1', 'ds2', 'health', 'note'],
    rows: [
      [777, 'active', null, null, 'the state of downstairs 2 is not known'],
      [4242, 'active', null, null, 'the state of downstairs 2 is not known'],
      [4242, 'live_repair', null, null, 'the state of downstairs 2 is not known'],
    ],
    issues: [/prints the state of downstairs 1 twice/],
  },
  {
    // https://github.com/oxidecomputer/crucible/issues/845
    claim: 'two pastes of one sled in a file are no order: the worst state counts',
    files: ['a31-two-pastes-one-file/in.txt'],
    argv: ['ds-state'],
    exit: 3,
    sleds: [['in', null, 'answered']],
    columns: ['pid', 'health', 'note'],
    rows: [
      [28_022, 'degraded', 'also active/active/active, and which is the newest is not known'],
      [7737, 'ok', null],
    ],
    issues: [/before the reboot of sled 14:$/, /not a row: after:$/, /^2 rows of one session/],
  },
  { claim: 'pdsh names the sled of each line', files: ['a32-pdsh-clush-ansible/pdsh.txt'], ...TOOLS },
  { claim: 'clush -b names the sleds between dashes', files: ['a32-pdsh-clush-ansible/clush.txt'], ...TOOLS },
  {
    claim: 'ansible names the sled before its output, and says why one is unreachable',
    files: ['a32-pdsh-clush-ansible/ansible.txt'],
    ...TOOLS,
    failures: [/^ansible says: unreachable: Failed to connect to the host via ssh$/],
  },
  {
    claim: 'tail -n +1 names the files of the sleds',
    files: ['a32-pdsh-clush-ansible/tail.txt'],
    ...TOOLS,
    exit: 0,
    sleds: TOOLS.sleds.slice(0, 2),
  },
  {
    // https://github.com/oxidecomputer/crucible/pull/95
    claim: 'counts of tracegw that were printed twice are not added',
    files: ['d23-nonquiet-sled-info/in.txt'],
    argv: ['tracegw', ...SLED],
    exit: 3,
    sleds: ANSWERED,
    columns: ['type', 'start', 'done'],
    rows: [
      ['read', 1300, 1300],
      ['write', 2080, 2079],
      ['flush', 130, 129],
      ['read', 2600, 2599],
      ['write', 4180, 4178],
      ['flush', 260, 259],
    ],
    issues: Array.from({ length: 6 }, () => /they are not added$/),
  },
];

interface Json {
  readonly sleds: readonly {
    readonly sled: string;
    readonly serial: string | null;
    readonly cubby: number | null;
    readonly status: 'answered' | 'failed';
    readonly issues?: readonly { readonly message: string }[];
    readonly warnings?: readonly string[];
    readonly error?: { readonly message: string };
  }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly issues?: readonly { readonly message: string }[];
}

describe('a paste of a public thread or a clipboard', () => {
  it.each(ALL)('$claim ($files.0)', async (each) => {
    const argv = ['parse', ...each.argv, ...each.files, '-o', 'json', '-q'];
    const { status, stdout, stderr } = await run(argv, { cwd: CASES });
    const report: Json = JSON.parse(stdout);
    expect([status, stderr, schemaErrors(report)]).toEqual([each.exit, '', []]);
    expect(
      report.sleds.map((sled) => [sled.serial ?? sled.sled.split('/')[1], sled.cubby, sled.status]),
    ).toEqual(each.sleds);
    expect(report.rows.map((row) => each.columns.map((name) => row[name]))).toEqual(each.rows);
    const issues = [...report.sleds.flatMap((sled) => sled.issues ?? []), ...(report.issues ?? [])];
    expect(issues.map(({ message }) => message)).toEqual(
      each.issues.map((text) => expect.stringMatching(text)),
    );
    const warnings = report.sleds.flatMap((sled) => sled.warnings ?? []);
    expect(warnings).toEqual((each.warnings ?? []).map((text) => expect.stringMatching(text)));
    const failures = report.sleds.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
    for (const [i, failure] of (each.failures ?? []).entries()) expect(failures[i]).toMatch(failure);
    expect(failures).toHaveLength(each.sleds.filter(([, , answer]) => answer === 'failed').length);
  });

  it('of two sleds without a cubby names both in a narrow table too', async () => {
    const files = ['b20-80-columns/a.txt', 'b20-80-columns/b.txt'];
    for (const [names, expected] of [
      [[], /pasted\/a [^]*pasted\/b /],
      [['--sled', '3/BRM42220003', '--sled', '4/BRM42220103'], /3\/BRM42220003 [^]*4\/BRM42220103 /],
    ] as const) {
      const { status, stdout } = await run(['parse', 'ds-state', ...names, ...files], { cwd: CASES });
      expect([status, stdout]).toEqual([0, expect.stringMatching(expected)]);
    }
  });
});
