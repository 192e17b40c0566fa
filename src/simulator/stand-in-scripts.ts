import { STORAGE_COMMANDS } from './storage/sled-answers.ts';

/**
 * The sled's commands as sh scripts. Each stands in a directory `ROOT/bin` that is reached as `ROOT/<sled>/bin`,
 * so that `$0` says which sled it is; what it cannot know itself it asks the simulator through FIFOs.
 * They fork as little as they can: a thousand sleds may run one at the same moment. They open the requests for
 * reading too, so that none waits for a simulator that was killed.
 */

/** Runs until the simulated dtrace ends, carrying its output out and signals in. */
const DTRACE = String.raw`#!/bin/sh
d=$\{0%/bin/*}
PATH=/usr/bin:/bin
k=$d/run/$$
say() { printf '%s\n' "$\{d##*/} $$ $1" 1<>"$\{d%/*}/requests"; }
await() {
  wait "$1"
  while kill -0 "$1" 2>/dev/null; do wait "$1"; done
}
trap 'say TERM' TERM
trap 'say INT' INT
trap 'say HUP' HUP
mkfifo "$k.out" "$k.err" || exit 1
case " $* " in *' /dev/stdin '* | *' - '*) cat >"$k.in" ;; esac
printf '%s\0' "$PWD" "$@" >"$k.arg"
cat "$k.err" >&2 &
e=$!
cat "$k.out" &
o=$!
say dtrace
await "$o"
# No status yet: whoever read the output has gone, and a write would have raised SIGPIPE.
[ -f "$k.status" ] || say PIPE
await "$e"
read -r s <"$k.status"
say bye
case $s in [A-Z]*)
  trap - "$s"
  kill -"$s" $$
  ;;
esac
exit "$\{s:-1}"
`;

/** FIFOs that are there for questions: a stand-in that finds none free makes one, which costs it a process. */
export const KEPT_FIFOS = 8;

/**
 * Prints what the simulator answered to the same question, or asks it once. The answer is a line of sh, which is there
 * when its status comes. A FIFO is taken by who makes the file of its name; the simulator frees it.
 */
const QUERY = String.raw`#!/bin/sh
d=$\{0%/bin/*}
c=$\{0##*/}
PATH=/usr/bin:/bin
[ -f "$d/answers/$c $*" ] && command . "$d/answers/$c $*" 2>/dev/null && exit
k=$d/run/$$
f= n=0
set -C
while [ "$n" -lt ${KEPT_FIFOS} ]; do
  true 2>/dev/null >"$\{d%/*}/fifos/$n.taken" && f=$\{d%/*}/fifos/$n && break
  n=$((n + 1))
done
set +C
say() { printf '%s\n' "$\{d##*/} $$ $1" 1<>"$\{d%/*}/requests"; }
[ "$f" ] || { n= f=$k.out && mkfifo "$f" || exit 1; }
if [ "$c" = digest ]; then
  files= value=
  for a; do
    case $value$a in
      -a) value=1 ;;
      -*) ;;
      1*) value= ;;
      *) files=1 ;;
    esac
  done
  [ "$files" ] || cat >"$k.in"
fi
printf '%s\0' "$PWD" "$@" >"$k.arg"
say "$c $n"
read -r s <"$f"
[ -z "$s" ] || . "$k.answer"
say bye
exit "$\{s:-141}"
`;

const ID = `#!/bin/sh
case $* in
-u) echo 0 ;;
*)
  PATH=/usr/bin:/bin
  exec id "$@"
  ;;
esac
`;

const ZONENAME = '#!/bin/sh\necho global\n';

const HOSTNAME = String.raw`#!/bin/sh
read -r n <"$\{0%/bin/*}/hostname"
printf '%s\n' "$n"
`;

const UNAME = String.raw`#!/bin/sh
read -r n <"$\{0%/bin/*}/hostname"
case $\{1:--s} in
  -s) echo SunOS ;;
  -n) printf '%s\n' "$n" ;;
  -r) echo 5.11 ;;
  -v) echo helios-2.0.23003 ;;
  -m | -i) echo oxide ;;
  -p) echo i386 ;;
  -o) echo illumos ;;
  -a) printf '%s\n' "SunOS $n 5.11 helios-2.0.23003 oxide i386 oxide illumos" ;;
  *)
    printf '%s\n' 'usage: uname [-snrvmapioX]' >&2
    exit 1
    ;;
esac
`;

/** The properties of the root node by which a sled knows itself, as of a Gimlet. */
const PRTCONF = String.raw`#!/bin/sh
read -r n <"$\{0%/bin/*}/hostname"
[ "$*" = '-v /devices' ] || exit 1
printf '%s\n' 'System Configuration:  Oxide Computer Company  i86pc' '' 'Oxide,Gimlet' '    System software properties:' \
  "        name='baseboard-identifier' type=string items=1" "            value='$n'" \
  "        name='baseboard-model' type=string items=1" "            value='913-0000019'"
`;

/** Prints the version of the sled's Crucible where that file is asked for. */
const CUT = String.raw`#!/bin/sh
for last; do :; done
[ "$last" = /opt/oxide/crucible_utils/utils-info.txt ] && exec /bin/cat "$\{0%/bin/*}/utils-info"
PATH=/usr/bin:/bin
exec cut "$@"
`;

const PFEXEC = '#!/bin/sh\nexec "$@"\n';

// String.raw keeps the backslash of `$\{`, which stands for the shell's `${`.
const shell = (text: string): string => text.replaceAll('$\\{', '${');

/** The commands by name. */
export const STAND_INS: Readonly<Record<string, string>> = {
  dtrace: shell(DTRACE),
  ps: shell(QUERY),
  pgrep: shell(QUERY),
  zoneadm: shell(QUERY),
  digest: shell(QUERY),
  ...Object.fromEntries(STORAGE_COMMANDS.map((name) => [name, shell(QUERY)])),
  id: ID,
  zonename: ZONENAME,
  hostname: shell(HOSTNAME),
  uname: shell(UNAME),
  prtconf: shell(PRTCONF),
  cut: shell(CUT),
  pfexec: PFEXEC,
};

const NO_SPACE = `#!/bin/sh
echo 'Filesystem           1024-blocks        Used   Available Capacity  Mounted on'
echo 'swap                     1228800     1228800           0   100%    /root'
`;

/**
 * Commands that fail as on a file system that takes no writes, for the PATH of such a sled. `cat` and `dd` fail
 * only when they would write to a regular file.
 */
export function refusingWrites(reason: string): Readonly<Record<string, string>> {
  const fails = (name: string): string =>
    `#!/bin/sh\nfor last; do :; done\nprintf '%s\\n' "${name}: $last: ${reason}" >&2\nexit 1\n`;
  const failsOnFile = (name: string): string =>
    `#!/bin/sh\nif [ -f /dev/fd/1 ]; then\n  echo "${name}: write error: ${reason}" >&2\n  exit 1\nfi\n` +
    `PATH=/usr/bin:/bin\nexec ${name} "$@"\n`;
  const tee = `#!/bin/sh\ncase $1 in\n/dev/*)\n  PATH=/usr/bin:/bin\n  exec tee "$@"\n  ;;\nesac\n${fails('tee').replace('#!/bin/sh\n', '')}`;
  const commands: Record<string, string> = { cat: failsOnFile('cat'), tee };
  if (/space/.test(reason)) commands['df'] = NO_SPACE;
  for (const name of ['mkdir', 'mktemp', 'touch', 'cp', 'mv', 'ln', 'dd', 'install'])
    commands[name] = fails(name);
  return commands;
}
