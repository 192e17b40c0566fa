import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DRIFT_STATES } from '../../src/import/drift.ts';
import { guessKind } from '../../src/import/guess.ts';
import type { SeenSled } from '../../src/import/seen-sled.ts';
import { SOURCE_NAMES, SOURCES, type SourceName } from '../../src/import/sources/index.ts';
import { runs } from '../support/sized.ts';
import { plainText } from '../../src/pasted/plain-text.ts';

const ID = '0c7011f7-1111-4222-8333-444455556666';
const RACK = '5e7a3c1d-9f42-4b0e-8c55-2d6f0a91b3c7';

function sledsOf(kind: SourceName, text: string): readonly Partial<SeenSled>[] {
  return SOURCES[kind]
    .read(text)
    .sleds.map((sled) =>
      Object.fromEntries(Object.entries(sled).filter(([, value]) => value !== null && value !== false)),
    );
}

const underlay = (text: string) => ({ text, of: 'sled' as const });

const SLEDS_TODAY = [
  'note: database URL not specified.  Will search DNS.',
  ' SERIAL       IP                             ROLE      POLICY      STATE           BP AVAIL   ID                                   ',
  ` BRM42220057  [fd00:1122:3344:104::1]:12345  -         in service  active          available  ${ID} `,
  ` 2F8JEXDK     [fd4d:f531:d8e1:10b::1]:12345  scrimlet  in service  active          available  ${ID} `,
  ` BRM42220001  [fd00:1122:3344:101::1]:12345  -         expunged    decommissioned  -          ${ID} `,
  ` unknown      [fd00:1122:3344:109::1]:12345  -         in service  active          available  ${ID} `,
  '',
].join('\n');

/** A text of each kind, in today's layout and older ones, and what it says. */
const TEXTS: readonly {
  readonly name: string;
  readonly kind: SourceName;
  readonly text: string;
  readonly says: readonly Partial<SeenSled>[];
}[] = [
  {
    name: 'omdb db sleds of today',
    kind: 'omdb-sleds',
    text: SLEDS_TODAY,
    says: [
      { serial: 'BRM42220057', address: underlay('fd00:1122:3344:104::1'), policy: 'in_service' },
      {
        serial: '2F8JEXDK',
        address: underlay('fd4d:f531:d8e1:10b::1'),
        isScrimlet: true,
        policy: 'in_service',
      },
      { serial: 'BRM42220001', address: underlay('fd00:1122:3344:101::1'), policy: 'expunged' },
    ],
  },
  {
    name: 'omdb db sleds before policies and blueprints',
    kind: 'omdb-sleds',
    text: `SERIAL      IP                            ROLE ID\nBRM42220057 [fd00:1122:3344:104::1]:12345 -    ${ID}\n`,
    says: [{ serial: 'BRM42220057', address: underlay('fd00:1122:3344:104::1') }],
  },
  {
    name: 'omdb db sled-instances',
    kind: 'omdb-sled-instances',
    text: `Sled 14 (serial: BRM42220081)  sled_id: ${ID}\nINSTANCE_ID PROPOLIS_ID STATE   NAME \n${ID.slice(0, 11)} p-1         running web 1 \n\nSled ??? (serial: BRM42220082)  sled_id: ${ID}\n\nSled 3 (serial: unknown)  sled_id: ${ID}\n`,
    says: [{ serial: 'BRM42220081', cubby: 14 }, { serial: 'BRM42220082' }],
  },
  {
    name: 'pilot sp ls',
    kind: 'pilot-sp-ls',
    text: 'CUBBY SERIAL      TYPE    IMAGE IP\n    0 BRM42220057 gimlet  1.0.2 fe80::aa40:25ff:fe04:1\n   14 2F8JEXDK    cosmo   1.0.2 -\n   15 -           -       -     -\n    1 BRM42220099 sidecar 1.0.2 -\n',
    says: [
      {
        serial: 'BRM42220057',
        cubby: 0,
        address: { text: 'fe80::aa40:25ff:fe04:1', of: 'service processor' },
      },
      { serial: '2F8JEXDK', cubby: 14 },
    ],
  },
  {
    name: 'pages of the API, one behind the other',
    kind: 'oxide-api',
    text: [
      {
        items: [
          {
            id: ID,
            rack_id: RACK,
            slot: 14,
            baseboard: { part: '913-0000019', serial: 'BRM42220036', revision: 6 },
            policy: { kind: 'in_service' },
            state: 'active',
          },
        ],
        next_page: 'x',
      },
      {
        items: [
          {
            id: ID,
            rack_id: RACK,
            baseboard: { part: '913-0000019', serial: 'BRM42220037', revision: 6 },
            policy: { kind: 'expunged' },
            state: 'active',
          },
        ],
        next_page: null,
      },
    ]
      .map((page) => JSON.stringify(page, null, 2))
      .join('\n'),
    says: [
      { serial: 'BRM42220036', cubby: 14, part: '913-0000019', rackUuid: RACK, policy: 'in_service' },
      { serial: 'BRM42220037', part: '913-0000019', rackUuid: RACK, policy: 'expunged' },
    ],
  },
  {
    name: 'the list of the CLI, with a slot that is not known',
    kind: 'oxide-api',
    text: JSON.stringify([
      {
        id: ID,
        rack_id: RACK,
        slot: null,
        baseboard: { part: 'x', serial: 'BRM42220036', revision: 6 },
        state: 'active',
      },
    ]),
    says: [{ serial: 'BRM42220036', rackUuid: RACK }],
  },
  {
    name: 'sled_info.json',
    kind: 'sled-info',
    text: JSON.stringify({ BRM42220036: { cubby: 14, uuid: ID }, BRM42220037: { cubby: null, uuid: null } }),
    says: [{ serial: 'BRM42220036', cubby: 14 }, { serial: 'BRM42220037' }],
  },
  {
    name: 'wicket inventory configured-bootstrap-sleds',
    kind: 'wicket',
    text: JSON.stringify([
      {
        id: { type: 'sled', slot: 14 },
        baseboard_id: { part_number: '913-0000019', serial_number: 'BRM42220036' },
        bootstrap_ip: 'fdb0:a840:2504:1::1',
      },
      {
        id: { type: 'sled', slot: 15 },
        baseboard_id: { part_number: '913-0000019', serial_number: 'BRM42220037' },
        bootstrap_ip: null,
      },
    ]),
    says: [
      {
        serial: 'BRM42220036',
        cubby: 14,
        part: '913-0000019',
        address: { text: 'fdb0:a840:2504:1::1', of: 'bootstrap' },
      },
      { serial: 'BRM42220037', cubby: 15, part: '913-0000019' },
    ],
  },
  {
    name: 'wicket of before, with a baseboard of sled-agent',
    kind: 'wicket',
    text: JSON.stringify([
      {
        id: { type: 'sled', slot: 14 },
        baseboard: { type: 'gimlet', identifier: 'BRM42220036', model: '913-0000019' },
        bootstrap_ip: null,
      },
    ]),
    says: [{ serial: 'BRM42220036', cubby: 14, part: '913-0000019' }],
  },
  {
    name: 'sush --json version, with baseboards as texts and as objects',
    kind: 'sush',
    text: JSON.stringify({
      client: {},
      server: {},
      sleds: [
        { cubby: 14, baseboard: '913-0000019:BRM42220036', version: null },
        { cubby: 15, baseboard: { part: '913-0000023', serial: '2F8JEXDK' }, version: {} },
      ],
    }),
    says: [
      { serial: 'BRM42220036', cubby: 14, part: '913-0000019' },
      { serial: '2F8JEXDK', cubby: 15, part: '913-0000023' },
    ],
  },
  {
    name: 'omdb mgs inventory, whose other tables have serials too',
    kind: 'mgs',
    text: 'ALL CONFIGURED SPs\n\n    TYPE   SLOT IGNITION SP\n    sled   14   ON       yes\n\nSERVICE PROCESSOR STATES\n\n    TYPE   SLOT MODEL       SERIAL      REV HUBRIS   PWR ROT_ACTIVE \n    Sled   14   913-0000019 BRM42220036 6   abcdefab A0  slot A     \n    Switch 0    913-0000006 BRM27230037 6   abcdefab A0  slot A     \n\nCOMPONENTS for Sled 14:\n\n    NAME  STATUS  SERIAL \n    dev-0 Present -      \n',
    says: [{ serial: 'BRM42220036', cubby: 14, part: '913-0000019' }],
  },
  {
    name: 'omdb nexus sleds list-uninitialized',
    kind: 'mgs',
    text: `RACK_ID                              CUBBY SERIAL      PART        REVISION \n${RACK} 14    BRM42220036 913-0000019 6        \n`,
    says: [{ serial: 'BRM42220036', cubby: 14, part: '913-0000019', rackUuid: RACK }],
  },
  {
    name: "a service processor's state in JSON",
    kind: 'mgs',
    text: JSON.stringify({
      serial_number: 'BRM42220036',
      model: '913-0000019',
      revision: 6,
      power_state: 'A0',
    }),
    says: [{ serial: 'BRM42220036', part: '913-0000019' }],
  },
  {
    name: "OpenSSH's configuration",
    kind: 'ssh-config',
    text: 'Host jump\n  HostName jump.example\nHost sled14 BRM42220051\n  HostName fd00:1122:3344:10f::1\n  ProxyJump ada@jump\nHost sled*\n  User root\nMatch host x\n  HostName y\n',
    says: [
      { name: 'sled14', hostName: 'sled14', address: underlay('fd00:1122:3344:10f::1') },
      { name: 'BRM42220051', hostName: 'BRM42220051', address: underlay('fd00:1122:3344:10f::1') },
    ],
  },
];

describe('a source', () => {
  it.each(TEXTS)('reads $name, and is told by its text', ({ kind, text, says }) => {
    expect(guessKind(text)).toEqual({ status: 'one', kind });
    expect(sledsOf(kind, text)).toEqual(says);
    expect(SOURCES[kind].read(text).doubts).toEqual([]);
  });

  it.each(TEXTS)(
    'reads $name with colors, CRLF and notes on standard error as without',
    ({ kind, text, says }) => {
      const dressed = `WARN: something else\r\n${text.split('\n').join('\r\n')}`.replace(
        /(BRM\d+)/,
        '\u001b[1m$1\u001b[0m',
      );
      const plain = plainText(dressed);
      expect(guessKind(plain)).toEqual({ status: 'one', kind });
      expect(sledsOf(kind, plain)).toEqual(says);
    },
  );

  it.each(SOURCE_NAMES)('of kind %s never throws and reads no sled of a text of another kind', (kind) => {
    for (const { kind: other, text } of TEXTS) {
      const { sleds } = SOURCES[kind].read(text);
      if (other !== kind) expect(sleds, `${kind} reads ${other}`).toEqual([]);
    }
    for (const text of ['', '\n', '[]', '{}', '{"sleds":3}', '[[[', '\u0000'.repeat(50), '|||\n---\n'])
      SOURCES[kind].read(text);
  });
});

describe('what may not be whole', () => {
  it('is any text that ends within a line, of which nothing is read that the whole text does not say', () => {
    const position = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), position, ({ kind, text, says }, at) => {
        const known = says.map(({ serial, name, cubby, address }) => [
          serial,
          name,
          cubby,
          address?.of === 'sled' ? address.text : undefined,
        ]);
        for (const { serial, name, cubby, address } of sledsOf(
          kind,
          text.slice(0, Math.floor(at * text.length)),
        )) {
          const told = address?.of === 'sled' ? address.text : undefined;
          // A file of ssh that ends early has a host without its address: what it says is true.
          const is = known.some(
            ([s, n, c, a]) =>
              s === serial &&
              n === name &&
              c === cubby &&
              (a === told || (kind === 'ssh-config' && told === undefined)),
          );
          expect(is || name === 'jump', `${serial ?? name} ${told ?? ''}`).toBe(true);
        }
      }),
      runs(150, 20_000),
    );
  });

  it('is a table at the limit of omdb, in its number of rows or by its own words', () => {
    const row = (n: number) =>
      `BRM4222${String(n).padStart(4, '0')} [fd00:1122:3344:${n.toString(16).padStart(3, '0')}::1]:12345 -    ${ID}`;
    const table = (rows: number) =>
      [
        'SERIAL      IP                            ROLE ID',
        ...Array.from({ length: rows }, (_, n) => row(n + 256)),
        '',
      ].join('\n');
    expect(SOURCES['omdb-sleds'].read(table(499)).doubts).toEqual([]);
    expect(SOURCES['omdb-sleds'].read(table(500)).doubts).toEqual([
      expect.stringContaining('500 rows exactly'),
    ]);
    const said = SOURCES['omdb-sleds'].read(`WARN: listing sleds: found 3 items (the limit).\n${table(3)}`);
    expect(said.doubts).toEqual([expect.stringContaining('cut')]);
    expect(said.sleds).toHaveLength(3);
  });

  it.each([
    [
      'a row that was cut in its id',
      SLEDS_TODAY.slice(0, SLEDS_TODAY.indexOf(ID) + 20),
      /id of BRM42220057 was cut/,
    ],
    [
      'a row that was cut before its id',
      SLEDS_TODAY.slice(0, SLEDS_TODAY.indexOf('in service')),
      /nothing under ID/,
    ],
    [
      'a row that was cut in its address',
      `${SLEDS_TODAY.slice(0, SLEDS_TODAY.indexOf('104::1]') + 3)}\n`,
      /nothing under ROLE, ID/,
    ],
    ['rows that a mail wrapped', SLEDS_TODAY.replaceAll(/^( BRM.{70})/gm, '$1\n'), /nothing under ID/],
    [
      'a row moved from its headings',
      SLEDS_TODAY.replace(' BRM42220057  [', ' BRM42220057 ['),
      /BRM42220057/,
    ],
  ])('is %s', (_, text, doubt) => {
    expect(SOURCES['omdb-sleds'].read(text).doubts.join('\n')).toMatch(doubt);
  });

  it('is JSON that was cut, and a last page that names another', () => {
    const whole = TEXTS.find(({ name }) => name.startsWith('pages'))?.text ?? '';
    expect(SOURCES['oxide-api'].read(whole.slice(0, -80)).doubts.join()).toMatch(/cut/);
    expect(SOURCES['oxide-api'].read(JSON.stringify({ items: [], next_page: 'x' })).doubts).toEqual([
      'its last page names a next one, which is not here',
    ]);
  });

  it('is a configuration of ssh that includes another', () => {
    expect(SOURCES['ssh-config'].read('Include sleds.conf\nHost a\n  User root\n').doubts).toEqual([
      'line 1 includes sleds.conf, which is not read here: give that file too',
    ]);
  });
});

describe('what is no source', () => {
  it.each([
    [
      'omdb db physical-disks, which does not tell where sleds are (cruc-fleet facts import reads it)',
      ' ID  SERIAL  VENDOR  MODEL  SLED_ID  POLICY  STATE \n',
    ],
    [
      'omdb db instances, which does not tell where sleds are (cruc-fleet facts import reads it)',
      'ID  STATE   INTENT  PROPOLIS_ID SLED_ID HOST_SERIAL NAME \n',
    ],
    [
      'omdb-sleds, whose lines a terminal wrapped: write it to a file',
      SLEDS_TODAY.replaceAll(/^(.{60})(.+)$/gm, '$1\n$2'),
    ],
  ])('is %s, which is told', (looksLike, text) => {
    expect(guessKind(text)).toEqual({ status: 'none', looksLike });
  });
});

describe('a text without end', () => {
  it('is read in time that grows with its length', () => {
    const header = `${SLEDS_TODAY.split('\n')[1] ?? ''}\n`;
    const row = `${SLEDS_TODAY.split('\n')[2] ?? ''}\n`;
    expect(SOURCES['omdb-sleds'].read(header + row.repeat(4_000)).sleds).toHaveLength(4_000);
    for (const kind of SOURCE_NAMES) SOURCES[kind].read(`${'[{'.repeat(5_000)}${' '.repeat(10_000)}`);
  });
});

describe('docs/inventory.md', () => {
  const document = readFileSync(new URL('../../docs/inventory.md', import.meta.url), 'utf8');

  it.each(SOURCE_NAMES)('says what kind %s is', (kind) => {
    expect(document).toMatch(new RegExp(`^\\| \`${kind}\` \\| .+ \\| .+ \\|$`, 'm'));
  });

  it('says what each state of a live check means, as help does', () => {
    for (const [state, meaning] of Object.entries(DRIFT_STATES))
      expect(document).toContain(`| \`${state}\` | ${meaning} |`);
  });
});
