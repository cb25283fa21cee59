#!/usr/bin/env bash
# Lists that answer what no list should: words with terminal escapes, 64 KB of words or of addresses, circles and loops,
# other ids and questions, garbage, and a resolver that leads what does not exist to an advertising server. Each record
# says what came, nothing reaches the terminal that it would obey, and memory is bounded.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
port=$(free_port)
"$HAGAKI_ROOT/tests/e2e/lib/hostile-lists" "$port" >server.log 2>&1 &
server_pids+=($!)
ways="escapes big many circle away ads otherid otherquestion garbage pointers short nothing clean"
zones=()
for way in $ways; do zones+=(--zone "$way.test"); done
ready() { dnsbl-check --resolver "127.0.0.1:$port" --zone escapes.test 192.0.2.7 | grep -q '"result":"listed"'; }
wait_until 20 ready || { cat server.log >&2; fail "nobody answers on $port"; }

status=0
/usr/bin/env time -f %M -o peak timeout 60 dnsbl-check --resolver "127.0.0.1:$port" --timeout 2 "${zones[@]}" 192.0.2.7 >out 2>err || status=$?
[ "$(tail -1 peak)" -lt 150000 ] || fail "a peak of $(tail -1 peak) KiB"
expect "a listing: exit" $status 1
check-records --type listing out || fail "records break the schema"
got() { jq -r "select(.zone == \"$1.test\").$2" out; }
for want in escapes=listed big=listed many=listed circle=error away=error ads=error otherid=timeout otherquestion=timeout \
  garbage=timeout pointers=error short=error nothing=timeout clean=not-listed; do
  expect "${want%=*}" "$(got "${want%=*}" result)" "${want#*=}"
done
grep -q 'parked or hijacked' <<<"$(got ads meaning)" || fail "an advertising server: $(got ads meaning)"
expect "where it leads" "$(got ads 'codes[0]')" 198.51.100.80
# In a pipe the words are as they came, but for what is no text; never more than fits.
[ "$(got big text | wc -c)" -lt 5000 ] || fail "64 KB of words: $(got big text | wc -c)"
grep -q '^A very long story' <<<"$(got big text)" || fail "64 KB of words: cut wrongly"
[ "$(wc -c <out)" -lt 20000 ] || fail "records of $(wc -c <out) bytes"
[ "$(got many meaning | wc -c)" -lt 1000 ] || fail "many addresses: $(got many meaning)"

# --- at a terminal: nothing that it obeys, nothing wider than it
for args in "" --json "--explain --lang ja" "--color always"; do
  # shellcheck disable=SC2086
  at_terminal 80 timeout 60 dnsbl-check --resolver "127.0.0.1:$port" --timeout 1 --quorum 0 "${zones[@]}" $args 192.0.2.7 >table
  python3 - "$args" <<'PY' || fail "${args:-a table}: a line is too wide, or has what a terminal obeys"
import re, sys, unicodedata
for line in open("table", encoding="utf-8").read().replace("\r\n", "\n").split("\n"):
    line = re.sub("\x1b\\[[0-9;]*m", "", line) if "--json" not in sys.argv[1] else line
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    if any(unicodedata.category(c) in ("Cc", "Cf") for c in line) or (wide > 80 and "--json" not in sys.argv[1]):
        sys.exit(repr(line[:200]))
PY
done
for format in nagios prometheus; do
  timeout 60 dnsbl-check --resolver "127.0.0.1:$port" --timeout 1 --format $format "${zones[@]}" 192.0.2.7 >lines 2>err || true
  tr -d '\n' <lines | grep -qP '[\x00-\x1f\x7f]' && fail "$format has control characters"
  [ "$(wc -c <lines)" -lt 10000 ] || fail "$format: $(wc -c <lines) bytes"
done
kill -0 "${server_pids[0]}" || fail "the server fell: $(cat server.log)"
