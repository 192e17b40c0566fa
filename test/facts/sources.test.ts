import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/facts/fact.ts';
import { readFactText } from '../../src/facts/read-facts.ts';
import { FACT_SOURCE_NAMES, FACT_SOURCES } from '../../src/facts/sources/index.ts';
import { networkOf } from '../../src/facts/values.ts';

const id = (n: number): string => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`;
const [U, V, I, P, X, Y] = [1, 2, 3, 4, 5, 6].map(id) as [string, string, string, string, string, string];

function read(text: string): {
  readonly kind: string;
  readonly facts: readonly Fact[];
  readonly issues: readonly string[];
} {
  const found = readFactText(text, null);
  if ('wrong' in found) throw new Error(found.wrong);
  return found;
}

const UUID = ' '.repeat(34);

/** As omdb prints it, with a read-only parent of two levels and a region of which the database has a stand-in. */
const DISKS_INFO = `HOST_SERIAL DISK_NAME INSTANCE_NAME PROPOLIS_ZONE                                            VOLUME_ID                            DISK_STATE IMPORT_ADDRESS READONLY 
BRM00000001 boot-1    web-1         oxz_propolis-server_${P} ${V} attached   -              false    
HOST_SERIAL REGION                               DATASET                              PHYSICAL_DISK                        
BRM00000007 ${id(71)} ${id(72)} ${id(73)} 
BRM00000009 ${id(91)} ${id(92)} ${id(93)} 
VCR from volume ID ${V}
ID${UUID} BS  SUB_VOLUMES READ_ONLY_PARENT 
${U} 512 1           true             

SUB VOLUME 0
    ID${UUID} BS  BPE    EC  GENERATION READ_ONLY 
    ${U} 512 131072 160 4          false     
    [fd00:1122:3344:101::13]:19011
    [fd00:1122:3344:103::9]:19004
    [fd00:1122:3344:10b::7]:19000

READ ONLY PARENT:
    ID${UUID} BS  SUB_VOLUMES READ_ONLY_PARENT 
    ${X} 512 1           false            

    SUB VOLUME 0
        ID${UUID} BS  BPE    EC GENERATION READ_ONLY 
        ${Y} 512 131072 32 1          true      
        [fd00:1122:3344:105::8]:19002
        [fd00:1122:3344:106::8]:19002
        [fd00:1122:3344:107::8]:19002

`;

describe('omdb db disks info', () => {
  it('gives targets in index order, regions without one, and the parent as of the same disk', () => {
    const { kind, facts, issues } = read(DISKS_INFO);
    expect([kind, issues]).toEqual(['disks-info', []]);
    expect(facts.map(({ kind: each }) => each)).toEqual(['disk', 'region', 'region', 'upstairs', 'upstairs']);
    expect(facts[0]).toMatchObject({
      id: U,
      name: 'boot-1',
      instanceName: 'web-1',
      volume: V,
      hasParent: true,
    });
    expect(facts[1]).toMatchObject({ id: id(71), dataset: id(72), disk: U, sledSerial: 'BRM00000007' });
    expect(facts[3]).toMatchObject({
      id: U,
      disk: U,
      isParent: false,
      extents: 160,
      generation: 4,
      targets: [
        '[fd00:1122:3344:101::13]:19011',
        '[fd00:1122:3344:103::9]:19004',
        '[fd00:1122:3344:10b::7]:19000',
      ],
    });
    expect(facts[4]).toMatchObject({ id: Y, disk: U, isParent: true, extents: 32 });
  });

  it('of older releases is read too: GEN, and a zone that is named after the dataset', () => {
    const old = DISKS_INFO.replaceAll('GENERATION', 'GEN       ')
      .replace('DATASET                             ', `ZONE${' '.repeat(45)}`)
      .replace(id(72), `oxz_crucible_${id(72)}`)
      .replace(id(92), `oxz_crucible_${id(92)}`);
    const { facts, issues } = read(old);
    expect(issues).toEqual([]);
    expect(facts[1]).toMatchObject({ kind: 'region', dataset: id(72), physicalDisk: id(73) });
    expect(facts[3]).toMatchObject({ kind: 'upstairs', extents: 160, generation: 4 });
  });

  it('says what is missing where it was cut, and takes nothing of a half region', () => {
    const cut = DISKS_INFO.slice(0, DISKS_INFO.indexOf('    [fd00:1122:3344:103::9]'));
    const { facts, issues } = read(cut);
    expect(facts.some(({ kind }) => kind === 'upstairs')).toBe(false);
    expect(issues.join('\n')).toContain(`upstairs ${U} has 1 targets`);
  });

  it('may come several times in one text, with notes of standard error in it', () => {
    const two = `note: database URL not specified\n${DISKS_INFO}${DISKS_INFO.replaceAll(U, id(11)).replaceAll(V, id(12))}`;
    const { facts, issues } = read(two);
    expect(issues).toEqual([]);
    expect(facts.flatMap((fact) => (fact.kind === 'disk' ? [fact.id] : []))).toEqual([U, id(11)]);
  });
});

describe('a source', () => {
  it('leaves out what was deleted, and what has no upstairs', () => {
    const datasets = [
      `ID${UUID} |TIME_DELETED               |POOL_ID${' '.repeat(30)}|ADDRESS                       |SIZE_USED `,
      `${'-'.repeat(37)}+${'-'.repeat(27)}+${'-'.repeat(37)}+${'-'.repeat(31)}+----------`,
      `${id(1)} |                           |${id(2)} |[fd00:1122:3344:103::9]:32345 |1 `,
      `${id(3)} |2026-08-01 00:54:47.4 UTC  |${id(4)} |[fd00:1122:3344:103::a]:32345 |1 `,
    ].join('\n');
    expect(read(`${datasets}\n`)).toEqual({
      kind: 'crucible-dataset-list',
      facts: [{ kind: 'dataset', id: id(1), pool: id(2), address: 'fd00:1122:3344:103::9' }],
      issues: [],
    });
    const disks = [
      `ID${UUID} SIZE   TYPE     STATE    NAME   ATTACHED_TO `,
      `${U} 10 GiB crucible attached boot-1 ${I} `,
      `${V} 10 GiB local    attached boot-2 - `,
    ].join('\n');
    expect(read(`${disks}\n`).facts).toMatchObject([{ id: U, size: 10 * 1024 ** 3, instance: I }]);
  });

  it('says that a table at the limit, or one that says so itself, may be cut', () => {
    const head = `REGION_ID${' '.repeat(28)}STATE   BLOCK_SIZE EXTENT_SIZE EXTENT_COUNT PORT  \n`;
    const row = (n: number): string =>
      `${id(n)} created 512        131072      160          ${19_000 + n} \n`;
    const rows = Array.from({ length: 500 }, (_, n) => row(n)).join('');
    expect(read(head + rows).issues.join()).toContain('500 rows exactly');
    expect(
      read(`${head}WARN: listing regions: found 500 items (the limit)\n${row(1)}`).issues.join(),
    ).toContain('it says itself that it was cut');
    expect(read(head + row(1).slice(0, 20)).issues.join()).toContain('nothing under');
  });

  it('is told from every other by its headings or keys, and says what is nearest', () => {
    expect(readFactText('', null)).toEqual({ wrong: 'empty' });
    expect(readFactText('ds-state\n', null)).toEqual({
      wrong: expect.stringContaining('the kinds are disks-list'),
    });
    expect(readFactText(DISKS_INFO, 'sleds')).toEqual({
      wrong: 'not sleds, which has the headings SERIAL, IP, ROLE and ID: it looks like disks-info',
    });
    const part = DISKS_INFO.slice(DISKS_INFO.indexOf('HOST_SERIAL REGION'));
    expect(readFactText(part, null)).toEqual({
      wrong: expect.stringContaining('a part of omdb db disks info, whose first table is missing'),
    });
  });

  it('says of a part what it is a part of', () => {
    const disks = `{"items":[{"id":"${V}","name":"boot","size":1,"state":{"state":"attached"},"project_id":"${P}","block_size":512,"device_path":"/mnt/boot"},{"id":"${V}","na`;
    const wrongOf = (text: string) => readFactText(text, null);
    expect(wrongOf(disks)).toEqual({
      wrong: expect.stringContaining('it looks like api-disks that was cut'),
    });
    expect(wrongOf('{"a":[1,2')).toEqual({
      wrong: expect.stringContaining('it looks like JSON that was cut'),
    });
    expect(wrongOf('{"schema":"cruc-fleet/report/v1"}')).toEqual({
      wrong: expect.stringContaining('it looks like a report of cruc-fleet itself'),
    });
    const wrapped = 'ID  SIZE   TYPE     STATE    NAME   ATTA\nCHED_TO\n';
    expect(wrongOf(wrapped)).toEqual({ wrong: expect.stringContaining('whose lines a terminal wrapped') });
  });

  it('never throws, whatever a text holds', () => {
    const line = fc.constantFrom(
      ...DISKS_INFO.split('\n'),
      '{"type":"volume","sub_volumes":[{}]}',
      '{"volume_info":{}}',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 30 }), (lines) => {
        for (const name of FACT_SOURCE_NAMES) FACT_SOURCES[name].read(lines.join('\n'));
        readFactText(lines.join('\n'), null);
      }),
      { numRuns: 60 },
    );
  });
});

describe('networkOf', () => {
  it.each([
    ['fd00:1122:3344:103::9', 'fd00:1122:3344:103'],
    ['fd00:1122:3344:0103:0:0:0:9', 'fd00:1122:3344:103'],
    ['fd00::9', 'fd00:0:0:0'],
    ['nonsense', null],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
