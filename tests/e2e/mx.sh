#!/usr/bin/env bash
# mx-harvest against a real name server (NSD) and against none: every state of a domain, in the order of
# the list, whatever the answers' order.
. "$(dirname "$0")/lib/servers.bash"
needs nsd
cd "$T"
mkdir zones
{
  cat <<'Z'
$ORIGIN test.
$TTL 60
@ SOA ns hostmaster 1 600 300 86400 60
@ NS ns
ns A 127.0.0.1
shop MX 20 b.shop
shop MX 10 mx.shop
shop MX 20 a.shop
null MX 0 .
a-only A 192.0.2.1
aaaa-only AAAA 2001:db8::1
text-only TXT "nothing else"
here MX 10 localhost.
number MX 10 192.0.2.1.
google MX 1 ASPMX.L.Google.COM.
alias CNAME shop
alias-a CNAME a-only
alias-gone CNAME gone
xn--r8jz45g MX 10 mx.shop
; Mail hosts: mx.shop in IPv4, others not.
mx.shop A 192.0.2.10
a.shop AAAA 2001:db8::10
v6-only MX 10 a.shop
nowhere MX 10 gone.host
nowhere MX 20 text-only
one-left MX 10 gone.host
one-left MX 20 mx.shop
dark MX 10 mx.broken.example.
dim MX 10 mx.broken.example.
dim MX 20 mx.shop
Z
  # More than fits into a datagram: the answer comes over TCP.
  for i in $(seq 100); do echo "many MX $i host-number-$i-of-a-very-large-farm.many"; done
} >zones/test
echo 'broken SOA' >zones/broken.example
port=$(free_port)
silent_port=$(free_port)
closed_port=$(free_port)
printf '$ORIGIN l.google.com.\n$TTL 60\n@ SOA ns h 1 600 300 86400 60\n@ NS ns\nns A 127.0.0.1\naspmx A 192.0.2.20\n' >zones/l.google.com
start_nsd "$port" test broken.example l.google.com

harvest() { timeout 60 mx-harvest --resolver "127.0.0.1:$port" --timeout 20 --at 2026-11-21T09:00:00Z "$@"; }

cat >list.csv <<'Z'
email,want
a@shop.test,ok 10=mx.shop.test 20=a.shop.test 20=b.shop.test
b@null.test,null-mx
c@a-only.test,implicit 0=a-only.test
d@aaaa-only.test,implicit 0=aaaa-only.test
e@text-only.test,no-mail-host
f@gone.test,no-domain
g@gmial.test,no-domain
h@here.test,no-mail-host
i@number.test,no-mail-host
j@google.test,ok 1=aspmx.l.google.com
k@alias.test,ok 10=mx.shop.test 20=a.shop.test 20=b.shop.test
l@alias-a.test,implicit 0=alias-a.test
m@alias-gone.test,no-domain
n@例え.test,ok 10=mx.shop.test
o@SHOP.Test,ok 10=mx.shop.test 20=a.shop.test 20=b.shop.test
p@broken.example,retry
q@elsewhere.example,retry
r@[192.0.2.9],implicit 0=[192.0.2.9]
s@v6-only.test,ok 10=a.shop.test
t@nowhere.test,no-mail-host 10=gone.host.test 20=text-only.test
u@one-left.test,ok 10=gone.host.test 20=mx.shop.test
v@dark.test,retry
w@dim.test,ok 10=mx.broken.example 20=mx.shop.test
Z
harvest list.csv >out 2>err || { cat out err >&2; fail "exit $?"; }
expect "recipients" "$(wc -l <out)" "$(($(wc -l <list.csv) - 1))"
jq -r '(.mx_status + ([.mx[]? | " \(.preference)=\(.host)"] | add // "")) as $got
  | select($got != .want) | "\(.email): got \($got), want \(.want)"' out >differ
[ ! -s differ ] || { cat differ >&2; fail "states of domains"; }
echo "ok: states of domains"
expect "the order" "$(jq -r .email out | cut -c1 | paste -sd' ')" "a b c d e f g h i j k l m n o p q r s t u v w"
expect "the provider by its MX" "$(jq -r 'select(.email == "j@google.test").provider' out)" google
grep -q 'no answer about 3 of 21 domains' err || fail "what has no answer: $(cat err)"
check_records out

# --- only some states: what is left out is counted, the rest is what it was, in its order
harvest list.csv 2>/dev/null >all
only() { harvest --only "$1" list.csv 2>err | jq -r .email | cut -c1 | paste -sd' '; }
expect "--only ok" "$(only ok)" "a c d j k l n o r s u w"
expect "what --only ok leaves out" "$(grep -o '[a-z-]*only left out.*' err)" \
  "--only left out 11 recipients: 4 no-mail-host, 3 no-domain, 3 retry, 1 null-mx"
expect "--only implicit" "$(only implicit)" "c d l r"
expect "--only dead" "$(only dead)" "b e f g h i m t"
expect "--only unknown" "$(only unknown)" "p q v"
expect "--only null-mx,retry" "$(only null-mx,retry)" "b p q v"
harvest --only ok list.csv 2>/dev/null | cmp - <(grep -E '"mx_status":"(ok|implicit)"' all) || fail "--only changes records"

# --- one record a domain
harvest --by-domain list.csv >domains 2>err || { cat domains err >&2; fail "--by-domain: exit $?"; }
check-records --type domain domains || fail "--by-domain breaks the schema"
cmp <(jq -r .domain domains) <(jq -r .domain all | awk '!seen[$0]++') || fail "--by-domain: order"
expect "--by-domain: counts" "$(jq -r 'select(.recipients != 1) | "\(.domain) \(.recipients)"' domains)" "shop.test 2"
expect "--by-domain: first place" "$(jq -r 'select(.domain == "null.test").first_ref' domains)" list.csv:3
said() { jq -cS '{domain, mx, mx_status, provider}' "$1"; }
cmp <(said domains) <(said all | awk '!seen[$0]++') || fail "--by-domain: what DNS says"
expect "--by-domain --only dead" "$(harvest --by-domain --only dead list.csv 2>/dev/null | jq -r .domain | paste -sd' ')" \
  "null.test text-only.test gone.test gmial.test here.test number.test alias-gone.test nowhere.test"
harvest domains 2>/dev/null | cmp - domains || fail "a second harvest of domains changes them"

# --- a second harvest of what was harvested
harvest all 2>/dev/null | cmp - all || fail "a second harvest changes records"

# --- tables
harvest --stats --quiet list.csv 2>&1 >/dev/null | grep -v warning >stats
expect "--stats: states" "$(awk '/^$/ { exit } NR > 1 { print $1, $2 }' stats | paste -sd,)" \
  "ok 8,implicit 4,null-mx 1,no-domain 3,no-mail-host 4,retry 3"
grep -q '^google  *1  ' stats || fail "--stats: providers: $(cat stats)"
grep -q '^list.csv  *23  *0  *0  *0  *23$' stats || fail "--stats: sources: $(cat stats)"

expect "no word of DNSSEC from who does not validate" "$(grep -c dnssec out)" 0

harvest --no-mx-hosts t@nowhere.test v@dark.test >out
expect "MX hosts not asked about" "$(jq -r .mx_status out | paste -sd' ')" "ok ok"
# How many questions: one for the MX, one for a host that is there, two for one that is not.
questions() { harvest --verbose "$@" 2>&1 >/dev/null | awk '/questions asked/ { print $(NF - 2) }'; }
expect "questions, a host asked about once" "$(questions a@shop.test k@alias.test n@xn--r8jz45g.test b@shop.test)" 4
expect "questions about hosts that are not there" "$(questions t@nowhere.test)" 5
expect "questions about hosts, none" "$(questions --no-mx-hosts t@nowhere.test)" 1

harvest --no-mx-hosts x@many.test >out
expect "an answer over TCP" "$(jq '.mx | length' out)" 100

# --- many recipients of few domains, out of a pipe; memory and order hold
awk 'BEGIN { for (i = 0; i < 50000; i++) printf "{\"email\":\"u%d@d%d.test\"}\n", i, i % 5000 }' |
  harvest >out 2>err || { cat err >&2; fail "50,000 recipients: exit $?"; }
expect "50,000 recipients in order" "$(jq -r .email out | sed 's/^u//; s/@.*//' | sort -nc 2>&1; wc -l <out)" 50000
expect "their state" "$(jq -r .mx_status out | sort -u)" no-domain

# --- a cache: what holds is not asked again, what failed is
cached() { # cached OPTION…: the list with the cache, how many were known in $known
  harvest --verbose --cache cache "$@" list.csv >out 2>err || { cat err >&2; fail "--cache: exit $?"; }
  known=$(grep -o '[0-9]* known from the cache' err | cut -d' ' -f1)
}
records() { jq -c 'del(.provenance)' out; }
cached
expect "an empty cache" "$known" 0
records >first
cached
# All but three that nobody answers about and two aliases of what has no MX; a literal is none of DNS.
expect "a cache of a moment ago" "$known" 16
expect "records from the cache" "$(records | diff - first | wc -l)" 0
check_records out
cached --no-mx-hosts
expect "what was checked is good for who does not check" "$known" 16
printf 'my notes\n' >notes
status=0
harvest --cache notes a@shop.test >out 2>err || status=$?
expect "a cache that is no cache: exit" "$status $(cat notes)" "78 my notes"
# Whatever else is wrong with it, the run goes on.
dd if=/dev/zero of=cache bs=4096 seek=1 count=20 conv=notrunc status=none
for bad in cache missing-folder/cache; do
  harvest --cache $bad a@shop.test >out 2>err || fail "a bad cache: exit $?"
  expect "a bad cache" "$(jq -r .mx_status out) $(grep -c 'going on without it' err)" "ok 1"
done

# --- the next resolver knows better
mx-harvest --resolver "127.0.0.1:$closed_port" --resolver "127.0.0.1:$port" a@shop.test >out
expect "a second resolver" "$(jq -r .mx_status out)" ok

# --- nobody answers: soon, and as "retry"
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
  timeout 30 mx-harvest --resolver "127.0.0.1:$dead" --timeout 1 list.csv >out 2>err || status=$?
  expect "a dead resolver: exit" $status 75
  expect "a dead resolver: states" "$(jq -r 'select(.domain | startswith("[") | not).mx_status' out | sort -u)" retry
  grep -q "127\.0\.0\.1:$dead" err || fail "a dead resolver: $(cat err)"
done

