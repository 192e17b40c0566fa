import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/report-schema.ts';
import { withRack } from '../support/rack.ts';

interface Report {
  readonly rows: readonly {
    readonly sled: string;
    readonly state: string;
    readonly says: string | null;
    readonly part: string | null;
    readonly details: string | null;
    readonly note?: string | null;
  }[];
  readonly findings: readonly { readonly rule: string; readonly sled: string; readonly message: string }[];
  readonly sleds: readonly {
    readonly serial: string;
    readonly host_name?: string;
    readonly warnings?: readonly string[];
  }[];
}

const read = (text: string): Report => JSON.parse(text);

/** `0`: a sled of the rack by its serial. */
const serial = (cubby: number): string => `BRM4222${String(cubby).padStart(4, '0')}`;

const ID = '0c7011f7-1111-4222-8333-444455556666';

describe('inventory check --live', () => {
  const rack = withRack({ isWarm: true, sledsPerRack: 4, propolisPerSled: 1, swapped: [['3/1', '3/2']] });
  const live = async (...words: readonly string[]) =>
    await rack.run(['inventory', 'check', '--live', ...words]);
  const put = (name: string, text: string): string => {
    writeFileSync(join(rack.folder, name), text);
    return join(rack.folder, name);
  };

  it('says which sleds stand in another place, and which are the ones that the inventory says', async () => {
    const { status, stdout } = await live('-o', 'json');
    expect(status).toBe(1);
    expect(schemaErrors(JSON.parse(stdout))).toEqual([]);
    const report = read(stdout);
    expect(
      report.rows.map(({ sled, state, says, part, details }) => [sled, state, says, part, details]),
    ).toEqual([
      [`3/${serial(0)}`, 'same', serial(0), '913-0000019', null],
      [`3/${serial(1)}`, 'other_sled', serial(2), '913-0000019', `3/${serial(2)} in the inventory`],
      [`3/${serial(2)}`, 'other_sled', serial(1), '913-0000019', `3/${serial(1)} in the inventory`],
      [`3/${serial(3)}`, 'same', serial(3), '913-0000019', null],
    ]);
    expect(report.findings.map(({ rule, sled }) => [rule, sled])).toEqual([
      ['other_sled', `3/${serial(1)}`],
      ['other_sled', `3/${serial(2)}`],
    ]);
    const truth = rack.simulation.truth().sleds.map((sled) => sled.answers_as ?? sled.serial);
    expect(report.rows.map(({ says }) => says)).toEqual(truth);
  });

  it('ends with 0 where nothing differs, and with 3 where a sled does not answer', async () => {
    expect(await live('--sled', '0,3')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/STATE +SAYS/),
    });
    await rack.simulation.setFault('3/3', 'refused');
    const { status, stdout } = await live();
    expect(status).toBe(3);
    expect(stdout).toContain(`no answer from 3/${serial(3)} (cubby 3)`);
    await rack.simulation.setFault('3/3', null);
  });

  it('says what sources know and the inventory does not, and what they say otherwise', async () => {
    const row = (name: string, subnet: string) => `${name} [fd00:1122:3344:${subnet}::1]:12345 -    ${ID}\n`;
    const sleds = put(
      'sleds.txt',
      `SERIAL      IP                            ROLE ID\n${row(serial(0), '101')}${row('BRM44220099', '1ff')}`,
    );
    const sps = put('sps.txt', `CUBBY SERIAL      TYPE   IMAGE IP\n    9 ${serial(0)} gimlet 1.0.2 -\n`);
    const { status, stdout } = await live('--sled', '0,3', '--from', 'omdb-sleds', sleds, sps, '-o', 'json');
    expect(status).toBe(1);
    expect(schemaErrors(JSON.parse(stdout))).toEqual([]);
    expect(read(stdout).rows.map(({ sled, state, details }) => [sled, state, details])).toEqual([
      ['?/BRM44220099', 'not_in_inventory', `fd00:1122:3344:1ff::1 in ${sleds}`],
      [
        `3/${serial(0)}`,
        'differs',
        expect.stringContaining(`${serial(0)} (cubby 9) in ${sps}, cubby 0 in the inventory`),
      ],
      [`3/${serial(3)}`, 'not_in_sources', null],
    ]);
    const cut = put(
      'cut.txt',
      `SERIAL      IP                            ROLE ID\n${row(serial(0), '101').slice(0, -9)}`,
    );
    expect((await live('--sled', '0', '--from', cut)).status).toBe(3);
  });

  it('is needed for what visits sleds', async () => {
    expect(await rack.run(['inventory', 'check', '-o', 'json'])).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('goes with --live'),
    });
    expect((await rack.run(['inventory', 'check'])).status).toBe(0);
  });

  it('is not needed for ds-state to mark the rows of another sled, in every format', async () => {
    const { stdout, stderr } = await rack.run(['ds-state', '-o', 'json']);
    expect(schemaErrors(JSON.parse(stdout))).toEqual([]);
    const { rows, findings, sleds } = read(stdout);
    const marked = rows.map(({ sled, note }) => [sled, note?.includes('answered by') === true]);
    expect(new Set(marked.filter(([, is]) => is).map(([sled]) => sled))).toEqual(
      new Set([`3/${serial(1)}`, `3/${serial(2)}`]),
    );
    expect(
      marked
        .filter(([, is]) => !is)
        .every(([sled]) => sled === `3/${serial(0)}` || sled === `3/${serial(3)}`),
    ).toBe(true);
    expect(findings.filter(({ rule }) => rule === 'other_sled').map(({ message }) => message)).toEqual([
      `3/${serial(1)} is ${serial(1)} in the inventory, and the sled that answered is called ${serial(2)}`,
      `3/${serial(2)} is ${serial(2)} in the inventory, and the sled that answered is called ${serial(1)}`,
    ]);
    expect(sleds.map(({ host_name: name }) => name)).toEqual([serial(0), serial(2), serial(1), serial(3)]);
    expect(stderr).toContain('another sled answered');
  });
});
