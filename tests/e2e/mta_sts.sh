#!/usr/bin/env bash
# What receivers ask for by MTA-STS (RFC 8461): records in NSD, policies on a web server, and a Postfix at several
# addresses, with a good certificate, another's, nobody's, and without TLS.
. "$(dirname "$0")/lib/servers.bash"
. "$HAGAKI_ROOT/tests/e2e/lib/tls-hosts.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix nsd openssl jq
cd "$T"
smtp_port=$(free_port)
dns_port=$(free_port)
https_port=$(free_port)

make_certificate good mx.good.test
make_self_signed self mx.self.test
start_mail_hosts "$smtp_port" 127.0.0.2 good 127.0.0.3 self 127.0.0.4 good

mkdir zones web
policy() {  # DOMAIN MODE PATTERN…
  {
    printf '200 text/plain\nversion: STSv1\r\nmode: %s\r\n' "$2"
    printf 'mx: %s\r\n' "${@:3}"
    printf 'max_age: 86400\r\n'
  } >"web/mta-sts.$1.test"
}
policy good enforce mx.good.test
policy wild enforce '*.good.test'
policy self enforce mx.self.test
policy plain enforce mx.plain.test
policy name enforce mx.name.test
policy second enforce mx.plain.test mx.good.test
policy unnamed enforce mx.elsewhere.test
policy trial testing mx.elsewhere.test
policy testing testing mx.self.test
printf '302 text/plain\nhttps://mta-sts.good.test:%s/.well-known/mta-sts.txt' "$https_port" >web/mta-sts.redirect.test
printf '200 text/html\n<p>version: STSv1' >web/mta-sts.html.test
{ echo '200 text/plain'; head -c 70000 /dev/zero | tr '\0' x; } >web/mta-sts.large.test
policy talkative enforce mx.good.test
sed -i '1s/$/ 100000/' web/mta-sts.talkative.test
policy untrusted enforce mx.good.test
policy broken enforce mx.good.test

domains='good wild self plain name second unnamed trial testing redirect html large talkative untrusted broken'
zone() {  # the zone with records of id $1; those of $2… have none any more
  local domain
  cat <<Z
\$ORIGIN test.
\$TTL 60
@ SOA ns hostmaster 1 600 300 86400 60
@ NS ns
ns A 127.0.0.1
mx.good A 127.0.0.2
mx.self A 127.0.0.3
mx.name A 127.0.0.4
mx.plain A 127.0.0.1
good MX 10 mx.good
wild MX 10 mx.good
self MX 10 mx.self
plain MX 10 mx.plain
name MX 10 mx.name
second MX 10 mx.plain
second MX 20 mx.good
unnamed MX 10 mx.good
trial MX 10 mx.good
testing MX 10 mx.self
redirect MX 10 mx.self
html MX 10 mx.self
large MX 10 mx.self
talkative MX 10 mx.self
untrusted MX 10 mx.self
broken MX 10 mx.self
nothing MX 10 mx.self
Z
  for domain in $domains; do
    case " ${*:2} " in *" $domain "*) continue ;; esac
    echo "_mta-sts.$domain TXT \"v=STSv1; id=$1;\""
    echo "mta-sts.$domain A 127.0.0.1"
  done
}
zone 1 >zones/test
start_nsd "$dns_port" test

web_names=()
for domain in $domains; do [ $domain = untrusted ] || web_names+=("mta-sts.$domain.test"); done
make_certificate web "${web_names[@]}"
start_web() {
  "$HAGAKI_ROOT/tests/e2e/lib/policy-server" "$https_port" web.pem web.key web 2>web.log &
  web_pid=$!
  server_pids+=($web_pid)
  wait_until 20 port_open "$https_port" || fail "no web server"
}
start_web

printf 'From: shop@sender.example\nTo: {{email}}\nSubject: hello\n\nhello\n' >letter.eml
for domain in $domains nothing; do printf '{"email":"a@%s.test"}\n' $domain; done >people.jsonl
send() {  # NAME OPTION…
  timeout 120 mail-send --json --transactional --skip-preflight --no-verp --direct --once -t letter.eml \
    --journal "$1.journal" --resolver "127.0.0.1:$dns_port" --port "$smtp_port" --mta-sts-port "$https_port" \
    --ca-file ca.pem --helo client.example "${@:2}" people.jsonl >"$1.jsonl" 2>"$1.err"
}

status=0
send first || status=$?
expect "somebody is left" $status 75
check_records first.jsonl
show_tls <first.jsonl >first
diff - first <<'W' || fail "what was used"
a@broken.test delivered mx.self.test unverified opportunistic sts-policy-fetch-error
a@good.test delivered mx.good.test verified mta-sts -
a@html.test delivered mx.self.test unverified opportunistic sts-policy-invalid
a@large.test delivered mx.self.test unverified opportunistic sts-policy-fetch-error
a@name.test deferred mx.name.test - mta-sts certificate-host-mismatch
a@nothing.test delivered mx.self.test unverified opportunistic -
a@plain.test deferred mx.plain.test - mta-sts starttls-not-supported
a@redirect.test delivered mx.self.test unverified opportunistic sts-policy-fetch-error
a@second.test delivered mx.good.test verified mta-sts -
a@self.test deferred mx.self.test - mta-sts certificate-not-trusted
a@talkative.test delivered mx.self.test unverified opportunistic sts-policy-fetch-error
a@testing.test delivered mx.self.test unverified mta-sts certificate-not-trusted
a@trial.test delivered mx.good.test verified mta-sts validation-failure
a@unnamed.test deferred - - - -
a@untrusted.test delivered mx.self.test unverified opportunistic sts-webpki-invalid
a@wild.test delivered mx.good.test verified mta-sts -
W
echo "ok: each policy is obeyed"
diagnostic() { jq -r --arg who "a@$2.test" 'select(.email == $who) | "\(.phase) \(.said_by) \(.reason): \(.diagnostic)"' "$1.jsonl"; }
expect "an event names what is missing" "$(diagnostic first plain)" \
  "tls local failedstarttls: the MTA-STS policy of the recipient's domain demands verified TLS: server does not offer TLS"
expect "and whose policy it is" "$(diagnostic first unnamed)" \
  "tls local failedstarttls: the MTA-STS policy of unnamed.test names none of its mail hosts (mx.good.test)"

# Another campaign, soon after: the web servers are not asked again, and it does not help to silence them or to
# take the record away.
: >web/requests
kill "$web_pid"
wait "$web_pid" || true
zone 1 self plain >zones/test
kill -HUP "$(cat nsd/pid)"
# has_record NAME: the name server has a TXT record there; 1 when it says that it has none, 2 without an answer.
has_record() { /usr/bin/python3 - "$dns_port" "$1" <<'PY'
import socket, struct, sys
name = b"".join(bytes([len(label)]) + label.encode() for label in sys.argv[2].split(".")) + b"\0"
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.sendto(struct.pack(">6H", 7, 0, 1, 0, 0, 0) + name + struct.pack(">2H", 16, 1), ("127.0.0.1", int(sys.argv[1])))
try:
    sys.exit(struct.unpack(">6H", s.recv(4096)[:12])[3] == 0)
except OSError:
    sys.exit(2)
PY
}
record_gone() {
  local status=0
  has_record _mta-sts.self.test || status=$?
  [ $status = 1 ]
}
wait_until 20 record_gone || fail "nsd keeps the old zone"
send second || true
for who in good name plain second self testing trial unnamed wild; do grep "a@$who.test" first; done >want
grep -E "a@(good|name|plain|second|self|testing|trial|unnamed|wild).test" <(show_tls <second.jsonl) | diff want - ||
  fail "policies are forgotten"
echo "ok: a policy holds for as long as it said"
expect "web servers asked again" "$(grep -Ec 'mta-sts.(good|self|testing)' web/requests)" 0

# A new id is a new policy; one that asks for nothing frees the way, in this run even where it cannot be kept.
sql() { /usr/bin/python3 -c 'import sqlite3, sys; sqlite3.connect("mta-sts").execute(sys.argv[1])' "$1"; }
sql "CREATE TRIGGER full BEFORE INSERT ON policy BEGIN SELECT RAISE(FAIL, 'no room'); END"
start_web
for domain in self plain name; do printf '200 text/plain\nversion: STSv1\nmode: none\nmax_age: 60\n' >web/mta-sts.$domain.test; done
zone 2 >zones/test
kill -HUP "$(cat nsd/pid)"
wait_until 20 has_record _mta-sts.self.test || fail "nsd keeps the old zone"
send third || true
expect "withdrawn" "$(show_tls <third.jsonl | grep -E 'a@(self|plain|name).test' | paste -sd' ')" \
  "a@name.test delivered mx.name.test unverified opportunistic - a@plain.test delivered mx.plain.test none opportunistic - a@self.test delivered mx.self.test unverified opportunistic -"
expect "what could not be kept is told once" "$(grep -c 'not kept for later runs: .*mta-sts: no room' third.err)" 1
sql "DROP TRIGGER full"

# Who does not want to know of policies asks for none.
: >web/requests
send fourth --tls-policy off || fail "$(cat fourth.err)"
expect "off" "$(show_tls <fourth.jsonl | awk '{print $2, $5, $6}' | sort -u)" "delivered opportunistic -"
expect "nobody is asked" "$(wc -l <web/requests)" 0
status=0
send fifth --tls require --tls-policy mta-sts || status=$?
expect "--tls require besides" "$(show_tls <fifth.jsonl | grep -E 'a@(good|nothing|testing).test' | paste -sd' ')" \
  "a@good.test delivered mx.good.test verified mta-sts - a@nothing.test deferred mx.self.test - required certificate-not-trusted a@testing.test deferred mx.self.test - required certificate-not-trusted"
