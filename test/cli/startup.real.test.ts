import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** The built program, which `npm test` makes first. */
const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** The files that Node reads to load one of the program's, without those that are loaded when they are wanted. */
function loadedWith(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, next] of code(file).matchAll(/^(?:import|export)\b[^;]*?"\.\/([^"]+)";?$/gm)) {
    loadedWith(next ?? '', seen);
  }
  return seen;
}

/** The libraries and rooms that the sources in some files are of, as the comments of the build name them. */
function roomsIn(files: Iterable<string>): ReadonlySet<string> {
  const sources = [...files].flatMap((file) => [
    ...code(file).matchAll(/^\/\/ ((?:src|node_modules)\/.+)$/gm),
  ]);
  return new Set(sources.map(([, path = '']) => /(?:node_modules|src)\/([^/]+)/.exec(path)?.[1] ?? path));
}

function code(file: string): string {
  return readFileSync(`${DIST}${file}`, 'utf8');
}

/** The file of the build that holds a source. */
function fileOf(source: string): string {
  const starts = [...loadedWith('main.js')].map(code).join('\n');
  const chunk = [...new Set([...starts.matchAll(/import\("\.\/([^"]+)"\)/g)].map((match) => match[1]))].find(
    (file) => file !== undefined && code(file).includes(`// ${source}\n`),
  );
  if (chunk === undefined) throw new Error(`no file that main.js loads holds ${source}`);
  return chunk;
}

describe('a start of the built program', () => {
  it('reads commander and little of ours', () => {
    const rooms = roomsIn(loadedWith('main.js'));
    expect(rooms).toContain('commander');
    expect(
      [...rooms].filter((room) => !['commander', 'cli', 'model', 'term', 'main.ts'].includes(room)),
    ).toEqual([]);
  });

  it('at a tab of a shell reads neither commander nor a command', () => {
    expect(roomsIn(loadedWith('complete.js'))).toEqual(new Set(['completion', 'complete.ts', 'model']));
    const rooms = roomsIn(loadedWith('live-words.js'));
    expect(rooms).toContain('cli');
    for (const room of ['commander', 'zod', 'yaml.js', 'probes']) expect(rooms).not.toContain(room);
    expect(code('live-words.js')).not.toContain('node_modules/yaml');
  });

  it('does not read the simulator, schemas or progress for a command that visits sleds', () => {
    for (const source of [
      'src/cli/run/probe-command.ts',
      'src/cli/run/run-command.ts',
      'src/cli/check/check-command.ts',
    ]) {
      const rooms = roomsIn(loadedWith(fileOf(source)));
      expect(rooms).toContain('cli');
      for (const room of ['zod', 'simulator', 'listr2', 'log-update', 'd']) expect(rooms).not.toContain(room);
    }
  });
});
