#!/usr/bin/env bash
# Every list of the built-in table, served by a real NSD: each documented code, two answers at once, an undocumented one,
# 127.0.0.1, error codes, an answer outside 127/8, none, silence, REFUSED and SERVFAIL come out as dnsbl-check(1) says;
# test points pass; lists held dead are never asked.
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
timeout 200 dnsbl-check --resolver "127.0.0.1:$port" "${zones[@]}" --keys keys --timeout 2 --rate 500 <targets >out 2>err || status=$?
expect "listings: exit" $status 1
check-records --type listing out || fail "records break the schema"
shape='{query, zone, result, list, meaning, codes, text, delist_url} | with_entries(select(.value != null))'
jq -cS "$shape | if (.query | contains(\":\")) then del(.delist_url) else . end" out | sort >got.sorted
jq -cS "$shape" want | sort >want.sorted
cmp -s want.sorted got.sorted || fail "other answers than the table says: $(diff want.sorted got.sorted | head -20)"
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
