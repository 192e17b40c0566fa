import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withRack } from '../support/rack.ts';
import { schemaErrors } from '../support/report-schema.ts';
import { run } from '../support/run-program.ts';

const rack = withRack({ sledsPerRack: 4, propolisPerSled: 1, down: new Map([['3/3', 'refused']]) });

const homeOf = (cubby: number) => rack.simulation.environmentFor(`3/${cubby}`).HOME;
const cp = async (...words: readonly string[]) => await run(['cp', ...words, '-i', rack.inventory]);
const copyOf = (folder: string, cubby: number, name: string) => join(folder, '3', `BRM4222000${cubby}`, name);

describe('cp', () => {
  it('copies a file of each sled, byte for byte, for its owner alone, and touches none that is there', async () => {
    const into = join(rack.folder, 'copies');
    const contents = [randomBytes(5000), Buffer.from('plain\n'), Buffer.alloc(0)];
    for (const [cubby, content] of contents.entries()) writeFileSync(join(homeOf(cubby), 'a file'), content);
    mkdirSync(join(into, '3', 'BRM42220001'), { recursive: true });
    writeFileSync(copyOf(into, 1, 'a%20file'), 'mine');
    const { status, stdout } = await cp('a file', into, '-r', '3', '-o', 'json');
    expect(status).toBe(3);
    const report = JSON.parse(stdout);
    expect(schemaErrors(report)).toEqual([]);
    expect(
      report.rows.map((row: Record<string, unknown>) => [row['file'], row['size'], row['state']]),
    ).toEqual([
      ['3/BRM42220000/a%20file', 5000, 'new'],
      ['3/BRM42220001/a%20file', 6, 'exists'],
      ['3/BRM42220002/a%20file', 0, 'new'],
    ]);
    expect(readFileSync(copyOf(into, 0, 'a%20file'))).toEqual(contents[0]);
    expect(readFileSync(copyOf(into, 1, 'a%20file'), 'utf8')).toBe('mine');
    expect(readFileSync(copyOf(into, 2, 'a%20file'))).toHaveLength(0);
    expect(statSync(copyOf(into, 0, 'a%20file')).mode & 0o777).toBe(0o600);
  });

  it('says of each sled why there is no copy, and takes no file that is too large', async () => {
    const into = join(rack.folder, 'none');
    mkdirSync(join(homeOf(0), 'x'));
    writeFileSync(join(homeOf(1), 'x'), 'y'.repeat(1025));
    const { status, stdout } = await cp('x', into, '-s', '0-2', '--max-size', '1K');
    expect(status).toBe(3);
    expect(stdout).toMatch(/cubby 0\): .*it is not a regular file/);
    expect(stdout).toMatch(/cubby 1\): .*it has 1025 bytes, and at most 1024 are\s+copied/);
    expect(stdout).toMatch(/cubby 2\): .*there is no such file/);
    expect(existsSync(join(into, '3'))).toBe(false);
  });

  it('keeps a name of the sled within its folder', async () => {
    const into = join(rack.folder, 'safe');
    for (const name of ['-n', '$(touch ran)', '..x']) {
      writeFileSync(join(homeOf(0), name), name);
      expect((await run(['cp', '-i', rack.inventory, '-s', '3/0', '--', `./${name}`, into])).status).toBe(0);
    }
    expect(readFileSync(copyOf(into, 0, '-n'), 'utf8')).toBe('-n');
    expect(readFileSync(copyOf(into, 0, '%24%28touch%20ran%29'), 'utf8')).toBe('$(touch ran)');
    expect(readFileSync(copyOf(into, 0, '%2e%2ex'), 'utf8')).toBe('..x');
    expect(existsSync(join(homeOf(0), 'ran'))).toBe(false);
  });

  it.each([
    [['/etc/'], /does not name a file/],
    [['..'], /does not name a file/],
  ])('refuses %j', async ([path = ''], message) => {
    const { status, stderr } = await cp(path, join(rack.folder, 'refused'), '-r', '3');
    expect(status).toBe(64);
    expect(stderr).toMatch(message);
  });

  it('wants to be told which sleds, and how large', async () => {
    expect((await cp('x', 'y')).status).toBe(64);
    expect((await cp('x', 'y', '-r', '3', '--max-size', '17M')).status).toBe(64);
  });
});
