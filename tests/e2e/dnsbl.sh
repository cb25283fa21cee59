#!/usr/bin/env bash
# dnsbl-check against real rbldnsd: addresses, ranges, IPv6 and domains; lists that refuse, answer
# nonsense or list the world; resolvers that are dead.
. "$(dirname "$0")/lib/servers.bash"
needs rbldnsd
cd "$T"
mkdir lists
port=$(free_port)
silent_port=$(free_port)
closed_port=$(free_port)

# --- the lists
cat >lists/ip4 <<'Z'
:127.0.0.2:listed, see https://bl.test/?$
127.0.0.2
192.0.2.7
198.51.100.16/30
203.0.113.5 :127.0.0.4:infected host
203.0.113.6 :127.0.0.9:
Z
printf '127.0.0.2\n192.0.2.7\n' >lists/tset
cat >lists/ip6 <<'Z'
:127.0.0.2:IPv6 source
2001:db8:bad::/48
::ffff:7f00:2
Z
cat >lists/domains <<'Z'
:127.0.1.2:bad domain
test
bad.example
.worse.example
xn--r8jz45g.example
Z
printf ':127.255.255.254:no open resolvers\n0.0.0.0/1\n128.0.0.0/1\n' >lists/refusing
printf ':127.0.0.2:everything\n0.0.0.0/1\n128.0.0.0/1\n' >lists/world
printf ':192.0.2.80:parked\n0.0.0.0/1\n128.0.0.0/1\n' >lists/parked
printf ':127.0.0.2:\n198.51.100.0/24\n203.0.113.0/24\n127.0.0.2\n' >lists/wide
printf ':127.0.10.3:trusted\n127.0.0.2\n192.0.2.25\n' >lists/allow
printf '$SOA 60 ns.test hostmaster.test 1 600 300 86400 60\n' >lists/empty

run_as=()
[ "$(id -u)" = 0 ] && run_as=(-u "$(id -un rbldns >/dev/null 2>&1 && echo rbldns || echo nobody)")
rbldnsd -n -q "${run_as[@]}" -w "$T/lists" -c 0 -b "127.0.0.1/$port" \
  bl.test:ip4set:ip4 tset.test:ip4tset:tset six.test:ip6trie:ip6 names.test:dnset:domains \
  refusing.test:ip4set:refusing world.test:ip4set:world parked.test:ip4set:parked \
  wide.test:ip4set:wide allow.test:ip4set:allow empty.test:ip4set:empty \
  key1.keyed.test:ip4set:ip4 >rbldnsd.log 2>&1 &
server_pids+=($!)

check() { timeout 30 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 "$@"; }
# answers WANT_STATUS ARGUMENT…: runs the check, keeps its records in $T/out and its words in $T/err.
answers() {
  local want=$1 status=0
  shift
  check "$@" >out 2>err || status=$?
  [ $status = "$want" ] || { cat out err >&2; fail "$*: exit $status, want $want"; }
  [ ! -s out ] || check-records --type listing out || fail "$*: records break the schema"
}
# results: "zone result" of each record, in one line.
results() { jq -r '.zone + " " + .result' out | paste -sd,; }

ready() { check --zone bl.test 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 20 ready || { cat rbldnsd.log >&2; fail "rbldnsd does not answer on $port"; }

# --- the two addresses that every list knows
answers 1 --zone bl.test 127.0.0.2
expect "127.0.0.2" "$(results)" "bl.test listed"
expect "its codes" "$(jq -c .codes out)" '["127.0.0.2"]'
expect "the list's own words" "$(jq -r .text out)" "listed, see https://bl.test/?127.0.0.2"
answers 0 --zone bl.test 127.0.0.1
expect "127.0.0.1" "$(results)" "bl.test not-listed"
expect "no words without a listing" "$(jq -r .text out)" null
answers 1 --zone bl.test --zone tset.test --zone empty.test 192.0.2.7
expect "three lists" "$(results)" "bl.test listed,tset.test listed,empty.test not-listed"
answers 1 --zone bl.test ::ffff:192.0.2.7
expect "an IPv4-mapped address" "$(jq -r '.query + " " + .kind' out)" "192.0.2.7 ip4"

# --- whom it asks about: the way of a message, this machine, and what cannot be meant
cat >message.eml <<'M'
Received: from mail.shop.example (mail.shop.example [203.0.113.5])
	by mx.example.jp (Postfix) with ESMTPS id 4F1; Mon, 23 Nov 2026 09:00:00 +0900 (JST)
Received: from [198.51.100.16] (helo=desk) by mail.shop.example with esmtpsa (Exim 4.96)
Received: from laptop (laptop [10.0.0.5]) by desk (Postfix) with ESMTP
Received: by 2002:a05:6a10:1 with SMTP id 1; Sun, 22 Nov 2026 16:00:00 -0800 (PST)
Subject: news

Received: from evil (evil [192.0.2.7]) by nobody
M
answers 1 --zone bl.test --received <message.eml
expect "the way of a message" "$(jq -r '.query + " " + .result' out | paste -sd,)" "203.0.113.5 listed,198.51.100.16 listed"
answers 1 --zone bl.test --received 192.0.2.7 <message.eml
expect "and one more" "$(jq -r .query out | paste -sd,)" "192.0.2.7,203.0.113.5,198.51.100.16"
printf 'Received: from laptop (laptop [10.0.0.5]) by desk\n\n' >private.eml
answers 66 --zone bl.test --received <private.eml
grep -q 'names a public address' err || fail "a message without a public address: $(cat err)"
answers 64 --received - <message.eml
status=0
check --zone bl.test --self >out 2>err </dev/null || status=$?
case $status in
  0 | 1) [ "$(jq -r .zone out | sort -u)" = bl.test ] || fail "--self: $(cat out err)" ;;
  66) grep -q 'no public address' err || fail "--self: $(cat out err)" ;;
  *) fail "--self: exit $status: $(cat out err)" ;;
esac
answers 1 --zone bl.test --self 192.0.2.7 </dev/null
jq -r .query out | grep -qx 192.0.2.7 || fail "--self forgets what is named: $(cat out)"
printf '192.0.2.7\n' >ips.txt
answers 64 --zone bl.test ips.txt
grep -q 'error: ips.txt: is a file' err || fail "a file for a target: $(cat err)"
answers 1 --zone bl.test <ips.txt
answers 0 --zone names.test nowhere.conn
grep -q 'warning: nowhere.conn: no top-level domain "conn"' err || fail "a top-level domain that is none: $(cat err)"
answers 0 --zone bl.test 10.1.2.3
grep -q 'warning: 10.1.2.3 is an address of a network of its own' err || fail "a private address: $(cat err)"
answers 1 --zone bl.test --zone names.test 127.0.0.2 bad.example
expect "no warning of what can be meant" "$(cat err)" ""

# --- ranges, IPv6, domains
answers 1 --zone bl.test 198.51.100.16/29
expect "a range" "$(jq -r 'select(.result == "listed") | .query' out | paste -sd' ')" \
  "198.51.100.16 198.51.100.17 198.51.100.18 198.51.100.19"
expect "all of it asked" "$(wc -l <out)" 8
answers 1 --zone six.test 2001:db8:bad::25 2001:db8::25
expect "IPv6" "$(jq -r '.query + " " + .result' out | paste -sd,)" \
  "2001:db8:bad::25 listed,2001:db8::25 not-listed"
answers 1 --zone names.test bad.example sub.worse.example 例え.example good.example
expect "domains" "$(jq -r '.query + " " + .result' out | paste -sd,)" \
  "bad.example listed,sub.worse.example listed,xn--r8jz45g.example listed,good.example not-listed"

# --- 256 listings are listings, not exit 0
answers 1 --zone wide.test 198.51.100.0/24
expect "256 listings" "$(grep -c '"result":"listed"' out)" 256
answers 1 --zone wide.test 198.51.100.0/24 203.0.113.0/24
expect "512 listings" "$(grep -c '"result":"listed"' out)" 512

# --- lists that do not answer
answers 75 --zone refusing.test 192.0.2.99
expect "a list that refuses" "$(results)" "refusing.test refused"
answers 75 --zone world.test 192.0.2.99
expect "a list of the world" "$(results)" "world.test error"
grep -q 'lists the world' out || fail "the reason is missing: $(cat out)"
answers 75 --zone world.test 127.0.0.1
expect "its unlisted test point" "$(results)" "world.test error"
answers 75 --zone parked.test 192.0.2.99
expect "a parked zone" "$(results)" "parked.test error"
answers 75 --zone no-such-zone.test 192.0.2.99
grep -q 'every question was refused' err || fail "a resolver that refuses: $(cat err)"

# --- a few that do not answer leave the others' answer standing
answers 1 --zone bl.test --zone tset.test --zone refusing.test 192.0.2.7
expect "one of three refuses" "$(results)" "bl.test listed,tset.test listed,refusing.test refused"
answers 0 --zone bl.test --zone tset.test --zone refusing.test 192.0.2.8
answers 75 --quorum 90 --zone bl.test --zone tset.test --zone refusing.test 192.0.2.8
grep -q 'only 2 of 3 questions could be judged' err || fail "quorum: $(cat err)"
answers 1 --quorum 90 --zone bl.test --zone tset.test --zone refusing.test 192.0.2.7
grep -q 'only 2 of 3 questions could be judged' err || fail "listed without quorum: $(cat err)"

# --- self-test: an empty list is no clean bill
answers 0 --zone empty.test 192.0.2.99
answers 75 --self-test --zone empty.test 192.0.2.99
expect "an empty list" "$(jq -r .meaning out)" "does not list its test point 127.0.0.2"
answers 0 --self-test --zone bl.test --zone six.test 192.0.2.99
expect "six.test has no IPv4" "$(results)" "bl.test not-listed,six.test error"

# --- a table of one's own: allow lists are good news, codes have meanings, keys stay secret
cat >zones.json <<'Z'
{"format": 1, "replace": true,
 "zones": [
  {"zone": "allow.test", "kind": "allow", "lists": ["ip4"], "default": true, "decode": "pattern",
   "codes": {"127.0.*.3": "trust: high"}},
  {"zone": "bl.test", "kind": "block", "lists": ["ip4"], "default": true, "scope": "address",
   "codes": {"127.0.0.2": "spam source", "127.0.0.4": "infected host"},
   "delist_url": "https://bl.test/remove?ip={ip}", "delisting": "self-service"},
  {"zone": "keyed.test", "kind": "block", "lists": ["ip4"], "key": "required"}],
 "dead": [{"name": "Gone", "zones": ["gone.test"], "why": "shut down"}]}
Z
answers 0 --zones zones.json 192.0.2.25
expect "an allow list" "$(results)" "allow.test listed,bl.test not-listed"
expect "what it means" "$(jq -r 'select(.list == "allow") | .meaning' out)" "trust: high"
answers 1 --zones zones.json --explain 203.0.113.5
expect "a code" "$(jq -r 'select(.zone == "bl.test") | .meaning' out)" "infected host"
expect "the page for removal" "$(jq -r 'select(.zone == "bl.test") | .delist_url' out)" \
  "https://bl.test/remove?ip=203.0.113.5"
jq -e 'select(.zone == "bl.test") | .remedy | contains("https://bl.test/remove?ip=203.0.113.5")' out \
  >/dev/null || fail "no remedy: $(cat out)"
answers 1 --zones zones.json --explain --lang ja 203.0.113.5
grep -q '迷惑メール' out || fail "no Japanese: $(cat out)"
answers 1 --zones zones.json 203.0.113.6
expect "a code nobody documented" "$(jq -r 'select(.zone == "bl.test") | .meaning' out)" \
  "listed (127.0.0.9, undocumented)"
answers 1 --zones zones.json --zone gone.test --zone bl.test 192.0.2.7
grep -q 'zone gone.test is dead (Gone: shut down): not asked' err || fail "a dead zone: $(cat err)"
expect "dead zones are not asked" "$(results)" "bl.test listed"
printf 'keyed.test=key1\n' >keys
chmod 600 keys
answers 1 --zones zones.json --keys keys --zone keyed.test 192.0.2.7
expect "a keyed list" "$(results)" "keyed.test listed"
grep -q key1 out err && fail "the key was printed: $(cat out err)"
chmod 644 keys
answers 77 --zones zones.json --keys keys --zone keyed.test 192.0.2.7

# --- standard input, bad lines
status=0
printf '# ours\n192.0.2.7\n\nnot an address\n192.0.2.8\n' | check --zone bl.test >out 2>err || status=$?
expect "bad input, one listed: exit" $status 1
expect "bad input: the rest" "$(jq -r '.query + " " + .result' out | paste -sd,)" \
  "192.0.2.7 listed,192.0.2.8 not-listed"
grep -q 'stdin:4: ' err || fail "bad input: $(cat err)"
status=0
printf 'not an address\n192.0.2.8\n' | check --zone bl.test >out 2>err || status=$?
expect "bad input, none listed: exit" $status 65

# --- dead resolvers: a clear error, and soon
/usr/bin/python3 -c '
import signal, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", int(sys.argv[1])))
open(sys.argv[2], "w").close()
signal.pause()' "$silent_port" "$T/silent" &
server_pids+=($!)
wait_until 10 test -e "$T/silent" || fail "the silent server does not start"
for dead in "$silent_port" "$closed_port"; do
  status=0
  timeout 30 dnsbl-check --resolver "127.0.0.1:$dead" --timeout 2 127.0.0.2 192.0.2.0/24 \
    >out 2>err || status=$?
  expect "a dead resolver: exit" $status 75
  expect "a dead resolver: records" "$(cat out)" ""
  grep -q "error: no .*127\.0\.0\.1:$dead: nothing could be judged" err || fail "a dead resolver: $(cat err)"
done

# --- for a person: fits 80 columns, listings first, the outcome last
at_terminal 80 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --color never --zone empty.test \
  --zone refusing.test --zone bl.test --zone tset.test 192.0.2.7 >out
expect "the listing first" "$(sed -n 2p out | awk '{print $1, $2}')" "listed bl.test"
expect "the outcome last" "$(tail -1 out)" \
  "192.0.2.7 is listed by 2 of 4 lists: 1 clean, 1 not judged (1 refused)."
awk 'length($0) > 80 { bad = 1; print } END { exit bad }' out || fail "wider than 80 columns"
at_terminal 80 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --zone bl.test 192.0.2.7 \
  | grep -q $'\x1b\\[31m' || fail "no colour at a terminal"
