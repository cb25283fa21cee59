#!/usr/bin/env bash
# What receivers ask for by DANE (RFC 7672): a signed zone in NSD, Unbound that validates it, and a Postfix with
# certificates that match their TLSA records, and that do not.
. "$(dirname "$0")/lib/servers.bash"
. "$HAGAKI_ROOT/tests/e2e/lib/tls-hosts.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix nsd unbound ldns-signzone openssl jq
cd "$T"
smtp_port=$(free_port)
nsd_port=$(free_port)
dns_port=$(free_port)

make_self_signed self mx.self.test
make_certificate issued mx.issued.test
cat ca.pem >>issued.pem  # an issuer's record needs the issuer in the chain
start_mail_hosts "$smtp_port" 127.0.0.2 self 127.0.0.3 issued

key=$(openssl x509 -in self.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
whole=$(openssl x509 -in self.pem -outform DER | sha512sum | cut -d' ' -f1)
issuer=$(openssl x509 -in ca.pem -outform DER | sha256sum | cut -d' ' -f1)
other=$(echo other | sha256sum | cut -d' ' -f1)
mkdir zones
{
  cat <<'Z'
@ SOA ns hostmaster 1 600 300 86400 60
@ NS ns
ns A 127.0.0.1
Z
  # host DOMAIN ADDRESS [TLSA…]: a domain with one mail host, and what is said of its certificate.
  host() {
    printf '%s MX 10 mx.%s\nmx.%s A %s\n' "$1" "$1" "$1" "$2"
    for record in "${@:3}"; do printf '_%s._tcp.mx.%s TLSA %s\n' "$smtp_port" "$1" "$record"; done
  }
  host self 127.0.0.2 "3 1 1 $key"
  host whole 127.0.0.2 "3 0 2 $whole"
  host issued 127.0.0.3 "2 0 1 $issuer"
  host misnamed 127.0.0.3 "2 0 1 $issuer"
  host wrong 127.0.0.2 "3 1 1 $other"
  host rollover 127.0.0.2 "3 1 1 $other" "3 1 1 $key"
  host plain 127.0.0.1 "3 1 1 $key"
  host web 127.0.0.2 "1 1 1 $key" "3 9 1 $key"
  host webplain 127.0.0.1 "1 1 1 $key"
  host forged 127.0.0.2 "3 1 1 $key"
  host nothing 127.0.0.2
  printf 'alias MX 10 mx.alias\nmx.alias CNAME mx.self\n'
  printf 'second MX 10 mx.wrong\nsecond MX 20 mx.self\n'
} >records
{ printf '$ORIGIN test.\n$TTL 60\n'; cat records; } >zones/test.plain
{ printf '$ORIGIN unsigned.example.\n$TTL 60\n'; head -3 records; echo '@ MX 10 mx.self.test.'; } >zones/unsigned.example
zone_key=$(cd zones && ldns-keygen -a ECDSAP256SHA256 -k test)
ldns-signzone -n -f zones/test zones/test.plain "zones/$zone_key"
# Somebody else's key, under the old signature.
sed -i "/^_$smtp_port._tcp.mx.forged.test.*TLSA.*3 1 1/s/$key/$other/" zones/test
grep -q "mx.forged.test.*$other" zones/test || fail "nothing was forged"
start_nsd "$nsd_port" test unsigned.example

mkdir unbound
cat >unbound/unbound.conf <<C
server:
  interface: 127.0.0.1
  port: $dns_port
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "$T/unbound"
  pidfile: "$T/unbound/pid"
  use-syslog: no
  logfile: "$T/unbound/log"
  num-threads: 1
  do-not-query-localhost: no
  local-zone: "test." nodefault
  trust-anchor-file: "$T/zones/$zone_key.ds"
stub-zone:
  name: "test"
  stub-addr: 127.0.0.1@$nsd_port
stub-zone:
  name: "unsigned.example"
  stub-addr: 127.0.0.1@$nsd_port
C
unbound -d -c unbound/unbound.conf >unbound/out 2>&1 &
server_pids+=($!)
wait_until 20 port_open "$dns_port" || { cat unbound/out unbound/log >&2; fail "unbound does not listen"; }

printf 'From: shop@sender.example\nTo: {{email}}\nSubject: hello\n\nhello\n' >letter.eml
domains='self whole issued misnamed wrong rollover plain web webplain forged nothing alias second'
for domain in $domains; do printf '{"email":"a@%s.test"}\n' $domain; done >people.jsonl
echo '{"email":"a@unsigned.example"}' >>people.jsonl
# What a validating resolver vouches for stands in the records of mx-harvest.
mx-harvest --resolver "127.0.0.1:$dns_port" a@self.test a@gone.test a@unsigned.example >harvested
check_records harvested
expect "dnssec" "$(jq -r '"\(.mx_status) \(.dnssec // false)"' harvested | paste -sd' ')" "ok true no-domain true ok false"

send() {  # NAME OPTION…
  timeout 120 mail-send --json --transactional --skip-preflight --no-verp --direct --once -t letter.eml \
    --journal "$1.journal" --resolver "127.0.0.1:$dns_port" --port "$smtp_port" --helo client.example "${@:2}" \
    people.jsonl >"$1.jsonl" 2>"$1.err"
}

status=0
send first || status=$?
expect "somebody is left" $status 75
check_records first.jsonl
show_tls <first.jsonl >first
diff - first <<'W' || fail "what was used"
a@alias.test delivered mx.alias.test verified dane -
a@forged.test deferred mx.forged.test - dane dnssec-invalid
a@issued.test delivered mx.issued.test verified dane -
a@misnamed.test deferred mx.misnamed.test - dane certificate-host-mismatch
a@nothing.test delivered mx.nothing.test unverified opportunistic -
a@plain.test deferred mx.plain.test - dane starttls-not-supported
a@rollover.test delivered mx.rollover.test verified dane -
a@second.test delivered mx.self.test verified dane -
a@self.test delivered mx.self.test verified dane -
a@unsigned.example delivered mx.self.test unverified opportunistic -
a@web.test delivered mx.web.test unverified dane tlsa-invalid
a@webplain.test deferred mx.webplain.test - dane starttls-not-supported
a@whole.test delivered mx.whole.test verified dane -
a@wrong.test deferred mx.wrong.test - dane validation-failure
W
echo "ok: each record is obeyed"
expect "an event says what is wrong" \
  "$(jq -r 'select(.email == "a@wrong.test") | "\(.phase) \(.said_by) \(.reason): \(.diagnostic)"' first.jsonl)" \
  "tls local failedstarttls: DANE demands verified TLS here: the certificate matches no TLSA record"

# A match is what --tls require asks for; nobody's certificate without records is not.
send required --tls require || true
expect "--tls require" "$(show_tls <required.jsonl | grep -E 'a@(self|nothing|web).test' | paste -sd' ')" \
  "a@nothing.test deferred mx.nothing.test - required certificate-not-trusted a@self.test delivered mx.self.test verified dane - a@web.test deferred mx.web.test - required certificate-not-trusted"

# Without DANE they are servers like all others.
send off --tls-policy mta-sts || fail "$(cat off.err)"
expect "without" "$(show_tls <off.jsonl | awk '{print $2, $4, $5, $6}' | sort | uniq -c | awk '{$1=$1};1' | paste -sd' ')" \
  "2 delivered none opportunistic - 12 delivered unverified opportunistic -"
