/** The ssh2 library, as its CommonJS exports. */
export type Ssh2 = typeof import('ssh2');

let loading: Promise<Ssh2> | undefined;

/** Loads ssh2 at the first use: it costs 0.18 s, which `--help` and the outputs need not pay. */
export function loadSsh2(): Promise<Ssh2> {
  loading ??= import('ssh2').then((module) => module.default);
  return loading;
}
