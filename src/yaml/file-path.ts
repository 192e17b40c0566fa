import path from 'node:path';

/** Whether a text can be a path in a file of ours. `~name/…` would need the system's list of users. */
export function isPath(text: string): boolean {
  return !/\p{Cc}/u.test(text) && (!text.startsWith('~') || text.startsWith('~/'));
}

/** `~/x` in the home, a relative path in the folder of the file that names it. */
export function expandPath(
  file: string,
  { home, baseDir }: { readonly home: string; readonly baseDir: string },
): string {
  if (file.startsWith('~/')) return path.join(home, file.slice(2));
  return path.resolve(baseDir, file);
}
