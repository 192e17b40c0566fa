import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Surroundings } from '../../src/cli/surroundings.ts';
import { run, startProgram, type Ended } from '../support/run-program.ts';

const ID = '0c7011f7-1111-4222-8333-444455556666';
const RACK = '5e7a3c1d-9f42-4b0e-8c55-2d6f0a91b3c7';
const SLEDS = `SERIAL      IP                            ROLE     ID\nBRM42220057 [fd00:1122:3344:104::1]:12345 -        ${ID}\nBRM42220051 [fd00:1122:3344:10b::1]:12345 scrimlet ${ID}\n`;
const SPS =
  'CUBBY SERIAL      TYPE   IMAGE IP\n    3 BRM42220057 gimlet 1.0.2 fe80::1\n   14 BRM42220051 gimlet 1.0.2 fe80::2\n';
const API = JSON.stringify([
  {
    id: ID,
    rack_id: RACK,
    slot: 15,
    baseboard: { part: '913-0000019', serial: 'BRM42220051' },
    state: 'active',
  },
]);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cruc-fleet-import-'));
  put('sleds.txt', SLEDS);
  put('sps.txt', SPS);
  put('api.json', API);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const got = (name = 'inventory.yaml'): string => readFileSync(join(folder, name), 'utf8');

async function inventory(words: string, change: Partial<Surroundings> = {}): Promise<Ended> {
  return await run(['inventory', ...words.split(' ')], { cwd: folder, home: folder, ...change });
}

/** A person who gives these answers, and then nothing more. */
function answering(...answers: readonly string[]): {
  readonly ask: NonNullable<Surroundings['ask']>;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const left = [...answers];
  return {
    asked,
    ask: async (question) => {
      asked.push(question);
      return left.shift() ?? null;
    },
  };
}

describe('inventory import', () => {
  it('shows what it would write, and writes it where it is told to', async () => {
    const dry = await inventory('import sleds.txt sps.txt --rack 3');
    expect(dry).toMatchObject({
      status: 0,
      stdout: expect.stringContaining(
        "+      - { cubby: 3, serial: BRM42220057, host: 'fd00:1122:3344:104::1' } # omdb-sleds, pilot-sp-ls",
      ),
    });
    expect(dry.stderr).toContain('2 sleds added, 0 entries changed; nothing was written: --write writes it');
    expect(readdirSync(folder)).not.toContain('inventory.yaml');
    expect((await inventory('import sleds.txt sps.txt --rack 3 --write')).status).toBe(64);
    expect((await inventory('import sleds.txt sps.txt --rack 3 --write --yes')).status).toBe(0);
    expect((await inventory('check')).stdout).toContain('rack 3: 2 sleds 3/[3,14]');
    const again = await inventory('import sps.txt sleds.txt --rack 3 --write --yes');
    expect(again).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('nothing to change'),
    });
  });

  it('takes kinds, standard input, and the rest of the table from both', async () => {
    const ended = await inventory('import --from omdb-sleds - pilot-sp-ls sps.txt --rack 3 --write --yes', {
      readStdin: async () => Buffer.from(`note: x\r\n${SLEDS.replaceAll('\n', '\r\n')}`),
    });
    expect(ended.status).toBe(0);
    expect(got()).toContain('cubby: 14, serial: BRM42220051');
  });

  it('asks for the rack of the control plane once, and keeps it', async () => {
    const refused = await inventory('import api.json sleds.txt');
    expect(refused).toMatchObject({
      status: 64,
      stderr: expect.stringContaining(`say it with --rack ID=${RACK}`),
    });
    const person = answering('west wing', 'west', 'west', 'yes');
    expect((await inventory('import api.json sleds.txt --write', person)).status).toBe(0);
    expect(person.asked.map((question) => question.split(/[.?] /)[0])).toEqual([
      `Which rack of the inventory is rack_id ${RACK}`,
      `Which rack of the inventory is rack_id ${RACK}`,
      'No source tells in which rack BRM42220057 is',
      expect.stringContaining('2 sleds added'),
    ]);
    expect(got()).toContain(`  - id: west\n    rack_uuid: ${RACK}\n`);
    expect(await inventory('import api.json')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('nothing to change'),
    });
  });

  it('refuses what contradicts off a terminal, and says what would decide it', async () => {
    const ended = await inventory('import api.json sps.txt sleds.txt --rack 3 --write --yes');
    expect(ended).toMatchObject({ status: 78, stdout: '' });
    expect(ended.stderr).toBe(
      "cruc-fleet: BRM42220051.cubby: 14 (sps.txt) or 15 (api.json)\ncruc-fleet: nothing is written until each is decided: --choose 'BRM42220051.cubby=15' chooses one, or run it on a terminal\n",
    );
    expect(readdirSync(folder)).not.toContain('inventory.yaml');
    expect(
      (
        await inventory(
          'import api.json sps.txt sleds.txt --rack 3 --write --yes --choose BRM42220051.cubby=14',
        )
      ).status,
    ).toBe(0);
    expect((await inventory('import sps.txt --choose BRM42220051.cubby=14')).status).toBe(64);
    expect(
      (await inventory('import api.json sps.txt --rack 3 --choose BRM42220051.cubby=9')).stderr,
    ).toContain('9, which --choose gives, is neither');
    const kept = await inventory('import api.json --rack 3 --keep --write --yes');
    expect(kept.status).toBe(0);
    expect(got()).toContain('cubby: 14, serial: BRM42220051');
  });

  it('asks each question once', async () => {
    const person = answering('3', '1', '3', 'yes');
    expect((await inventory('import api.json sps.txt sleds.txt --write', person)).status).toBe(0);
    expect(person.asked.map((question) => question.split(' ')[0])).toEqual([
      'Which',
      'BRM42220051.cubby:',
      'No',
      '2',
    ]);
  });

  it('takes of a configuration of ssh, beside other sources, only the sleds of these, by the names that it has', async () => {
    put(
      'config',
      'Host forge\n  HostName forge.example\nHost sled3\n  HostName FD00:1122:3344:104:0::1\n  User root\n',
    );
    const { status, stderr } = await inventory('import config sleds.txt sps.txt --rack 3 --write --yes');
    expect(status).toBe(0);
    expect(stderr).toContain('left out: forge: only config has it');
    expect(got()).toContain(
      '{ cubby: 3, serial: BRM42220057, host: sled3 } # omdb-sleds, pilot-sp-ls, ssh-config',
    );
    expect(got()).not.toContain('forge');
    expect((await inventory('import config -i alone.yaml --rack 3 --write --yes')).status).toBe(0);
    expect(got('alone.yaml')).toContain('{ name: forge, host: forge } # ssh-config');
  });

  it('shows no password that stands near to what changes, and keeps it in the file', async () => {
    const before =
      "version: 1\nracks:\n  - id: 3\n    sleds:\n      - { cubby: 1, host: h }\ncheck:\n  mail: { smtp: 'smtps://ada:secret@mx.example' }\n";
    put('inventory.yaml', before);
    const { status, stdout } = await inventory('import sleds.txt --rack 3 --write --yes');
    expect(status).toBe(0);
    expect(stdout).toContain('mx.example');
    expect(stdout).not.toContain('secret');
    expect(got()).toContain('smtps://ada:secret@mx.example');
  });

  it('asks which of two values holds, and writes nothing without an answer', async () => {
    await inventory('import sps.txt sleds.txt --rack 3 --write --yes');
    const before = got();
    expect((await inventory('import api.json --rack 3 --write', answering('9'))).status).toBe(78);
    expect((await inventory('import api.json --rack 3 --write', answering('2', 'no'))).status).toBe(0);
    expect(got()).toBe(before);
    const person = answering('2', 'yes');
    expect((await inventory('import api.json --rack 3 --write', person)).status).toBe(0);
    expect(person.asked[0]).toBe(
      'BRM42220051.cubby: which one holds?\n  1  14  (inventory)\n  2  15  (api.json)\nnumber: ',
    );
    expect(got()).toBe(
      before.replace('cubby: 14', 'cubby: 15').replace('id: 3\n', `id: 3\n    rack_uuid: ${RACK}\n`),
    );
  });

  it('asks about a source that may be cut', async () => {
    put('cut.txt', SLEDS.slice(0, -20));
    expect(await inventory('import cut.txt --rack 3')).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('--partial'),
    });
    expect(await inventory('import cut.txt --rack 3 --partial')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('warning: cut.txt: line 3'),
    });
    put('empty.txt', SLEDS.split('\n', 1).join(''));
    expect(await inventory('import empty.txt --rack 3')).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('empty.txt: it holds no sled'),
    });
    expect((await inventory('import cut.txt --rack 3', answering('no'))).status).toBe(78);
    expect((await inventory('import cut.txt --rack 3', answering('yes'))).status).toBe(0);
  });

  it.each([
    ['import', /nothing to import/],
    ['import nothing.txt', /cannot be read.*nothing\.txt/],
    [
      'import --from pilot-sp-ls sleds.txt',
      /sleds\.txt is not pilot-sp-ls, which has the headings CUBBY.*it looks like omdb-sleds/,
    ],
    ['import --from mgs', /no file follows the kind/],
    ['import - -', /standard input \(-\) can be read once/],
    ['import sleds.txt sleds.txt', /given twice/],
    ['import sleds.txt', /in which rack BRM42220051, BRM42220057 are: say it with --rack ID/],
    ['import sleds.txt --rack 1-2', /allowed is a number/],
    ['import sleds.txt --rack 3=x', /is not a UUID/],
  ])('refuses %s', async (words, said) => {
    const { status, stderr } = await inventory(words);
    expect(stderr).toMatch(said);
    expect(status).toBe(64);
  });

  it('writes no inventory of sleds without addresses, and edits none that is wrong', async () => {
    expect(await inventory('import sps.txt --rack 3 --write --yes')).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('no sled has an address'),
    });
    put('inventory.yaml', 'version: 1\nracks: 3\n');
    expect((await inventory('import sleds.txt --rack 3 --write --yes')).status).toBe(78);
    expect(got()).toBe('version: 1\nracks: 3\n');
  });

  it('keeps the mode of the file and a link to it, and says what it cannot edit', async () => {
    put('real.yaml', 'version: 1\nracks:\n  - { id: 3, sleds: [{ cubby: 1, host: h }] }\n');
    chmodSync(join(folder, 'real.yaml'), 0o640);
    symlinkSync('real.yaml', join(folder, 'inventory.yaml'));
    expect((await inventory('import sleds.txt --rack 3 --write --yes')).status).toBe(0);
    expect(got('real.yaml')).toContain('BRM42220057');
    expect(statSync(join(folder, 'real.yaml')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).not.toContain('real.yaml.new');
    put(
      'alias.yaml',
      'version: 1\nracks:\n  - { id: 4, sleds: &s [{ cubby: 1, host: h }], gateways: [g] }\n  - { id: 3, gateways: [k], sleds: *s }\n',
    );
    const ended = await inventory('import sleds.txt --rack 3 --write --yes -i alias.yaml');
    expect(ended).toMatchObject({ status: 78, stderr: expect.stringContaining('cannot edit') });
    expect(got('alias.yaml')).not.toContain('BRM');
  });

  it('leaves the file as it is at Ctrl-C and where it was changed meanwhile', async () => {
    await inventory('import sps.txt sleds.txt --rack 3 --write --yes');
    const before = got();
    const started = startProgram(['inventory', 'import', 'api.json', '--rack', '3', '--write'], {
      cwd: folder,
      home: folder,
      ask: async (_, signal) =>
        await new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(null));
          started.interrupt();
        }),
    });
    expect(await started.ended).toMatchObject({
      status: 130,
      stderr: expect.stringContaining('nothing was written'),
    });
    expect(got()).toBe(before);
    const meddling = answering('2', 'yes');
    const ended = await inventory('import api.json --rack 3 --write', {
      ask: async (question, signal) => {
        put('inventory.yaml', `${before}# mine\n`);
        return await meddling.ask(question, signal);
      },
    });
    expect(ended).toMatchObject({ status: 78, stderr: expect.stringContaining('was changed meanwhile') });
    expect(got()).toBe(`${before}# mine\n`);
  });
});

describe('inventory init', () => {
  it('makes a guess of a prefix that an import corrects, where it is told to take what the sources say', async () => {
    await inventory('init --rack 3 --cubbies 0-15 --address-prefix fd00:1122:3344:1f1::/64');
    expect((await inventory('import sleds.txt sps.txt --rack 3 --write --yes')).status).toBe(78);
    expect((await inventory('import sleds.txt sps.txt --rack 3 --take --keep')).status).toBe(64);
    expect((await inventory('import sleds.txt sps.txt --rack 3 --write --yes --take')).status).toBe(0);
    expect(got()).toContain("  - { cubby: 14, serial: BRM42220051, host: 'fd00:1122:3344:10b::1' }");
    expect((await inventory('check')).stdout).toContain('rack 3: 16 sleds 3/[0-15]');
  });

  it('writes a rack of what its options say, says what it takes for granted, and never overwrites', async () => {
    const words = 'init --rack 3 --address-prefix fd00:1122:3344:101::/64 --gateway root@g';
    expect(await inventory(words)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('Which cubby has which /64 is not known'),
    });
    expect((await inventory('check')).stdout).toContain('rack 3: 32 sleds 3/[0-31], through g:22');
    const before = got();
    expect(await inventory(words)).toMatchObject({
      status: 78,
      stderr: expect.stringContaining('is there already'),
    });
    expect(got()).toBe(before);
  });

  it('asks for what its options do not say, again where an answer does not fit', async () => {
    const person = answering('1-2', 'west', '0-99', '0-3', 'fd00::/48', 'rack3-{cubby}', 'g h', '');
    expect((await inventory('init', person)).status).toBe(0);
    expect(person.asked).toHaveLength(8);
    expect((await inventory('check')).stdout).toContain('rack west: 4 sleds west/[0-3]');
    expect((await inventory('init -i other.yaml', answering('3'))).status).toBe(64);
    expect(readdirSync(folder)).not.toContain('other.yaml');
  });

  it.each([
    ['init', /--rack is missing/],
    ['init --rack 3', /--address-prefix is missing/],
    ['init --rack 3 --address-prefix fd00:1122:3344:100::/56', /a shorter prefix does not tell/],
    ['init --rack 3 --host sled', /\{cubby\} in it/],
    ['init --rack 3 --host s{cubby} --address-prefix fd00::/64', /give one of/],
    ['init --rack 3 --host s{cubby} --cubbies 0-32', /cubbies from 0 to 31/],
    ['init --rack 3 --host s{cubby} --gateway a:b:c', /user@/],
  ])('refuses %s', async (words, said) => {
    const { status, stderr } = await inventory(words);
    expect(stderr).toMatch(said);
    expect(status).toBe(64);
    expect(readdirSync(folder)).not.toContain('inventory.yaml');
  });
});
