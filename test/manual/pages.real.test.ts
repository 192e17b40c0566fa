import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { placesOf } from '../support/programs.ts';

/** The pages of the built package, which `npm test` makes first. */
const PACKAGE = fileURLToPath(new URL('../../', import.meta.url));
const names = readdirSync(join(PACKAGE, 'dist/man')).toSorted();
const files = names.map((name) => join(PACKAGE, 'dist/man', name));

const TOOLS = placesOf(['mandoc', 'groff']);

describe('the pages of the package', () => {
  it('are those that package.json names, one for each command', () => {
    const { man }: { readonly man: readonly string[] } = JSON.parse(
      readFileSync(join(PACKAGE, 'package.json'), 'utf8'),
    );
    expect(man, 'package.json names other pages under man').toEqual(
      names.map((name) => `./dist/man/${name}`),
    );
    for (const { name } of COMMANDS) expect(names).toContain(`cruc-fleet-${name}.1`);
  });

  it.skipIf(!TOOLS.has('mandoc'))('have nothing that mandoc -T lint complains of', () => {
    const { stdout, stderr } = spawnSync('mandoc', ['-T', 'lint', ...files], { encoding: 'utf8' });
    // It looks for them among the installed ones.
    const said = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => !/^$|referenced manual not found/.test(line));
    expect(said).toEqual([]);
  });

  it.skipIf(!TOOLS.has('groff'))('have nothing that groff -ww warns of', () => {
    const { stderr, status } = spawnSync('groff', ['-ww', '-mdoc', '-Tutf8', '-z', ...files], {
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  });
});
