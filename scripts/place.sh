#!/bin/sh
#
# place.sh: what a sled knows of the regions on it, and, for each word ZONE/DISK, what the VM in that zone says of its
# disk. It only reads. "cruc-fleet where" and "cruc-fleet downstairs" send it with their command, and read what it
# prints. By hand: sh place.sh [connections] [peers] [ZONE/DISK...] [ZONE...]
#
# With the word connections it also runs netstat in each zone of Crucible (by zlogin, which starts a process there). With
# the word peers, it does so in each named zone whose VM did not say what its disk talks to, or is not to be asked: ZONE.
#
# It prints what the commands of the sled print, each line behind a word that says of what: zone, pool, device, disk,
# dataset, process, and service:ZONE, property:ZONE, connection:ZONE and peer:ZONE. A command that fails is a line failed
# NAME STATUS.
#
# A VM is asked over HTTP, one disk after another, each for 3 seconds at most: the question goes through the queue of the
# guest's IO. It asks for 128 disks at most, and for none once 4 did not answer. It asks for the status alone, which
# holds no secret. No process is stopped or traced.

LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

# An old awk knows no -v.
awk=awk
command -v nawk >/dev/null 2>&1 && awk=nawk

newline='
'

# The lines of $2 with $1 before each, 20000 at most: printf repeats its format for each, without a process.
tagged() {
	tag=$1 lines=$2
	IFS=$newline
	set -f
	# shellcheck disable=SC2086
	set -- $lines
	# shellcheck disable=SC2046
	[ $# -le 20000 ] || set -- $(printf '%s\n' "$@" | head -n 20000)
	set +f
	unset IFS
	[ $# -eq 0 ] || printf "$tag %s\n" "$@"
}

# Prints the output of a command with $1 before each line.
behind() {
	word=$1
	shift
	output=$("$@" 2>/dev/null </dev/null)
	status=$?
	tagged "$word" "$output"
	[ "$status" -eq 0 ] || printf 'failed %s %s\n' "${word%%:*}" "$status"
}

# Regions with their pools and sizes; other datasets are nobody's business here.
regions() {
	list=$(zfs list -Hp -t filesystem -o name,used) || return
	printf '%s\n' "$list" | grep '^oxp_[0-9a-f-]*/crucible/regions/.' || :
}

pools() {
	list=$(zpool list -Hp -o name,size,alloc,health) || return
	printf '%s\n' "$list" | grep '^oxp_' || :
}

devices() {
	list=$(zpool status) || return
	printf '%s\n' "$list" | $awk '
		$1 == "pool:" { pool = $2 }
		pool ~ /^oxp_/ && $1 ~ /^c[0-9]+t[0-9A-Za-z]+d[0-9]+(s[0-9]+)?$/ { print pool, $1, $2 }'
}

processes() {
	list=$(ps -e -o zone,pid,args) || return
	printf '%s\n' "$list" | $awk '
		/\/crucible-downstairs run / {
			for (i = 3; i <= NF; i++) if ($i == "--data" || $i == "-d") print $1, $2, $(i + 1)
		}'
}

# Whom a zone has connections to, on the ports of downstairs; each zone once.
peers_of() {
	case $peered in
	*" $1 "*) return ;;
	esac
	peered="$peered$1 "
	list=$(zlogin "$1" netstat -an -f inet6 -P tcp 2>/dev/null </dev/null) || return
	printf '%s\n' "$list" | $awk -v word="peer:$1" '
		$0 ~ /ESTABLISHED/ && $2 ~ /\.19[0-9][0-9][0-9]$/ { print word, $2 }'
	printf 'peers %s\n' "$1"
}

# Fails where the VM did not say what the disk talks to.
status_of() {
	zone=${1%/*}
	disk=${1##*/}
	address=$(svcprop -z "$zone" -p config/listen_addr svc:/system/illumos/propolis-server:default 2>/dev/null |
		tr -d '\\[]' | sed 's/:12400$//')
	case $address in
	*[!0-9a-f:]* | '')
		printf 'status %s no_address\n' "$1"
		return 1
		;;
	esac
	if ! command -v curl >/dev/null 2>&1; then
		printf 'status %s no_curl\n' "$1"
		return 1
	fi
	answer=$(curl -q -g -s -m 3 --noproxy '*' -H 'api-version: 5.0.0' -w '\n%{http_code}' \
		"http://[$address]:12400/instance/disk/$disk/status" 2>/dev/null </dev/null)
	status=$?
	if [ "$status" -ne 0 ]; then
		printf 'status %s failed %s\n' "$1" "$status"
		silent=$((silent + 1))
		return 1
	fi
	code=${answer##*"$newline"}
	body=$(printf '%s' "${answer%"$newline"*}" | tr -d '\n' | cut -c 1-65536)
	printf 'status %s http %s %s\n' "$1" "$code" "$body"
	case $body in
	*volume_info*) ;;
	*) return 1 ;;
	esac
}

zones=" $(zoneadm list 2>/dev/null | tr '\n' ' ')"

connections=
if [ "${1-}" = connections ]; then
	connections=1
	shift
fi
peers=
if [ "${1-}" = peers ]; then
	peers=1
	shift
fi

printf 'host %s\n' "$(uname -n)"
behind zone zoneadm list -p
behind pool pools
behind device devices
behind disk diskinfo -P
behind dataset regions
behind process processes
for zone in $zones; do
	case $zone in
	oxz_crucible_pantry_*) continue ;;
	oxz_crucible_*) ;;
	*) continue ;;
	esac
	list=$(svcs -H -z "$zone" -o state,stime,fmri 'svc:/oxide/crucible/downstairs:*' 2>/dev/null </dev/null) || {
		printf 'failed service:%s %s\n' "$zone" "$?"
		continue
	}
	tagged "service:$zone" "$list"
	names=$(printf '%s\n' "$list" |
		$awk '$3 ~ /^svc:\/oxide\/crucible\/downstairs:(downstairs|snapshot)-[0-9a-f-]+$/ { print $3 }')
	[ -n "$names" ] || continue
	# shellcheck disable=SC2086
	tagged "property:$zone" "$(svcprop -f -z "$zone" -p config/address -p config/port $names 2>/dev/null </dev/null)"
	[ -n "$connections" ] || continue
	list=$(zlogin "$zone" netstat -an -f inet6 -P tcp 2>/dev/null </dev/null) || {
		printf 'failed connection:%s %s\n' "$zone" "$?"
		continue
	}
	printf '%s\n' "$list" | $awk -v word="connection:$zone" '
		$0 ~ /ESTABLISHED/ && $1 ~ /\.19[0-9][0-9][0-9]$/ { print word, $1, $2 }'
	printf 'connections %s\n' "$zone"
done
asked=0
silent=0
peered=' '
for request; do
	zone=${request%/*}
	case $zones in
	*" $zone "*) ;;
	*) continue ;;
	esac
	asked=$((asked + 1))
	if [ "$zone" = "$request" ]; then
		[ "$asked" -gt 128 ] || peers_of "$zone"
		continue
	fi
	if [ "$asked" -gt 128 ] || [ "$silent" -ge 4 ]; then
		printf 'status %s not_asked\n' "$request"
	else
		status_of "$request" && continue
	fi
	[ -z "$peers" ] || [ "$asked" -gt 128 ] || peers_of "$zone"
done
printf 'end\n'
