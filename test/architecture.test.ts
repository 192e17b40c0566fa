import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

const ARCHITECTURE = fileURLToPath(new URL('../docs/architecture.md', import.meta.url));

/** A line of the table of rooms in `docs/architecture.md`, which is the rule. */
interface Room {
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly libraries: readonly string[];
}

const DOCUMENT = readFileSync(ARCHITECTURE, 'utf8');

const ROOMS: readonly Room[] = roomsOf(DOCUMENT);

/** The table under `| Room | Holds | May import of ours | Library |`, top room first. */
function roomsOf(document: string): readonly Room[] {
  const lines = document.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| Room | Holds |'));
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  const words = (cell: string | undefined) =>
    (cell ?? '')
      .split(',')
      .map((word) => word.trim().replace(/ \(.*\)$/, ''))
      .filter((word) => word !== '');
  return rows.slice(0, end).map((line, index, all) => {
    const [, name = '', , ours, libraries] = line.split('|').map((cell) => cell.trim());
    const below = all.slice(index + 1).map((each) => each.split('|')[1]?.trim() ?? '');
    return { name, mayImport: ours === 'all' ? below : words(ours), libraries: words(libraries) };
  });
}

function ruleOf(name: string): Room | undefined {
  return ROOMS.find((room) => room.name === name);
}

/** Only the edge and the simulator may touch the process, its clock and its terminal. */
const TOUCHES_PROCESS =
  /\bprocess\.(?!emitWarning)\w|from '(?:node:)?process'|\bDate\.now\(|new Date\(\)|\bperformance\.|node:perf_hooks|\bMath\.random\(/;
const MAY_TOUCH_PROCESS = [
  'main.ts',
  'complete.ts',
  'start.ts',
  'simulator/',
  // Runs in a reader's browser.
  'serve/live-script.ts',
  // Asks whether a process is alive.
  'files/lock.ts',
  // End programs that they started.
  'delivery/mailer-sendmail.ts',
  'transport/signal-group.ts',
  'ssh-config/ask-ssh.ts',
];

/** Rooms of types and functions of their arguments alone. */
const PURE = ['model', 'parse', 'probes', 'alert'];

interface Import {
  readonly file: string;
  readonly target: string;
  /** By `import()`, when it is wanted. */
  readonly isDynamic: boolean;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort();

const imports: readonly Import[] = files.flatMap((file) => {
  const source = readFileSync(join(SRC, file), 'utf8');
  const targets = [
    ...source.matchAll(/^(?:import|export (?:\*|\{|type \{))[^'";]*?from '([^']+)'|\bimport\('([^']+)'\)/gm),
  ];
  return targets.map(([, fixed, dynamic]) => ({
    file,
    target: fixed ?? dynamic ?? '',
    isDynamic: fixed === undefined,
  }));
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
      new Set(ROOMS.map((room) => room.name)),
    );
    expect(new Set(ROOMS.map((room) => room.name)).size).toBe(ROOMS.length);
  });

  it('have the files that docs/architecture.md names', () => {
    const named = [...DOCUMENT.matchAll(/`(\w[\w-]*\/[\w./-]+)`/g)].map(([, path = '']) => path);
    const inRooms = named.filter((path) => ruleOf(roomOf(path)) !== undefined).map((path) => `src/${path}`);
    const elsewhere = named.filter((path) => /^(src|test|docs|scripts)\//.test(path));
    expect(inRooms.length).toBeGreaterThan(20);
    const isThere = (path: string): boolean =>
      existsSync(join(SRC, '..', path)) || existsSync(join(SRC, '..', `${path}.ts`));
    expect([...inRooms, ...elsewhere].filter((path) => !isThere(path))).toEqual([]);
  });

  it('import only the rooms that they may', () => {
    const wrong = imports.filter((each) => {
      const target = resolved(each);
      const room = roomOf(each.file);
      if (target === null || room === '') return false;
      const other = roomOf(target);
      return other !== room && ruleOf(room)?.mayImport.includes(other) !== true;
    });
    expect(wrong).toEqual([]);
  });

  it('name in the table only rooms below them, and only what they do import', () => {
    const wrong = ROOMS.flatMap(({ name, mayImport, libraries }, index) => {
      const below = new Set(ROOMS.slice(index + 1).map((room) => room.name));
      const used = imports.filter(({ file }) => roomOf(file) === name);
      const usedRooms = new Set(used.map((each) => roomOf(resolved(each) ?? '')));
      return [
        ...mayImport.filter((other) => !below.has(other)).map((other) => `${name} imports upwards: ${other}`),
        ...mayImport
          .filter((other) => name !== 'cli' && !usedRooms.has(other))
          .map((other) => `${name} does not import ${other}`),
        ...libraries
          .filter(
            (library) => !used.some(({ target }) => target === library || target.startsWith(`${library}/`)),
          )
          .map((library) => `${name} does not use ${library}`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('import only the libraries that they may', () => {
    const wrong = imports.filter(({ file, target }) => {
      if (target.startsWith('.') || target.startsWith('node:')) return false;
      const library = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : target.split('/')[0];
      return ruleOf(roomOf(file))?.libraries.includes(library ?? '') !== true;
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

  it('leave the simulator to the commands that run it, which are loaded when they are wanted', () => {
    const from = (target: string) => imports.filter((each) => resolved(each)?.startsWith(target) === true);
    const users = from('simulator/').filter(({ file }) => roomOf(file) !== 'simulator');
    const commands = ['cli/sim/sim-command.ts', 'cli/sim/demo-command.ts'];
    const parts = [
      'cli/sim/demo-sites.ts',
      'cli/sim/demo-steps.ts',
      'cli/sim/show-steps.ts',
      'cli/sim/sim-values.ts',
      'cli/sim/simulated-rack.ts',
      'cli/sim/sites-demo-steps.ts',
    ];
    expect(users.filter(({ file }) => ![...commands, ...parts].includes(file))).toEqual([]);
    for (const command of commands) expect(from(command).filter(({ isDynamic }) => !isDynamic)).toEqual([]);
    for (const part of parts)
      expect(from(part).filter(({ file }) => ![...commands, ...parts].includes(file))).toEqual([]);
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
