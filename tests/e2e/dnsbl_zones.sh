#!/usr/bin/env bash
# Every list of the built-in table, served by a real NSD: each documented code, two answers at once, an undocumented one,
# 127.0.0.1, error codes, an answer outside 127/8, none, silence, REFUSED and SERVFAIL come out as dnsbl-check(1) says;
# test points pass; a list that lists many in a row is tested again; lists held dead are never asked.
. "$(dirname "$0")/lib/servers.bash"
needs nsd
cd "$T"
port=$(free_port)
behind=$(free_port)
lib=$HAGAKI_ROOT/tests/e2e/lib
table=$HAGAKI_ROOT/lib/dnsbl/data/zones.json

mkdir zones
"$lib/zone-cases" "$table" "$T" || fail "no cases"
chmod 600 keys
mv root zones/root
start_nsd "$behind" .
"$lib/zone-relay" "$port" "$behind" asked >relay.log 2>&1 &
server_pids+=($!)
zones=()
while read -r zone; do zones+=(--zone "$zone"); done < <(jq -r '.zones[].zone' "$table")
check() { dnsbl-check --resolver "127.0.0.1:$port" "${zones[@]}" --keys keys --timeout 2 "$@"; }
ready() { dnsbl-check --resolver "127.0.0.1:$port" --zone bl.spamcop.net 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 20 ready || { cat relay.log nsd/log >&2; fail "nobody answers on $port"; }

# --- each case of each list
status=0
timeout 200 dnsbl-check --resolver "127.0.0.1:$port" "${zones[@]}" --keys keys --timeout 2 --rate 500 --explain <targets >out 2>err || status=$?
expect "listings: exit" $status 1
check-records --type listing out || fail "records break the schema"
shape='{query, zone, result, list, meaning, codes, text, delist_url} | with_entries(select(.value != null))'
jq -cS "$shape" out | sort >got.sorted
jq -cS "$shape" want | sort >want.sorted
cmp -s want.sorted got.sorted || fail "other answers than the table says: $(diff want.sorted got.sorted | head -20)"
# explained FILE: each answer but "clean" is, and no slot of a text is left open.
explained() {
  jq -c 'select(.result != "not-listed" and ((.cause // "") == "" or (.remedy // "") == ""))' "$1" >bare
  [ ! -s bare ] || fail "not explained: $(head -3 bare)"
  grep -E '\{[a-z]+\}' "$1" >open && fail "a slot is left open: $(head -3 open)"
  return 0
}
explained out
# One list takes hashes of mail addresses alone, which nobody asks about here.
lists=$(jq '[.zones[] | select(any(.lists[]; test("^(ip4|ip6|domain)$")))] | length' "$table")
expect "lists" "$(jq -r .zone out | sort -u | wc -l)" "$lists"
for result in listed not-listed refused error timeout; do
  # Each list came to each result, but for a list without codes of its own that refuse.
  expect "lists that came to $result" "$(jq -r "select(.result == \"$result\").zone" out | sort -u | wc -l)" "$lists"
done
expect "no silence passes for an answer" "$(jq -r 'select(.result == "timeout") | .query' out | sort -u | paste -sd' ')" "2001:db8:113::7 203.0.113.7 case-7.example"
while IFS== read -r zone key; do
  grep -q "\.$key\.$zone\$" asked || fail "$zone was not asked with its key"
  grep -q "$key" out err && fail "the key of $zone is shown"
done <keys
echo "ok: $(wc -l <out) answers of $lists lists compared"

# --- a list that lists 20 in a row is asked about one that nobody can have, and passes
cp zones/root root.whole
status=0
before=$(wc -l <asked)
check --in-flight 4 --explain --lang ja <row >out 2>err || status=$?
expect "20 in a row: exit" $status 1
grep -q 'lists the world' err && fail "20 in a row: $(cat err)"
expect "20 in a row" "$(jq -r '.result' out | sort -u)" listed
expect "20 in a row: of all lists" "$(jq -r '[.kind, .zone] | join(" ")' out | sort | uniq -c | awk '{ print $1 }' | sort -u)" 20
explained out
tail -n +$((before + 1)) asked >asked.row
while read -r kind zone origin; do
  case $kind in
    ip4) point='([0-9]{2,3}\.){3}127' ;;
    ip6) point='[0-9a-f.]{12}f\.7\.f\.f\.f\.f(\.0){20}' ;;
    domain) point='u[0-9]+\.invalid' ;;
  esac
  grep -qxE "$point\.${origin//./\\.}" asked.row || fail "$zone was not tested again by a point of kind $kind"
done <again
echo "ok: $(wc -l <again) tests of $(awk '{ print $2 }' again | sort -u | wc -l) lists come again"

# --- one that lists that too is believed no more
cat root.whole turned >zones/root
port3=$(free_port)
start_nsd "$port3" .
ready_at_3() { dnsbl-check --resolver "127.0.0.1:$port3" --zone bl.spamcop.net 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 20 ready_at_3 || fail "nobody answers on $port3"
cp root.whole zones/root
status=0
dnsbl-check --resolver "127.0.0.1:$port3" "${zones[@]}" --keys keys --in-flight 4 <row >out 2>err || status=$?
expect "the world: exit" $status 1
world='[.kind, .zone] | join(" ")'
jq -r "select(.result == \"error\" and (.meaning | startswith(\"lists the world, \"))) | $world" out | sort -u >got
awk '{ print $1, $2 }' again | sort -u | cmp -s - got ||
  fail "lists that list the world: $(awk '{ print $1, $2 }' again | sort -u | diff - got | head)"
# The last of a row is in error: nothing after the test is believed.
expect "the world: the last" "$(jq -r "select(.query | test(\"(\\\\.19|:13|^n19.row.example)\$\")) | select(.result == \"error\") | $world" out | sort -u | cmp - got && echo yes)" yes
# What it had said before, and was reported by then, is said to be in doubt.
jq -r "select(.result == \"listed\") | $world" out | sort -u | comm -12 - got | cut -d' ' -f2 >doubtful
while read -r zone; do
  grep -Eq "warning: $zone: lists the world, [^ ]+ too: disqualified; [0-9]+ listings? reported before" err || fail "nobody doubts $zone: $(cat err)"
done <doubtful
echo "ok: $(wc -l <got) rows end in error, $(wc -l <doubtful) with listings in doubt"
grep -q "$(cut -d= -f2 keys | head -1)" out err && fail "a key is shown"

# --- the test points of each list
# --- the test points of each list
status=0
check --self-test 203.0.113.0 2001:db8:113::0 case-0.example >out 2>err || status=$?
expect "test points: exit" $status 0
expect "test points" "$(jq -r .result out | sort | uniq -c | tr -s ' ')" " $(wc -l <out) not-listed"
# Lists that forgot theirs give no verdict.
sed -i '/^\(2\.0\.0\.127\|2\.0\.0\.0\.0\.0\.f\.7\|TEST\|dbltest\.com\|test\.\|_DNSBL_\)/d' zones/root
port2=$(free_port)
start_nsd "$port2" .
status=0
dnsbl-check --resolver "127.0.0.1:$port2" "${zones[@]}" --keys keys --self-test 203.0.113.0 2001:db8:113::0 case-0.example >out 2>err || status=$?
expect "no test points: exit" $status 75
# A list that publishes none cannot fail it.
without=$(jq -r '[.zones[] | select(.test) | select(any(.test[]; . == null)).zone] | sort | join(" ")' "$table")
expect "lists that cannot fail" "$(jq -r 'select(.result == "not-listed").zone' out | sort -u | paste -sd' ')" "$without"

# --- lists held dead
: >said
before=$(wc -l <asked)
dead=()
while read -r zone; do dead+=(--zone "$zone"); done <dead
status=0
dnsbl-check --resolver "127.0.0.1:$port" "${dead[@]}" 203.0.113.1 case-1.example >out 2>err || status=$?
expect "dead lists: exit" $status 64
expect "dead lists: nothing was asked" "$(wc -l <asked) $(cat out)" "$before "
while read -r zone; do
  grep -qF "warning: zone $zone is dead (" err || fail "$zone is not said to be dead: $(grep -F "$zone" err)"
done <dead
