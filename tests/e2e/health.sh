#!/usr/bin/env bash
# dnsbl-check --health against NSD: a sender that is right, wrong ones, and DNS that means harm.
. "$(dirname "$0")/lib/servers.bash"
needs nsd
cd "$T"
mkdir zones
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out short.pem 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out long.pem 2>/dev/null
public() { openssl pkey -in "$1" -pubout | grep -v '^-' | tr -d '\n'; }
# txt TEXT: as the strings of a TXT record.
txt() { printf '%s' "$1" | fold -w 250 | sed 's/.*/"&"/' | paste -sd' '; }
{
  cat <<'Z'
$ORIGIN .
$TTL 60
@ SOA ns.test. hostmaster.test. 1 600 300 86400 60
@ NS ns.test.
ns.test. A 127.0.0.1
1.2.0.192.in-addr.arpa. PTR mail.good.example.
mail.good.example. A 192.0.2.1
good.example. MX 10 mail.good.example.
good.example. TXT "v=spf1 include:_spf.good.example -all"
_spf.good.example. TXT "v=spf1 ip4:192.0.2.0/28 ?all"
_dmarc.good.example. TXT "v=DMARC1; p=reject; rua=mailto:d@good.example"
_mta-sts.good.example. TXT "v=STSv1; id=20261123;"
mta-sts.good.example. A 192.0.2.3
_smtp._tls.good.example. TXT "v=TLSRPTv1; rua=mailto:t@good.example"
default._bimi.good.example. TXT "v=BIMI1; l=https://good.example/l.svg"
66.2.0.192.in-addr.arpa. PTR p4202-ipbf1104.tokyo.ocn.ne.jp.
p4202-ipbf1104.tokyo.ocn.ne.jp. A 192.0.2.66
bad.example. MX 0 .
bad.example. TXT "v=spf1 a:x1.example a:x2.example a:x3.example -all"
; a circle
loop.example. CNAME pool.example.
pool.example. CNAME loop.example.
circle.example. TXT "v=spf1 redirect=circle.example"
; text that would move a terminal
_dmarc.evil.example. TXT "v=DMARC1; p=\027[2J\027]0;owned\007; \155\194\155"
evil.example. TXT "v=spf1 a:\027[31m.example -all"
_smtp._tls.evil.example. TXT "v=TLSRPTv1; rua=mailto:\027[2J@x"
evil.example. MX 10 mail.good.example.
Z
  printf 'short._domainkey.good.example. TXT %s\n' "$(txt "v=DKIM1; k=rsa; p=$(public short.pem)")"
  printf 'long._domainkey.good.example. TXT %s\n' "$(txt "v=DKIM1; k=rsa; p=$(public long.pem)")"
  printf 'gone._domainkey.good.example. TXT "v=DKIM1; p="\n'
  # 60,000 octets
  printf 'huge.example. TXT %s\n' "$(txt "v=spf1 $(printf 'a%.0s' $(seq 59990))")"
  printf '_dmarc.huge.example. TXT %s\n' "$(txt "v=DMARC1; p=none; x=$(printf 'y%.0s' $(seq 59900))")"
  printf 's._domainkey.huge.example. TXT %s\n' "$(txt "v=DKIM1; p=$(printf 'A%.0s' $(seq 59900))")"
} >zones/root
port=$(free_port)
start_nsd "$port" .

# health WANT_STATUS ARGUMENT…: its records in $T/out and its words in $T/err.
health() {
  local want=$1 status=0
  shift
  timeout 60 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --health "$@" >out 2>err || status=$?
  [ $status = "$want" ] || { cat out err >&2; fail "$*: exit $status, want $want"; }
  [ ! -s out ] || check_records out
}
# of CHECK: its verdict, and what was found.
of() { jq -r --arg c "$1" 'select(.type == "health" and .check == $c) | .verdict + " " + (.id // "-")' out | paste -sd,; }

health 0 --helo mail.good.example --selector long 192.0.2.1 good.example
for check in ptr ptr-name helo spf dkim mx mta-sts tls-rpt bimi; do
  expect "$check of a good sender" "$(of $check)" "ok -"
done
expect "DMARC of a good sender" "$(of dmarc)" "ok dmarc-enforced"
expect "SPF's count" "$(jq -c 'select(.check == "spf") | [.result, .lookups, .void_lookups]' out)" '["pass",1,0]'
expect "the key" "$(jq -r 'select(.check == "dkim") | .detail' out)" "rsa, 2048 bits"
jq -es 'any(.[]; .type == "release" and .provider == "docomo" and (.remedy | contains("192.0.2.1")))' out >/dev/null \
  || fail "no page of docomo: $(cat out)"
health 0 --selector short good.example
expect "a short key" "$(of dkim)" "warning dkim-key-short"
health 1 --selector gone --selector none good.example
expect "keys that are gone" "$(of dkim)" "error dkim-revoked,error selector-missing"

health 1 --helo mail.good.example 192.0.2.66 bad.example
expect "a dynamic name" "$(of ptr-name)" "error ptr-dynamic"
expect "HELO of another host" "$(of helo)" "warning helo-mismatch"
expect "void look-ups" "$(of spf)" "error spf-bad"
expect "their count" "$(jq -c 'select(.check == "spf") | .void_lookups' out)" 3
expect "null MX" "$(of mx)" "error mx-null"
health 1 --lang ja 192.0.2.66
grep -q 'IP25B' out || fail "no Japanese: $(cat out)"

# --- DNS that means harm
clean() { ! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' "$@" || fail "control characters: $(cat -v "$@" | head -5)"; }
health 1 evil.example
expect "a policy of escapes" "$(of dmarc)" "error dmarc-bad"
expect "SPF of escapes" "$(of spf)" "error spf-bad"
expect "reports to escapes" "$(of tls-rpt)" "warning tls-rpt-bad"
clean out err
at_terminal 80 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --color never --health evil.example >shown
clean shown
health 1 --selector s huge.example
expect "SPF of 60,000 octets" "$(of spf)" "error spf-bad"
expect "a key of 60,000 octets" "$(of dkim)" "error selector-bad"
[ "$(wc -c <out)" -lt 40000 ] || fail "records of $(wc -c <out) octets"
health 75 --helo loop.example 192.0.2.1
expect "a circle of CNAMEs" "$(of helo)" "unknown dns-unknown"
health 1 circle.example
expect "a record that redirects to itself" "$(of spf)" "error spf-bad"
port_closed=$(free_port)
status=0
timeout 60 dnsbl-check --resolver "127.0.0.1:$port_closed" --timeout 1 --health 192.0.2.1 good.example >out 2>err || status=$?
expect "no DNS: exit" $status 75
expect "no DNS: nothing is guessed" "$(jq -r 'select(.type == "health") | .verdict' out | sort -u)" unknown

# --- names that do not exist lead to an advertising server

stop_servers
printf '* A 198.51.100.80\n*.example. A 198.51.100.80\n' >>zones/root
port=$(free_port)
start_nsd "$port" .
health 75 --helo nowhere.example 192.0.2.1 good.example
expect "HELO, redirected" "$(of helo)" "unknown dns-unknown"
health 1 bought.example
expect "MX, redirected" "$(of mx)" "unknown dns-unknown"
status=0
timeout 60 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --zone bl.nowhere --zone zen.spamhaus.org 192.0.2.1 >out 2>err || status=$?
expect "lists, redirected: exit" $status 75
expect "lists, redirected" "$(jq -r .result out | sort -u)" error

# --- for a person
for lang in en ja; do
  at_terminal 80 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 --color never --lang $lang --health --helo mail.good.example \
    --selector gone 192.0.2.66 good.example >shown
  /usr/bin/python3 - shown <<'PY' || fail "wider than 80 columns ($lang)"
import sys, unicodedata
bad = 0
for line in open(sys.argv[1], encoding="utf-8"):
    line = line.rstrip("\n")
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    if width > 80 and "://" not in line:
        print(width, line)
        bad = 1
sys.exit(bad)
PY
done

# --- no DNS at all: what is unknown for one reason is told once
status=0
dnsbl-check --resolver 127.0.0.1:1 --timeout 1 --format table --health 192.0.2.1 good.example >out 2>err || status=$?
expect "no DNS: exit" $status 75
reasons=$(grep '^unknown ' out | grep -oE 'no (answer|resolver) .*' | sort -u | wc -l)
expect "no DNS: a paragraph for each reason" "$(grep -c 'Mend:' out)" "$reasons"
expect "no DNS: fewer than the checks" "$((reasons < $(grep -c '^unknown ' out)))" 1
