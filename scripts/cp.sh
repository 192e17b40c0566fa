#!/bin/sh
#
# cp.sh: prints one file, so that it can be copied away: cp.sh PATH MOST, where MOST is how many bytes it may have at
# most. It only reads. "cruc-fleet cp" sends it with its command, and reads what it prints.
#
# The first line is file size=BYTES packed=gzip|no; then comes the content, packed where there is gzip, as hexadecimal
# digits of its bytes, since what a file holds need not be text.

LC_ALL=C
export LC_ALL

fail() {
	printf 'cp.sh: %s\n' "$1" >&2
	exit 1
}

file=$1
most=$2
[ -e "$file" ] || fail 'there is no such file'
[ -f "$file" ] || fail 'it is not a regular file'
[ -r "$file" ] || fail 'this login may not read it'
size=$(wc -c <"$file" 2>/dev/null)
size=${size##* }
case $size in
'' | *[!0-9]*) fail 'its size cannot be read' ;;
esac
[ "$size" -le "$most" ] || fail "it has $size bytes, and at most $most are copied (--max-size)"
if command -v gzip >/dev/null 2>&1; then
	printf 'file size=%s packed=gzip\n' "$size"
	gzip -c <"$file" | od -An -v -tx1
else
	printf 'file size=%s packed=no\n' "$size"
	od -An -v -tx1 <"$file"
fi
