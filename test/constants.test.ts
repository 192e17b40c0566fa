import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** A name at the top of a module, its type if it has one, and how its value begins. */
const CONSTANT = /^(?:export )?const (\w+)(?:: ([^=\n]+))? =\s+(\S[^\n]*)/gm;

/** A value that is written out: a number, a text, a regular expression, a list, a set, a map or bytes. */
const WRITTEN_OUT = /^(-?\d|'|"|`[^$`]*`;|\/|\[|new (Set|Map)\(\[|Buffer\.from\()/;

function isData(type: string | undefined, value: string): boolean {
  // An object of a type of ours (a probe, an output, a job) does something.
  const isTable = value.startsWith('{') && (type === undefined || type.startsWith('Readonly<Record<'));
  return isTable || WRITTEN_OUT.test(value);
}

describe('constants', () => {
  it('that are fixed data are written LIKE_THIS in all rooms', () => {
    const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const constants = files.flatMap((file) =>
      [...readFileSync(join(SRC, file), 'utf8').matchAll(CONSTANT)].map(
        ([, name = '', type, value = '']) => ({
          file,
          name,
          isFixed: isData(type, value),
        }),
      ),
    );
    const fixed = constants.filter(({ isFixed }) => isFixed);
    expect(fixed.length).toBeGreaterThan(200);
    expect(fixed.filter(({ name }) => !/^[A-Z][A-Z0-9_]*$/.test(name))).toEqual([]);
  });
});
