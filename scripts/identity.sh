#!/bin/sh
#
# identity.sh: who a sled says it is. It only reads. "cruc-fleet inventory check --live" sends it with its command, and
# reads what it prints. By hand: sh identity.sh
#
# One line, ask=identity and NAME=VALUE words; what the sled does not tell is -. A sled knows its serial and part from
# the properties of its root node, and is called by its serial; its cubby it does not know.

LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

properties=
if command -v prtconf >/dev/null 2>&1; then
	properties=$(prtconf -v /devices 2>/dev/null </dev/null | head -n 2000)
fi

# The value of the property $1, which stands on the line below its name.
property() {
	found=$(printf '%s\n' "$properties" |
		sed -n "/name='$1' /{n;s/^ *value='\\([A-Za-z0-9._-]\\{1,64\\}\\)'.*/\\1/p;}" | head -n 1)
	printf '%s' "${found:--}"
}

printf 'ask=identity serial=%s part=%s zone=%s host=%s\n' "$(property baseboard-identifier)" \
	"$(property baseboard-model)" "$(zonename 2>/dev/null || echo -)" "$(uname -n)"
