#!/usr/bin/env bash
# What DNS says about a sender, before a campaign: a right zone, wrong ones, and none, served by NSD.
. "$(dirname "$0")/lib/servers.bash"
needs nsd
cd "$T"
unset HAGAKI_MAIL_SEND_NO_DNS
umask 077
openssl genpkey -algorithm ED25519 -out key.pem
openssl genpkey -algorithm ED25519 -out other.pem
umask 022
mkdir zones
mail-send --dkim good.example:k:key.pem --print-dkim-record >record
# A root that holds all: what is not here does not exist, so that no list lists anything.
{
  printf '$ORIGIN .\n$TTL 60\n@ SOA ns.test. hostmaster.test. 1 600 300 86400 60\n@ NS ns.test.\nns.test. A 127.0.0.1\n'
  cat record
  sed 's/good.example/revoked.example/; s/p=[^"]*/p=/' record
  for name in good nospf softspf failspf badspf; do
    printf '%s.example. MX 10 mail.good.example.\n_dmarc.%s.example. TXT "v=DMARC1; p=reject"\n' $name $name
  done
  cat <<'Z'
good.example. TXT "v=spf1 ip4:192.0.2.25 -all"
mail.good.example. A 192.0.2.25
25.2.0.192.in-addr.arpa. PTR mail.good.example.
26.2.0.192.in-addr.arpa. PTR mail.good.example.
softspf.example. TXT "v=spf1 ~all"
failspf.example. TXT "v=spf1 include:good.example mx:good.example -all"
badspf.example. TXT "v=spf1 ipv4:192.0.2.25 -all"
null.example. MX 0 .
nodmarc.example. MX 10 mail.good.example.
nodmarc.example. TXT "v=spf1 ip4:192.0.2.25 -all"
revoked.example. MX 10 mail.good.example.
revoked.example. TXT "v=spf1 ip4:192.0.2.25 -all"
_dmarc.revoked.example. TXT "v=DMARC1; p=none"
28.2.0.192.in-addr.arpa. PTR mail28.good.example.
mail28.good.example. A 192.0.2.28
28.2.0.192.zen.spamhaus.org. A 127.0.0.2
28.2.0.192.zen.spamhaus.org. TXT "Listed, see https://check.example/"
29.2.0.192.in-addr.arpa. PTR mail29.good.example.
mail29.good.example. A 192.0.2.29
29.2.0.192.zen.spamhaus.org. A 127.255.255.254
29.2.0.192.psbl.surriel.com. A 127.0.0.2
listed.example. MX 10 mail.good.example.
listed.example. TXT "v=spf1 ip4:192.0.2.25 -all"
_dmarc.listed.example. TXT "v=DMARC1; p=none"
listed.example.dbl.spamhaus.org. A 127.0.1.2
Z
} >zones/root
port=$(free_port)
start_nsd "$port" .

start_shop
number=0
# findings WANT DOMAIN OPTION…: a campaign from DOMAIN through a relay, and the ids that it tells.
findings() {
  local want=$1 domain=$2 status=0
  shift 2
  number=$((number + 1))
  printf 'From: Shop <%s>\nSubject: x\n%s\nHello\n' "shop@$domain" "${reply_to:+Reply-To: $reply_to$'\n'}" >letter.eml
  timeout 60 mail-send -t letter.eml --campaign "c$number" --journal "j$number" --relay "$relay" \
    --tls none --attempts 1 ${transactional---transactional} --resolver "127.0.0.1:$port" "$@" list.jsonl >out 2>err || status=$?
  got=$(sed -n '/could not be checked/d; s/^mail-send: [a-z]*: preflight: \([a-z0-9-]*\): .*/\1/p' err | grep -vE '^(no-way-out|no-list-unsubscribe|ascii-.*)$' | sort -u | tr '\n' ' ')
  got=${got% }
  [ "$got" = "$want" ] || { cat err >&2; fail "$domain $*: got '$got', want '$want'"; }
  expect "$domain $*: ${want:-nothing}: exit" $status "${exit:-0}"
}
echo '{"email":"you@shop.example","consent":{"basis":"customer","evidence":"shop"}}' >list.jsonl
signed="--dkim good.example:k:key.pem"
ip="--sending-ip 192.0.2.25"

findings "" good.example $ip $signed
findings "" good.example
exit=78
findings "dkim-other-key" good.example $ip --dkim good.example:k:other.pem
findings "dkim-record-missing" good.example $ip --dkim good.example:none:key.pem
findings "dkim-revoked" revoked.example $ip --dkim revoked.example:k:key.pem
findings "ptr-mismatch spf-fail" failspf.example --sending-ip 192.0.2.26
findings "ptr-missing spf-fail" good.example --sending-ip 192.0.2.27
findings "ptr-mismatch spf-unsure" softspf.example --sending-ip 192.0.2.26
findings "spf-bad" badspf.example $ip
findings "spf-bad" badspf.example
findings "from-takes-no-mail spf-missing" null.example $ip
findings "from-takes-no-mail spf-missing" nowhere.example $ip
findings "bounces-take-no-mail not-aligned spf-missing" good.example $ip --bounces bounces@null.example
# Each address of Reply-To, whatever stands in the names before it.
reply_to='"6\" cards" <a@null.example>, <b@good.example>' findings "reply-to-takes-no-mail" good.example $ip
findings "ip-listed spf-unsure" softspf.example --sending-ip 192.0.2.28
findings "domain-listed" listed.example $ip
unset exit

# --- warnings stop nothing
findings "spf-missing" nospf.example $ip
findings "spf-unsure" softspf.example $ip
transactional= findings "dmarc-missing" nodmarc.example $ip
findings "ip-listed-elsewhere spf-unsure" softspf.example --sending-ip 192.0.2.29
grep -q 'ip-listed: could not be checked .*zen.spamhaus.org (refused)' err || fail "a list that refuses: $(cat err)"

# --- nobody answers: one line, and the campaign goes on
right=$port
port=$(free_port)
findings "" good.example $ip $signed
expect "no resolver: lines" "$(grep -c 'preflight: dns-silent: could not be checked' err) $(grep -c preflight: err)" "1 1"
port=$right
echo "ok: $number campaigns"
