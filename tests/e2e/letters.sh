#!/usr/bin/env bash
# The letters of tests/data/letters as GMime, Python's email package and notmuch read them: subject, names,
# texts, file names and the bytes of files are those of the tables.
. "$(dirname "$0")/lib/servers.bash"
needs notmuch
"$HAGAKI_ROOT/tests/e2e/lib/letters" "$T" "$HAGAKI_ROOT"/tests/data/letters/*.toml >"$T/found" || { cat "$T/found" >&2; fail "letters are not read as meant"; }
cat "$T/found"
[ "$(awk '/ letters, /{print $1}' "$T/found")" -ge 40 ] || fail "less than 40 letters"
