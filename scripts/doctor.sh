#!/bin/sh
#
# doctor.sh: what a sled has of what cruc-fleet needs there. It only reads. "cruc-fleet doctor" sends it with its command,
# so that it works where nothing can be written, and reads what it prints. By hand: sh doctor.sh
#
# One line a question, ask=QUESTION and further NAME=VALUE words; text= goes on to the end of its line. What cannot be
# found out is left out or -, never guessed.

LC_ALL=C
export LC_ALL

# The first line of $1, at most 200 characters of it.
first_line() {
	printf '%s\n' "$1" | sed -n '1{s/^\(.\{0,200\}\).*/\1/;p;}'
}

# What dtrace complains of in $1.
complaint() {
	first_line "$(printf '%s\n' "$1" | grep '^dtrace: ')"
}

say_time() {
	printf 'ask=%s at=%s\n' "$1" "$(date -u '+%Y-%m-%dT%H:%M:%S')"
}

# Whoever is not root may hold dtrace's privileges in a profile; the scripts use pfexec where there is one.
say_login() {
	user=$(id -u 2>/dev/null)
	privileged=
	pfexec=no
	if command -v pfexec >/dev/null 2>&1; then
		privileged=pfexec
		pfexec=$(pfexec /usr/bin/id -u 2>/dev/null)
	fi
	printf 'ask=login uid=%s pfexec=%s zone=%s host=%s text=%s\n' \
		"${user:--}" "${pfexec:--}" "$(zonename 2>/dev/null || echo -)" "$(uname -n)" "${SHELL:--}"
}

say_sh() {
	if [ -n "${BASH_VERSION-}" ]; then
		printf 'ask=sh text=bash %s\n' "$BASH_VERSION"
	elif [ -n "${KSH_VERSION-}" ]; then
		printf 'ask=sh text=ksh %s\n' "$KSH_VERSION"
	else
		printf 'ask=sh text=a POSIX sh\n'
	fi
}

say_awk() {
	awk=awk
	command -v nawk >/dev/null 2>&1 && awk=nawk
	said=$(printf 'one two\n' | $awk 'function last(n) { return $n } { print last(NF) }' 2>&1)
	works=no
	[ "$said" = two ] && works=yes
	printf 'ask=awk name=%s works=%s text=%s\n' "$awk" "$works" "$(first_line "$said")"
}

# As an upload is checked: by the first of the three that is there.
say_checksum() {
	if command -v sha256sum >/dev/null 2>&1; then
		sum=sha256sum said=$(printf abc | sha256sum 2>&1) wanted=ba7816bf8f01cfea
	elif command -v digest >/dev/null 2>&1; then
		sum=digest said=$(printf abc | digest -a sha256 2>&1) wanted=ba7816bf8f01cfea
	else
		sum=cksum said=$(printf abc | cksum 2>&1) wanted='1219131554 3'
	fi
	works=no
	case $said in "$wanted"*) works=yes ;; esac
	printf 'ask=checksum name=%s works=%s text=%s\n' "$sum" "$works" "$(first_line "$said")"
}

# Free space is the third word from the end, also where a long name has a line of its own.
say_home() {
	home=${HOME-}
	state=writable
	[ -w "$home" ] || state=read_only
	[ -d "$home" ] || state=missing
	[ -n "$home" ] || state=unset
	set -f
	set -- $(df -k "${home:-/}" 2>/dev/null | tail -n 1)
	set +f
	while [ $# -gt 3 ]; do shift; done
	case ${1-} in
	'' | *[!0-9]*) free=- ;;
	*) free=$1 ;;
	esac
	printf 'ask=home state=%s free_kib=%s text=%s\n' "$state" "$free" "$home"
}

say_processes() {
	if processes=$(ps -eo pid,zone,args 2>&1); then
		# sh reads a byte at a time: it is given the lines that may count.
		printf '%s\n' "$processes" | sed -e '/propolis-server/b' -e '/crucible-/b' -e '/dtrace/b' -e d | {
			propolis=0 pantry=0 downstairs=0 dtrace=0
			while read -r pid zone command ignored; do
				case ${command##*/} in
				propolis-server) propolis=$((propolis + 1)) ;;
				crucible-pantry) pantry=$((pantry + 1)) ;;
				crucible-downstairs) downstairs=$((downstairs + 1)) ;;
				dtrace) dtrace=$((dtrace + 1)) ;;
				esac
			done
			printf 'ask=crucible propolis=%s pantry=%s downstairs=%s dtrace=%s\n' \
				"$propolis" "$pantry" "$downstairs" "$dtrace"
		}
	else
		printf 'ask=crucible text=%s\n' "$(first_line "$processes")"
	fi
}

say_versions() {
	dtrace=$(dtrace -V 2>&1 </dev/null) || dtrace=-
	utils=-
	[ -r /opt/oxide/crucible_utils/utils-info.txt ] &&
		utils=$(head -n 1 /opt/oxide/crucible_utils/utils-info.txt)
	printf 'ask=versions text=%s %s %s\n' "$(uname -s)" "$(uname -r)" "$(uname -v)"
	printf 'ask=dtrace_version text=%s\n' "$(first_line "$dtrace")"
	printf 'ask=utils_version text=%s\n' "$(first_line "$utils")"
}

# A folder of scripts for each version that was used; what begins with a dot is left of an upload that broke.
say_leftovers() {
	base=${HOME-}/.cruc-fleet
	if [ -h "$base" ]; then
		echo 'ask=leftovers state=link'
	elif ! [ -e "$base" ]; then
		echo 'ask=leftovers state=absent'
	elif ! [ -O "$base" ]; then
		echo 'ask=leftovers state=foreign'
	else
		sets=0 broken=0 locks=0 stale=0
		for each in "$base"/????????????????; do
			[ -d "$each" ] && sets=$((sets + 1))
		done
		for each in "$base"/*/.[!.]*; do
			[ -f "$each" ] && broken=$((broken + 1))
		done
		for each in "$base"/locks/*; do
			[ -f "$each" ] || continue
			pid=
			read -r pid ignored <"$each"
			case $pid in
			'' | *[!0-9]*) ;;
			*)
				if [ -d "/proc/$pid" ] || kill -0 "$pid" 2>/dev/null; then
					locks=$((locks + 1))
				else
					stale=$((stale + 1))
				fi
				;;
			esac
		done
		set -- $(du -sk "$base" 2>/dev/null)
		printf 'ask=leftovers state=ours sets=%s kib=%s broken=%s locks=%s stale=%s\n' \
			"$sets" "${1:--}" "$broken" "$locks" "$stale"
	fi
}

# How many processes have the probes $2 (of the provider $1 and a PID) that this login sees. A login that lacks dtrace's
# privileges sees none, and hears of no error.
say_probes() {
	listed=$($privileged dtrace -l -n "$1*:::$2" 2>&1 </dev/null)
	visible=$(printf '%s\n' "$listed" | {
		while read -r id provider ignored; do
			case $provider in
			"$1"[0-9]*) printf '%s\n' "$provider" ;;
			esac
		done
	} | sort -u | wc -l)
	printf 'ask=probes of=%s visible=%s text=%s\n' "${1#crucible_}" $visible "$(complaint "$listed")"
}

# As every script needs it: its last clause is a timer.
say_dtrace() {
	if ! command -v dtrace >/dev/null 2>&1; then
		echo 'ask=dtrace state=missing'
		return
	fi
	said=$($privileged dtrace -q -b 16k -x aggsize=16k \
		-n 'BEGIN { printf("works\n"); exit(0); } tick-5s { exit(0); }' 2>&1 </dev/null)
	state=fails
	case $said in *works*) state=works ;; esac
	printf 'ask=dtrace state=%s text=%s\n' "$state" "$(complaint "$said")"
}

say_time clock
say_login
say_sh
say_awk
say_checksum
say_home
say_processes
say_versions
say_leftovers
say_dtrace
if command -v dtrace >/dev/null 2>&1; then
	say_probes crucible_upstairs up-status
	say_probes crucible_downstairs submit-read-start
fi
say_time end
