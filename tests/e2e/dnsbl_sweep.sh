#!/usr/bin/env bash
# dnsbl-check over ranges: 65,536 addresses asked of 20 lists of a real rbldnsd, counted against what the lists hold and
# within bounded memory; a list that begins to list everybody half-way; a run that is cut and resumed; standard input
# that comes slowly.
. "$(dirname "$0")/lib/servers.bash"
needs rbldnsd
cd "$T"
mkdir lists
port=$(free_port)

# A build with sanitizers takes several times as long, and asks about the first quarter; it also takes several times
# the memory for each row.
bits=16 most_kib=120000
grep -q __asan_init "$HAGAKI_BIN/dnsbl-check" && bits=18 most_kib=250000
addresses=$((1 << (32 - bits)))

# List n has each address of 10.9.0.0/16 whose number n divides; the test points are as they should be.
zones=() options=()
for n in $(seq 3 22); do
  zones+=("z$n.test:ip4tset:z$n")
  options+=(--zone "z$n.test")
done
awk -v most=$addresses 'BEGIN {
  for (n = 3; n <= 22; n++) {
    file = "lists/z" n
    print "127.0.0.2" >file
    for (i = 0; i < 65536; i += n) print "10.9." int(i / 256) "." i % 256 >file
    close(file)
    print "z" n ".test", int((most - 1) / n) + 1
  }
}' >want
printf '127.0.0.2\n10.9.0.1\n' >lists/turning

run_as=()
[ "$(id -u)" = 0 ] && run_as=(-u "$(id -un rbldns >/dev/null 2>&1 && echo rbldns || echo nobody)")
rbldnsd -n "${run_as[@]}" -w "$T/lists" -c 1 -b "127.0.0.1/$port" "${zones[@]}" \
  turning.test:ip4set:turning >rbldnsd.log 2>&1 &
server_pids+=($!)
check() { dnsbl-check --resolver "127.0.0.1:$port" "$@"; }
ready() { check --zone z3.test 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 60 ready || { cat rbldnsd.log >&2; fail "rbldnsd does not answer on $port"; }

# --- 1,310,720 rows: all there, in order, and never in memory together
# The rows of this sweep, held as they are, would need several times as much: 400 bytes a row and more.
status=0
ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=8 /usr/bin/env time -f %M -o peak \
  dnsbl-check --resolver "127.0.0.1:$port" --summary "${options[@]}" 10.9.0.0/$bits 2>err |
  awk -F '"' '
    { query = $10; zone = $18; result = $22 }
    query != last { last = query; targets++; if (query != "10.9." int((targets - 1) / 256) "." (targets - 1) % 256) wrong++ }
    result == "listed" { listed[zone]++ }
    result != "listed" && result != "not-listed" { unjudged++ }
    END {
      for (n = 3; n <= 22; n++) print "z" n ".test", listed["z" n ".test"] + 0
      printf "%d rows, %d targets, %d out of order, %d not judged\n", NR, targets, wrong, unjudged >"sums"
    }' >got || status=$?
expect "rows" "$(cat sums)" "$((addresses * 20)) rows, $addresses targets, 0 out of order, 0 not judged"
echo "ok: a peak of $(tail -1 peak) KiB"
[ "$(tail -1 peak)" -lt $most_kib ] || fail "a peak of $(tail -1 peak) KiB"
cmp -s want got || fail "other listings than the lists hold: $(diff want got | head)"
expect "counted in the summary too" "$(awk '/^z/ { print $1, $2 }' err | cmp - want && echo yes)" yes

# --- a run that was cut is resumed: what it judged is not asked again
status=0
check --zone z3.test --zone z7.test 10.9.0.0/22 >whole || status=$?
expect "a listing: exit" $status 1
# Cut within a row, and with one that was not judged.
head -c $(($(wc -c <whole) / 2)) whole | sed '20s/"result":"[a-z-]*"/"result":"timeout"/' >cut
lines=$(grep -c '}$' cut)
status=0
check --resume cut --summary --zone z3.test --zone z7.test 10.9.0.0/22 >resumed 2>err || status=$?
expect "resumed: exit" $status 1
expect "resumed: the same rows" \
  "$(jq -c '[.query, .zone, .result, .codes, .meaning, .list]' resumed | cmp - <(jq -c '[.query, .zone, .result, .codes, .meaning, .list]' whole) && echo yes)" yes
check-records --type listing resumed || fail "resumed: records break the schema"
expect "resumed: taken over" "$(awk '/known before/ { n += $8 } END { print n }' err)" $((lines - 1))
grep -q "warning: cut:$((lines + 1)): .*: passed over" err || fail "the line cut short: $(cat err)"
status=0
check --resume whole --zone z3.test 10.9.0.0/30 >>whole 2>err || status=$?
expect "resumed into itself: exit" $status 64
# Records in another order are asked again and that is said.
status=0
check --resume <(tail -n 2 whole) --zone z7.test 10.9.0.1 >out 2>err || status=$?
expect "resumed, other targets: exit" $status 0
grep -q 'no target that was named' err || fail "other targets: $(cat err)"

# --- a list that begins to list everybody
status=0
check --rate 400 --summary --zone turning.test --zone z3.test 10.9.0.0/20 >out 2>err &
sweep=$!
begun() { [ -s out ]; }
wait_until 20 begun || fail "the sweep does not begin"
printf '0.0.0.0/1\n128.0.0.0/1\n' >lists/turning.new
mv lists/turning.new lists/turning
wait "$sweep" || status=$?
expect "a list turns: exit" $status 1
grep -Eq 'warning: turning.test: lists the world, 127\.[0-9.]+ too: disqualified; [0-9]+ listings? reported before must be doubted' err ||
  fail "nobody said so: $(cat err)"
expect "the other list goes on" "$(jq -r 'select(.zone == "z3.test" and .result == "listed") | .query' out | wc -l)" 1366
expect "at most one in doubt for each that shows it" \
  "$(jq -r 'select(.zone == "turning.test" and .result == "listed") | .query' out | awk 'END { print NR >= 1 && NR <= 150 }')" 1
expect "the last is an error" "$(jq -r 'select(.zone == "turning.test") | .result' out | tail -1)" error
grep -Eq '^turning.test .*lists the world' err || fail "not in the summary: $(cat err)"

# --- targets that come slowly are answered as they come
mkfifo slowly
check --zone z3.test <slowly >out 2>err &
sweep=$!
exec 5>slowly
echo 10.9.0.0 >&5
one_answer() { [ "$(wc -l <out)" = 1 ]; }
wait_until 20 one_answer || fail "no answer before the end of the input: $(cat out err)"
printf '10.9.0.0\n10.9.0.1\n10.9.0.0/30' >&5
exec 5>&-
status=0
wait "$sweep" || status=$?
expect "slow input: exit" $status 1
expect "each target once, in order" "$(jq -r '.query + " " + .result' out | paste -sd,)" \
  "10.9.0.0 listed,10.9.0.1 not-listed,10.9.0.2 not-listed,10.9.0.3 listed"
