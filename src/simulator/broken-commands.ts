import type { FaultName } from './fault.ts';
import { refusingWrites } from './stand-in-scripts.ts';

/** The same command of the sled, for a script that comes before it in its PATH. */
const REAL = `"$\{0%/*/*}/bin/$\{0##*/}"`;

const sh = (lines: string): string => `#!/bin/sh\n${lines}\n`;

/** Writes a file and then spoils it: `$f` is the file, `$n` how many bytes were wanted. */
const spoilingDd = (spoil: string): string =>
  sh(`PATH=/usr/bin:/bin
for word; do
  case $word in
    of=*) f=$\{word#of=} ;;
    count=*) n=$\{word#count=} ;;
  esac
done
dd "$@" || exit
[ -n "$f" ] || exit 0
${spoil}`);

/** Commands that a fault puts before the sled's own. */
export const BROKEN_COMMANDS: Partial<Readonly<Record<FaultName, Readonly<Record<string, string>>>>> = {
  'disk-full': refusingWrites('No space left on device'),
  'read-only': refusingWrites('Read-only file system'),
  'pfexec-powerless': { pfexec: sh('case $1 in */id) echo 60001 ;; *) exec "$@" ;; esac') },
  'no-probes': { id: sh(`[ "$*" = -u ] && echo 60001 && exit\nexec ${REAL} "$@"`) },
  'upload-short': { dd: spoilingDd('head -c "$((n - 1))" "$f" >"$f.short" && mv "$f.short" "$f"') },
  'upload-altered': { dd: spoilingDd('tr e a <"$f" >"$f.other" && mv "$f.other" "$f"') },
  'dtrace-missing': { dtrace: sh('echo "sh: dtrace: not found" >&2\nexit 127') },
  'dtrace-fails': {
    dtrace: sh(
      'echo "dtrace: failed to compile script: line 7: probe description crucible_upstairs*:::up-status does not match any probes" >&2\nexit 1',
    ),
  },
  'dtrace-killed': { dtrace: sh('kill -KILL $$') },
  'dtrace-hangs': { dtrace: sh('exec /bin/sleep 600') },
  'dtrace-deaf': { dtrace: sh("trap '' TERM INT HUP\nwhile :; do /bin/sleep 1; done") },
  'dtrace-drops': { dtrace: sh(`echo 'dtrace: 17 drops on CPU 3' >&2\nexec ${REAL} "$@"`) },
};
