import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JoinSource } from '../../src/import/join.ts';
import { parse, rack3 } from '../inventory/support/fixtures.ts';
import { runs } from '../support/sized.ts';
import { importInto, seen, underlay } from './support.ts';

const serialOf = (n: number): string => `BRM422200${String(n).padStart(2, '0')}`;
const hostOf = (n: number): string => `fd00:1122:3344:${(n + 257).toString(16)}::1`;

/** A source of some sleds, with all that is true of them. */
function all(numbers: readonly number[], label = 'all'): JoinSource {
  return {
    label,
    sleds: numbers.map((n) => seen({ serial: serialOf(n), cubby: n, address: underlay(hostOf(n)) })),
  };
}

const A = serialOf(14);

describe('an import', () => {
  it('makes an inventory where there is none', () => {
    const { text } = importInto(
      null,
      [all([3]), { label: 'pilot', sleds: [seen({ serial: A, cubby: 14 })] }],
      { rack: 'west' },
    );
    expect(text.split('\n').slice(1)).toEqual([
      'version: 1',
      'racks:',
      '  - id: west',
      '    sleds:',
      `      - { cubby: 3, serial: ${serialOf(3)}, host: '${hostOf(3)}' } # all`,
      `      # no address known: { cubby: 14, serial: ${A} }`,
      '',
    ]);
    expect(parse(text).targets).toHaveLength(1);
  });

  it('adds to entries what they lack, and leaves every comment, key and blank', () => {
    const before = rack3(
      'sleds: # by hand',
      `  - { cubby:   14, host: '${hostOf(14)}', labels: {a: b} }   # spare`,
      '  -  cubby: 15',
      `     host: "${hostOf(15)}"`,
      '     # below',
      'gateways: [g]',
    );
    const { text } = importInto(before, [all([14, 15, 16])]);
    expect(text).toBe(
      rack3(
        'sleds: # by hand',
        `  - { cubby:   14, host: '${hostOf(14)}', labels: {a: b}, serial: ${A} }   # spare`,
        '  -  cubby: 15',
        `     host: "${hostOf(15)}"`,
        `     serial: ${serialOf(15)}`,
        `  - { cubby: 16, serial: ${serialOf(16)}, host: '${hostOf(16)}' } # all`,
        '     # below',
        'gateways: [g]',
      ),
    );
  });

  it('puts an address in the place of the comment that said there is none', () => {
    const pilot = { label: 'pilot', sleds: [seen({ serial: A, cubby: 14 })] };
    const first = importInto(
      rack3(`sleds: [{ cubby: 3, host: h }]`).replace(
        '[{ cubby: 3, host: h }]',
        '\n      - { cubby: 3, host: h }',
      ),
      [pilot],
    );
    expect(first.text).toContain(`# no address known: { cubby: 14, serial: ${A} }`);
    expect(importInto(first.text, [pilot]).text).toBe(first.text);
    const second = importInto(first.text, [pilot, all([14])]);
    expect(second.text).not.toContain('no address known');
    expect(second.text).toContain(`serial: ${A}, host: '${hostOf(14)}'`);
  });

  it('changes a value only where it was chosen, in its place', () => {
    const before = rack3(
      `sleds: [{ cubby: 15, serial: ${A}, host: '${hostOf(14)}' }, { cubby: 1, host: one }]`,
    );
    const { contradictions, text } = importInto(before, [all([14])]);
    expect(contradictions.map(({ id }) => id)).toEqual([`${A}.cubby`]);
    expect(text).toBe(before);
    expect(importInto(before, [all([14])], { choose: { [`${A}.cubby`]: '14' } }).text).toBe(
      before.replace('cubby: 15', 'cubby: 14'),
    );
  });

  it('hands the entry of a sled that was replaced to the one in its place, with its labels', () => {
    const before = rack3(`sleds: [{ cubby: 14, serial: BRM42229999, host: 'fd00::9', labels: { a: b } }]`);
    const { contradictions } = importInto(before, [all([14])]);
    expect(contradictions).toMatchObject([{ id: '3/14.serial' }]);
    const { text, plan } = importInto(before, [all([14])], { choose: { '3/14.serial': A } });
    expect(plan.byHand).toEqual([]);
    expect(text).toBe(rack3(`sleds: [{ cubby: 14, serial: ${A}, host: '${hostOf(14)}', labels: { a: b } }]`));
  });

  it('takes no address of the former sled for that of the one in its place', () => {
    const before = rack3(`sleds: [{ cubby: 14, serial: BRM42229999, host: 'fd00::9' }]`);
    const pilot = { label: 'pilot', sleds: [seen({ serial: A, cubby: 14 })] };
    const { text, plan } = importInto(before, [pilot], { choose: { '3/14.serial': A } });
    expect(text).toBe(before);
    expect(plan.byHand).toEqual([expect.stringContaining('3/BRM42229999')]);
  });

  it('keeps a name that a person wrote for a host, whatever address others say', () => {
    const before = rack3(`sleds: [{ cubby: 14, serial: ${A}, host: sled14 }]`);
    expect(importInto(before, [all([14])])).toMatchObject({ contradictions: [], text: before });
  });

  it('corrects a pattern by entries, under sleds that are there or new', () => {
    const pattern = `pattern: { cubbies: 0-15, host: 'fd00:1122:3344:{cubby+0x101:x}::1' }`;
    const { text } = importInto(rack3(pattern), [all([14, 15])]);
    expect(text).toBe(
      rack3(
        pattern,
        'sleds:',
        `  - { cubby: 14, serial: ${A} }`,
        `  - { cubby: 15, serial: ${serialOf(15)} }`,
      ),
    );
    expect(importInto(text, [all([13, 14])]).text).toContain(`- { cubby: 13, serial: ${serialOf(13)} }`);
  });

  it('adds a rack behind the others, and the id of one in the control plane to it', () => {
    const before = rack3('sleds: [{ cubby: 3, host: h }]');
    expect(importInto(before, [all([14])], { rack: 'west' }).text).toBe(
      `${before}  - id: west\n    sleds:\n      - { cubby: 14, serial: ${A}, host: '${hostOf(14)}' } # all\n`,
    );
  });

  it('says what entries it cannot settle', () => {
    const two = rack3(`sleds: [{ cubby: 14, host: a }, { serial: ${A}, host: b }]`);
    expect(importInto(two, [all([14])]).plan.byHand).toEqual([expect.stringContaining('are one sled')]);
    const moved = `${rack3(`sleds: [{ serial: ${A}, host: a }]`)}  - id: 4\n    rack_uuid: 5e7a3c1d-9f42-4b0e-8c55-2d6f0a91b3c7\n    sleds: [{ cubby: 1, host: c }]\n`;
    const api = {
      label: 'api',
      sleds: [seen({ serial: A, rackUuid: '5e7a3c1d-9f42-4b0e-8c55-2d6f0a91b3c7' })],
    };
    expect(importInto(moved, [api]).contradictions).toMatchObject([{ id: `${A}.rack` }]);
    expect(importInto(moved, [api], { choose: { [`${A}.rack`]: '4' } }).plan.byHand).toEqual([
      expect.stringContaining('move its entry'),
    ]);
  });

  it('loses no line, reads again, and changes nothing the second time, in files of any style', () => {
    fc.assert(
      fc.property(styledInventory(), sledNumbers(), sledNumbers(), (before, first, second) => {
        const sources = [all(first, 'first'), all(second, 'second')];
        const { text, contradictions, plan } = importInto(before, sources);
        expect(contradictions).toEqual([]);
        expect(plan.byHand).toEqual([]);
        const comments = (each: string) => each.match(/#.*$/gm) ?? [];
        for (const comment of comments(before)) expect(comments(text)).toContain(comment);
        for (const key of before.match(/\bkept\d+: \w+/g) ?? []) expect(text).toContain(key);
        const known = new Set(parse(text).targets.map(({ sled }) => sled.serial));
        for (const n of [...first, ...second]) expect(known).toContain(serialOf(n));
        expect(importInto(text, sources).text).toBe(text);
        expect(text.includes('\r\n') ? text.replaceAll('\r\n', '') : '').not.toContain('\n');
      }),
      runs(20, 2000),
    );
  });
});

function sledNumbers(): fc.Arbitrary<readonly number[]> {
  return fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 });
}

/** Inventories of one truth: entries in blocks or on a line, some values left out, comments, labels, line ends. */
function styledInventory(): fc.Arbitrary<string> {
  const entry = fc.record({
    n: fc.integer({ min: 0, max: 9 }),
    style: fc.constantFrom('flow', 'block', 'wide'),
    lacks: fc.constantFrom('nothing', 'serial', 'cubby'),
    comment: fc.boolean(),
  });
  return fc
    .tuple(
      fc.uniqueArray(entry, { minLength: 1, maxLength: 5, selector: ({ n }) => n }),
      fc.constantFrom('block', 'flow', 'indentless'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(([entries, list, lineEnd, endsOpen]) => {
      const drawn = entries.map(({ n, style, lacks, comment }) => {
        const pairs = [
          ...(lacks === 'cubby' ? [] : [`cubby: ${n}`]),
          ...(lacks === 'serial' ? [] : [`serial: "${serialOf(n)}"`]),
          `labels: { kept${n}: yes }`,
          `host: '${hostOf(n)}'`,
        ];
        const said = comment ? ` # comment ${n}` : '';
        if (list === 'flow') return [`{ ${pairs.join(', ')} }`];
        if (style === 'block')
          return [
            `- ${pairs[0]}${said}`,
            ...pairs.slice(1).map((pair) => `  ${pair}`),
            ...(comment ? ['  # under it'] : []),
          ];
        return [style === 'flow' ? `- { ${pairs.join(', ')} }${said}` : `-   {${pairs.join(' , ')}}${said}`];
      });
      const indent = list === 'indentless' ? '' : '  ';
      const lines =
        list === 'flow'
          ? [`sleds: [${drawn.flat().join(', ')}] # all of them`]
          : ['sleds:', ...drawn.flat().map((line) => indent + line)];
      const text = rack3('# of the rack', ...lines, 'labels: { kept99: yes }').replaceAll('\n', lineEnd);
      return endsOpen ? text.slice(0, -lineEnd.length) : text;
    });
}
