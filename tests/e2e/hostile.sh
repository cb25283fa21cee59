#!/usr/bin/env bash
# Hostile values in every place of a letter: none creates a header field, a recipient or a part, none changes the
# envelope; a server gets as many messages as were told, to nobody else.
. "$(dirname "$0")/lib/servers.bash"
"$HAGAKI_ROOT/tests/e2e/lib/hostile" "$T/places" "$HAGAKI_ROOT/tests/data/letters/hostile.tsv" >"$T/found" ||
  { cat "$T/found" >&2; fail "a value reaches beyond its place"; }
cat "$T/found"
[ "$(awk '/ values, /{print $1}' "$T/found")" -ge 200 ] || fail "less than 200 values"
