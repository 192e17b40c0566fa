import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Which of our rooms each room may import, beside itself. `docs/architecture.md` shows the same table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  parse: ['model'],
  probes: ['model', 'parse'],
  yaml: ['model'],
  inventory: ['model', 'yaml'],
  config: ['model', 'yaml'],
  transport: ['model'],
  fleet: ['model', 'files'],
  outputs: ['model'],
  simulator: ['model'],
  term: ['model'],
  files: ['model'],
  alert: ['model'],
  store: ['model', 'alert', 'files'],
  delivery: ['model'],
  cli: [
    'model',
    'parse',
    'probes',
    'yaml',
    'inventory',
    'config',
    'transport',
    'fleet',
    'outputs',
    'alert',
    'store',
    'delivery',
    'files',
    'simulator',
    'term',
  ],
};

/** Which rooms may import a library. */
const LIBRARY_ROOMS: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli'],
  'p-map': ['fleet'],
  'p-limit': ['transport'],
  ssh2: ['transport', 'simulator'],
  yaml: ['yaml', 'outputs'],
  zod: ['yaml', 'inventory', 'config', 'store'],
  nodemailer: ['delivery'],
  'cli-table3': ['outputs'],
  listr2: ['term'],
  'log-update': ['term'],
};

/** Only the edge and the simulator may touch the process, its clock and its terminal. */
const TOUCHES_PROCESS = /\bprocess\.(argv|env|stdout|stderr|exit|cwd|on|hrtime)\b|\bDate\.now\(|new Date\(\)/;
const MAY_TOUCH_PROCESS = ['main.ts', 'simulator/'];

/** Rooms of types and functions of their arguments alone. */
const PURE = ['model', 'parse', 'probes', 'alert'];

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();

const imports: readonly Import[] = files.flatMap((file) => {
  const source = readFileSync(join(SRC, file), 'utf8');
  const targets = [
    ...source.matchAll(/^(?:import|export (?:\*|\{|type \{))[^'";]*?from '([^']+)'|\bimport\('([^']+)'\)/gm),
  ];
  return targets.map((match) => ({ file, target: match[1] ?? match[2] ?? '' }));
});

function roomOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

function resolved({ file, target }: Import): string | null {
  return target.startsWith('.') ? relative(SRC, normalize(join(SRC, dirname(file), target))) : null;
}

describe('the rooms of src/', () => {
  it('are read by this test at all', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.filter((each) => each.target.startsWith('.')).length).toBeGreaterThan(80);
    expect(new Set(files.map(roomOf).filter((room) => room !== ''))).toEqual(
      new Set(Object.keys(MAY_IMPORT)),
    );
  });

  it('import only the rooms that they may', () => {
    const wrong = imports.filter((each) => {
      const target = resolved(each);
      const room = roomOf(each.file);
      if (target === null || room === '') return false;
      const other = roomOf(target);
      return other !== room && !(MAY_IMPORT[room] ?? []).includes(other);
    });
    expect(wrong).toEqual([]);
  });

  it('import only the libraries that they may', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target.startsWith('.') || target.startsWith('node:')) return false;
      const library = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : target.split('/')[0];
      return !(LIBRARY_ROOMS[library ?? ''] ?? []).includes(roomOf(file));
    });
    expect(wrong).toEqual([]);
  });

  it('have no cycle among their files', () => {
    const edges = new Map(files.map((file) => [file, [] as string[]]));
    for (const each of imports) {
      const target = resolved(each);
      if (target !== null) edges.get(each.file)?.push(target);
    }
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): readonly string[] | null => {
      if (path.includes(file)) return [...path, file];
      if (done.has(file)) return null;
      for (const next of edges.get(file) ?? []) {
        const cycle = visit(next, [...path, file]);
        if (cycle !== null) return cycle;
      }
      done.add(file);
      return null;
    };
    expect(files.map((file) => visit(file, [])).find((cycle) => cycle !== null) ?? null).toBeNull();
  });

  it('that only think have no way to files, network or timers', () => {
    const wrong = imports.filter(
      ({ file, target }) => PURE.includes(roomOf(file)) && target.startsWith('node:'),
    );
    expect(wrong).toEqual([]);
  });

  it('leave the process, the clock and the terminal to the edge', () => {
    const wrong = files.filter(
      (file) =>
        !MAY_TOUCH_PROCESS.some((allowed) => file.startsWith(allowed)) &&
        TOUCHES_PROCESS.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});
