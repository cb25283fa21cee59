#!/usr/bin/env bash
# Servers that misbehave: every dialogue in tests/data/dialogues, in the clear and through TLS. tests/e2e/lib/play-dialogues
# tells how one is written. "tests/e2e/dialogues.sh NAME..." plays these alone, "--update NAME..." writes their events anew.
. "$(dirname "$0")/lib/servers.bash"
make_certificates
update=
[ "${1-}" != --update ] || { update=$1; shift; }
dialogues=$HAGAKI_ROOT/tests/data/dialogues
[ $# -gt 0 ] || set -- $(cd "$dialogues" && ls)
mkdir "$T/played"
"$HAGAKI_ROOT/tests/e2e/lib/play-dialogues" $update "$T" "$T/played" "${@/#/$dialogues/}"
