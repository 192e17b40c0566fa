const callbacks = new Set<() => void>();

process.on('exit', () => {
  for (const callback of [...callbacks].toReversed()) callback();
});

/** Calls back when the process ends, however it ends but by a signal: the last first. The returned function calls it off. */
export function atExit(callback: () => void): () => void {
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
  };
}
