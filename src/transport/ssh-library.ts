import { setFlagsFromString } from 'node:v8';

/** The ssh2 library, as its CommonJS exports. */
export type Ssh2 = typeof import('ssh2');

let loading: Promise<Ssh2> | undefined;

/**
 * A run calls some three hundred functions just often enough for V8 to make its best code of them, on threads beside
 * the program's, and seldom enough for that to cost more than it brings: V8 waits for four times as many calls. Later
 * versions than Node 20's know no such flag, and gain nothing by the one that they have.
 */
function compileLater(): void {
  if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=270000');
}

/** Loads ssh2 at the first use: it costs 0.18 s, which `--help` and the outputs need not pay. */
export function loadSsh2(): Promise<Ssh2> {
  loading ??= import('ssh2').then((module) => {
    // Once a flag is changed, V8 takes nothing of what Node has compiled beforehand, and that is loaded by now.
    compileLater();
    return module.default;
  });
  return loading;
}
