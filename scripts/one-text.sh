# one-text.sh: what a script of ours runs under where one text is all that a tool takes, as pilot and sush do.
# cruc-fleet script puts it behind lines that set the names below and a function payload; it does nothing by hand.
#
#	word	in every mark: random, so that nothing that a command prints looks like one
#	about	what is asked: name=value words
#
# What it prints, line by line:
#
#	cruc-fleet WORD begin 1 HOSTNAME ABOUT	1 is the version of these lines; a sled's host name is its serial
#	|LINE					of the payload's standard output, as it comes
#	!LINE					of its standard error, when it has ended
#	cruc-fleet WORD end STATUS LINES ERRORS [open]	open: the last line of standard output had no end
#
# Its own status is always 0, so that a tool's "failure" means that the sled was not reached, or the answer was cut.
# Nothing ends the payload but its own limit, which is in the D program.

awk=awk
command -v nawk >/dev/null 2>&1 && awk=nawk

printf 'cruc-fleet %s begin 1 %s %s\n' "$word" "$(hostname 2>/dev/null || uname -n)" "$about"
{
	errors=$( (payload) 2>&1 >&3 3>&- </dev/null)
	status=$?
	[ -z "$errors" ] || printf '%s\n' "$errors" | sed "s/^/$word !/"
	printf '%s %s\n' "$word" "$status"
} 3>&1 | $awk -v word="$word" '
{
	at = index($0, word)
	if (at == 0) {
		print "|" $0
		lines++
		next
	}
	if (at > 1) {
		print "|" substr($0, 1, at - 1)
		lines++
		open = " open"
	}
	rest = substr($0, at + length(word) + 1)
	if (substr(rest, 1, 1) == "!") {
		print rest
		errors++
	} else {
		status = rest
	}
}
END {
	print "cruc-fleet " word " end " status " " (lines + 0) " " (errors + 0) open
}'
exit 0
