#!/bin/sh
#
# sleds.sh: what whoever is on call asks first of a sled. It only reads. "cruc-fleet sleds" sends it with its command,
# and reads what it prints. By hand: sh sleds.sh
#
# One line a question, ask=QUESTION and further NAME=VALUE words; text= goes on to the end of its line. What cannot be
# found out is left out or -, never guessed.

LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH

# A fraction of a second where date or the shell (ksh93) has one: it tells more of the clock.
say_time() {
	at=$(date -u '+%Y-%m-%dT%H:%M:%S.%N' 2>/dev/null)
	case $at in
	*.[0-9]*) ;;
	*)
		# Some shells take the whole for a format of theirs, and complain.
		at=$(TZ=UTC0 ksh93 -c 'printf "%(%Y-%m-%dT%H:%M:%S.%N)T" now' 2>/dev/null)
		case $at in
		*.[0-9]*) ;;
		*) at=$(date -u '+%Y-%m-%dT%H:%M:%S') ;;
		esac
		;;
	esac
	printf 'ask=%s at=%s\n' "$1" "$at"
}

say_processes() {
	processes=$(ps -e -o args 2>/dev/null </dev/null) || return
	printf '%s\n' "$processes" | {
		propolis=0 pantry=0 downstairs=0
		while read -r command subcommand ignored; do
			case ${command##*/} in
			propolis-server) propolis=$((propolis + 1)) ;;
			crucible-pantry) pantry=$((pantry + 1)) ;;
			crucible-downstairs) [ "$subcommand" = run ] && downstairs=$((downstairs + 1)) ;;
			esac
		done
		printf 'ask=processes propolis=%s pantry=%s downstairs=%s\n' "$propolis" "$pantry" "$downstairs"
	}
}

# Where the link leads that "cruc-fleet push" made. Not every system has readlink.
say_scripts() {
	link=${HOME-}/.cruc-fleet/scripts
	if [ -h "$link" ]; then
		leads=$(ls -ld "$link" 2>/dev/null | sed -n 's/^l.* -> \([0-9a-f]*\)$/\1/p')
		printf 'ask=scripts state=pushed set=%s\n' "${leads:--}"
	elif [ -e "$link" ]; then
		echo 'ask=scripts state=foreign'
	else
		echo 'ask=scripts state=absent'
	fi
}

say_time clock
printf 'ask=identity host=%s zone=%s\n' "$(uname -n)" "$(zonename 2>/dev/null || echo -)"
printf 'ask=uptime text=%s\n' "$(ps -o etime= -p 1 2>/dev/null </dev/null)"
printf 'ask=helios text=%s\n' "$(uname -v)"
printf 'ask=crucible text=%s\n' "$(cut -c 1-200 /opt/oxide/crucible_utils/utils-info.txt 2>/dev/null </dev/null | head -n 1)"
say_processes
say_scripts
say_time end
