import type { Machine } from './machine.ts';
export interface DtraceIo {
  stdout(text: string): void;
  stderr(text: string): void;
  readFile(path: string): string;
  appendFile(path: string, text: string): void;
}
export interface DtraceRun {
  signal(name: 'INT' | 'TERM' | 'HUP' | 'PIPE' | 'KILL'): void;
  readonly done: Promise<number>;
}
export function dtrace(
  argv: readonly string[],
  machine: Machine,
  io: DtraceIo,
  options?: { compileDelayMs?: number; interleave?: boolean; privileges?: 'all' | 'none' | 'no-device' },
): DtraceRun {
  if (options?.privileges !== undefined && options.privileges !== 'all') {
    io.stderr('dtrace: failed to initialize dtrace: DTrace requires additional privileges\n');
    return { signal: () => {}, done: Promise.resolve(1) };
  }
  let resolve: (n: number) => void = () => {};
  const done = new Promise<number>((r) => {
    resolve = r;
  });
  const s = argv[argv.indexOf('-s') + 1] ?? '';
  let text = '';
  try {
    text = argv.includes('-s') ? io.readFile(s) : '';
  } catch {
    io.stderr(`dtrace: failed to open ${s}: No such file or directory\n`);
    return { signal: () => {}, done: Promise.resolve(1) };
  }
  const off = machine.onFiring(
    (f) => {
      io.stdout(`${f.process.pid}\t${f.process.zone}\t${String(f.args[1])}\n`);
    },
    (site) => site.name === 'up-status',
  );
  const seconds = Number(/tick-(\d+)s/.exec(text)?.[1] ?? 1000);
  const end = (n: number) => {
    off();
    cancel();
    if (n < 128) io.stdout('\n');
    resolve(n);
  };
  const cancel = machine.clock.after(seconds * 1000, () => end(0));
  return {
    signal: (n) => end(n === 'TERM' || n === 'INT' ? 0 : n === 'PIPE' ? 141 : n === 'HUP' ? 129 : 137),
    done,
  };
}
