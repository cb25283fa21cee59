#!/usr/bin/env bash
# Postfix, OpenSMTPD and Exim each take a campaign of 2,000 by STARTTLS and AUTH, and refuse every twentieth, who is
# unknown to them; so does an OpenSMTPD whose STARTTLS is broken, without. What the events say of each recipient must be what the server's own log says: who was taken, under
# which number, who was refused, in which words; nobody twice, nobody missing.
. "$(dirname "$0")/lib/servers.bash"
. "$HAGAKI_ROOT/tests/e2e/lib/unpacked-servers.bash"
[ "$(id -u)" = 0 ] || skip "the servers need root"
needs openssl unshare dpkg-deb postfix saslpasswd2 jq
own_network "$0"
cd "$T"
# Servers put each message on disk before they take it: what a disk makes of that 6,000 times is not asked here.
queues=/mnt
mount -t tmpfs tmpfs $queues

people=2000
for ((i = 1; i <= people; i++)); do
  name=reader$i
  case $((i % 7)) in
    1) name=reader+list.$i ;;
    2) name="O'Reader=$i" ;;
  esac
  echo "$name@readers.example"
done >people
awk 'NR % 20 != 0' people >known
jq -cR '{email: .}' people >list.jsonl
printf 'From: shop@sender.example\nSubject: Hello {{email}}\n\nHello, see https://sender.example/\n.\n..\n' >letter.eml
(umask 077; echo 'correct horse' >password)
make_certificates
login=(--tls require --password-file password)

# campaign KIND PORT OPTION…: mails all through the server on that port; the events go to KIND.jsonl.
campaign() {
  local kind=$1 port=$2 status=0
  shift 2
  timeout 120 mail-send -q --transactional --no-dns --skip-preflight --max-bounce off -t letter.eml --campaign "$kind" --helo client.test \
    --ca-file ca.pem --relay "smtp://localhost:$port" "$@" list.jsonl >"$kind.jsonl" 2>"$kind.err" || status=$?
  [ $status = 0 ] || { cat "$kind.err" >&2; fail "$kind: mail-send ends with $status"; }
}

# compare KIND LOG ID [TLS]: the events of the campaign and the server's log; ID is what stands around the number that a
# message got in the reply, as a regular expression whose first group is the number; TLS is that of all deliveries.
compare() {
  local kind=$1 log=$2 id=$3
  "$HAGAKI_ROOT/tests/e2e/lib/said-in-log" "${kind%%-*}" "$log" | LC_ALL=C sort >"$kind.log"
  jq -r --arg id "$id" 'select(.type == "delivery") | [.email, .event,
    if .event == "delivered" then (.diagnostic | capture($id).id) else [.code, .status // empty, .diagnostic] | join(" ") end] | join("\t")' \
    "$kind.jsonl" | LC_ALL=C sort >"$kind.events"
  diff "$kind.log" "$kind.events" >"$kind.diff" || { head -20 "$kind.diff" >&2; fail "$kind: its log (<) and the events (>) differ"; }
  expect "$kind: events and log, recipient by recipient" "$(cut -f2 "$kind.events" | sort | uniq -c | xargs)" \
    "$((people - people / 20)) delivered $((people / 20)) failed"
  expect "$kind: everybody once" "$(cut -f1 "$kind.events" | cmp - <(LC_ALL=C sort people) && echo yes)" yes
  expect "$kind: encrypted" "$(jq -r 'select(.event == "delivered").tls' "$kind.jsonl" | sort -u)" "${4:-verified}"
}

# --- Postfix: mailboxes whose mail it throws away, since the log names a recipient when he is delivered to
port=2525
make_postfix postfix "$port"
postfix_submission postfix sender sender.example 'correct horse'
rmdir postfix/queue
mkdir $queues/postfix
ln -s $queues/postfix postfix/queue
sed 's/$/ mailbox/' known >postfix/etc/mailboxes
postconf -c postfix/etc "queue_directory = $queues/postfix" 'virtual_mailbox_domains = readers.example' 'virtual_transport = discard' \
  "virtual_mailbox_maps = texthash:$T/postfix/etc/mailboxes"
start_postfix postfix "$port"
campaign postfix "$port" "${login[@]}" --user sender@sender.example
wait_until 60 postfix_queues_empty postfix || fail "postfix: mail stays in the queue"
# A process of its own writes the log.
all_logged() { [ "$(grep -c 'status=sent' postfix/log)" = $((people - people / 20)) ]; }
wait_until 20 all_logged || fail "postfix: $(grep -c 'status=sent' postfix/log) deliveries in the log"
compare postfix postfix/log ' queued as (?<id>\w+)$'
stop_servers

# --- OpenSMTPD, as Debian's backports have it
left_out=''
port=2525
if unpack_server opensmtpd backports; then
  start_opensmtpd backports "$port" "$T/known" sender 'correct horse'
  campaign opensmtpd "$port" "${login[@]}" --user sender
  compare opensmtpd backports/out '(?<id>\w{8}) Message accepted for delivery$'
  stop_servers
else
  left_out=$why_not
fi

# --- OpenSMTPD as Debian 12 has it. It offers STARTTLS, but each handshake fails on its side ("EVP lib"), whatever its
# settings, key and certificate: its process without the private key gives the public one to OpenSSL, to ask the process
# with the key when OpenSSL signs, and OpenSSL 3 keeps keys from certificates in a form that never asks. A sender whom
# nothing obliges to encrypt must still get his mail through. (OpenSMTPD takes no password without encryption.)
if unpack_server opensmtpd; then
  start_opensmtpd opensmtpd "$port" "$T/known"
  campaign opensmtpd-plain "$port"
  compare opensmtpd-plain opensmtpd/out '(?<id>\w{8}) Message accepted for delivery$' none
  expect 'opensmtpd-plain: a handshake was tried, and failed' "$(grep -q 'io-error.*SSL routines' opensmtpd/out && echo yes)" yes
  stop_servers
else
  left_out=$why_not
fi

# --- Exim
if unpack_server exim4-daemon-light; then
  start_exim "$port" sender 'correct horse' "$T/known"
  campaign exim "$port" "${login[@]}" --user sender
  compare exim exim4-daemon-light/log/main ' id=(?<id>\S+)$'
else
  left_out=$why_not
fi
[ -z "$left_out" ] || skip "the rest holds, but $left_out"
