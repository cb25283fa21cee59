#!/usr/bin/env bash
# A campaign through real Postfix: one instance is the sender's relay (STARTTLS and AUTH), another the
# receivers' MX, which writes bounces of its own; NSD answers for the MX records. The bounces are parsed and
# pruned, and the second mailing reaches only who can be reached.
. "$(dirname "$0")/lib/servers.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix nsd saslpasswd2 openssl

relay_port=$(free_port)
mx_port=$(free_port)
dns_port=$(free_port)

# --- DNS: the receivers' domains, one that takes no mail; dead.test does not exist.
mkdir -p "$T/zones"
cat >"$T/zones/test" <<'Z'
$ORIGIN test.
$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
receiver MX 10 mx.receiver
mx.receiver A 127.0.0.1
sender MX 10 mx.receiver
implicit A 127.0.0.1
nullmx MX 0 .
Z
start_nsd "$dns_port" test

# --- the receivers' MX: mailboxes, one full, one forwarded to an address that is gone.
make_postfix mx "$mx_port"
postconf -c "$T/mx/etc" \
  'virtual_mailbox_domains = receiver.test, implicit.test, gone.test' \
  "virtual_mailbox_base = $T/mx/mail" \
  "virtual_mailbox_maps = texthash:$T/mx/etc/mailboxes" \
  "virtual_alias_maps = texthash:$T/mx/etc/forwards" \
  "transport_maps = texthash:$T/mx/etc/transport" \
  'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534' \
  "smtpd_recipient_restrictions = check_recipient_access texthash:$T/mx/etc/access, reject_unauth_destination"
{
  for n in 1 2 3 4 5 6 7 8; do echo "good$n@receiver.test good$n/"; done
  echo 'good@implicit.test implicit/'
  echo 'full@receiver.test full/'
  echo 'late@gone.test late/'
} >"$T/mx/etc/mailboxes"
echo 'forward@receiver.test late@gone.test' >"$T/mx/etc/forwards"
{
  echo 'full@receiver.test error:5.2.2 mailbox is full: quota exceeded'
  echo 'late@gone.test error:5.1.1 user unknown'
  echo "sender.test smtp:[127.0.0.1]:$relay_port"
} >"$T/mx/etc/transport"
echo 'busy@receiver.test 450 4.7.1 greylisted, try again later' >"$T/mx/etc/access"

# --- the sender's relay: TLS required before AUTH, AUTH required before relaying; bounces to a Maildir.
make_postfix relay "$relay_port"
postfix_submission relay sender relay.test 'correct horse'
postconf -c "$T/relay/etc" \
  "relayhost = [127.0.0.1]:$mx_port" \
  'virtual_mailbox_domains = sender.test' \
  "virtual_mailbox_base = $T/relay/mail" \
  'virtual_mailbox_maps = static:bounces/' \
  'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534'
start_postfix mx "$mx_port" relay "$relay_port"

# --- the list and the message
{
  echo 'email,name,consent_basis'
  for n in 1 2 3 4 5 6 7 8; do echo "good$n@receiver.test,山田 $n 郎,opt-in"; done
  echo 'good@implicit.test,implicit,opt-in'
  echo 'unknown@receiver.test,unknown,opt-in'
  echo 'full@receiver.test,full,opt-in'
  echo 'forward@receiver.test,forward,opt-in'
  echo 'someone@nullmx.test,null,opt-in'
  echo 'someone@dead.test,dead,opt-in'
} >"$T/list.csv"
cat >"$T/news.eml" <<'M'
From: 葉書新聞 <news@sender.test>
Subject: {{name}}様へ十一月のお知らせ
List-Unsubscribe: <https://sender.test/u?e={{email}}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

{{name}}様

十一月のお知らせです。
M

dns=127.0.0.1:$dns_port
mx-harvest --resolver $dns --consent 'basis=opt-in,evidence=test' "$T/list.csv" >"$T/recipients.jsonl"
expect "recipients" "$(wc -l <"$T/recipients.jsonl")" 14
list-prune --pruned "$T/pruned1.jsonl" "$T/recipients.jsonl" >"$T/kept1.jsonl"
expect "kept: null MX and dead domain go" "$(wc -l <"$T/kept1.jsonl")" 12

# --- a wrong password is told in the server's own words
printf 'wrong' >"$T/wrong"
printf 'correct horse' >"$T/password"
chmod 600 "$T/wrong" "$T/password"
relay="--relay smtp://localhost:$relay_port --tls require --ca-file $T/ca.pem --user sender@relay.test --helo client.test"
status=0
head -1 "$T/kept1.jsonl" | mail-send -t "$T/news.eml" --campaign wrong $relay --password-file "$T/wrong" \
  --bounces bounces@sender.test --attempts 1 >"$T/wrong.jsonl" 2>"$T/wrong.err" || status=$?
expect "wrong password: phase, and TLS before" "$(jq -rs '.[-1] | "\(.phase) \(.tls)"' "$T/wrong.jsonl")" "auth verified"
expect "wrong password: code" "$(jq -rs '.[-1].code' "$T/wrong.jsonl")" 535

# --- an untrusted certificate is refused
status=0
head -1 "$T/kept1.jsonl" | mail-send -t "$T/news.eml" --campaign untrusted --relay "smtp://localhost:$relay_port" \
  --tls require --user sender@relay.test --password-file "$T/password" --bounces bounces@sender.test --attempts 1 \
  >"$T/untrusted.jsonl" 2>/dev/null || status=$?
expect "untrusted certificate: phase" "$(jq -rs '.[-1].phase' "$T/untrusted.jsonl")" tls
expect "untrusted certificate: who says so" "$(jq -rs '.[-1].said_by' "$T/untrusted.jsonl")" local

# relay_findings WANT WHAT OPTION…: what --check says of the relay.
relay_findings() {
  local want=$1 what=$2 status=0
  shift 2
  mail-send --check --json -t "$T/news.eml" --relay "smtp://localhost:$relay_port" --helo client.test "$@" \
    >"$T/findings.jsonl" 2>"$T/findings.err" || status=$?
  [ $status -le 1 ] || { cat "$T/findings.err" >&2; fail "$what: mail-send ends with $status"; }
  expect "$what" "$(jq -r 'select(.id | startswith("relay-")).id' "$T/findings.jsonl")" "$want"
}
relay_findings relay-unverified "untrusted certificate: --check"
relay_findings relay-certificate "untrusted certificate: --check --tls require" --tls require
relay_findings "" "trusted certificate: --check" --ca-file "$T/ca.pem" --user sender@relay.test --password-file "$T/password"

# --- first mailing, through the relay, signed
(umask 077; openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$T/rsa.pem" 2>/dev/null
  openssl genpkey -algorithm ED25519 -out "$T/ed.pem")
signed="--dkim sender.test:rsa:$T/rsa.pem --dkim sender.test:ed:$T/ed.pem"
mail-send $signed --print-dkim-record >"$T/records"
mail-send $signed -t "$T/news.eml" --campaign nov $relay --password-file "$T/password" --bounces bounces@sender.test \
  "$T/kept1.jsonl" >"$T/sent1.jsonl"
expect "relay takes all" "$(jq -r 'select(.event=="delivered").email' "$T/sent1.jsonl" | wc -l)" 12
expect "over verified TLS" "$(jq -r 'select(.event=="delivered").tls' "$T/sent1.jsonl" | sort | uniq -c | xargs)" "12 verified"

maildir_count() { find "$1" -path '*/new/*' -type f 2>/dev/null | wc -l; }
nine_and_three() {
  [ "$(maildir_count "$T/mx/mail")" = 9 ] && [ "$(maildir_count "$T/relay/mail")" = 3 ]
}
wait_until 60 nine_and_three || {
  tail -30 "$T/mx/log" "$T/relay/log" >&2
  fail "delivered $(maildir_count "$T/mx/mail") of 9, bounced $(maildir_count "$T/relay/mail") of 3"
}
for n in 1 2 3 4 5 6 7 8; do
  expect "copies for good$n" "$(maildir_count "$T/mx/mail/good$n")" 1
done
if /usr/bin/python3 -c 'import dkim, nacl' 2>/dev/null; then
  expect "signatures behind two servers" "$(find "$T/mx/mail" -path '*/new/*' -type f -print0 |
    xargs -0 "$HAGAKI_ROOT/tests/e2e/lib/verify-dkim" "$T/records" | sort | uniq -c | xargs)" "9 good 2"
fi

# --- the bounces: whose, why, for good?
bounce-parse "$T/relay/mail/bounces" >"$T/bounces.jsonl"
said() { jq -r --arg e "$1" 'select(.type=="bounce" and .email==$e) | [.reason, (.hard|tostring), .action] | join(" ")' "$T/bounces.jsonl"; }
expect "unknown user" "$(said unknown@receiver.test)" "userunknown true failed"
expect "full mailbox" "$(said full@receiver.test)" "mailboxfull false failed"
expect "forward: the address on the list" "$(said forward@receiver.test)" "userunknown true failed"
expect "forward: the address it names" \
  "$(jq -r 'select(.email=="forward@receiver.test").final_recipient' "$T/bounces.jsonl")" late@gone.test
expect "campaign is known" "$(jq -r 'select(.type=="bounce").campaign' "$T/bounces.jsonl" | sort -u)" nov
expect "bounces" "$(grep -c '"type":"bounce"' "$T/bounces.jsonl")" 3

# --- prune again, second mailing straight to the MX
list-prune --events "$T/sent1.jsonl" "$T/bounces.jsonl" --pruned "$T/pruned2.jsonl" -- "$T/kept1.jsonl" >"$T/kept2.jsonl"
expect "stopped" "$(jq -r '.email' "$T/pruned2.jsonl" | sort | paste -sd' ')" "forward@receiver.test unknown@receiver.test"
{ cat "$T/kept2.jsonl"; echo '{"email":"busy@receiver.test","name":"busy","consent":{"basis":"opt-in"}}'; } >"$T/second.jsonl"
status=0
mail-send -t "$T/news.eml" --campaign dec --direct --resolver $dns --port "$mx_port" --helo client.test --tls none \
  --bounces bounces@sender.test --attempts 2 --retry-after 1 "$T/second.jsonl" >"$T/sent2.jsonl" || status=$?
expect "direct: exit says that someone waits" $status 75
expect "direct: delivered" "$(jq -r 'select(.event=="delivered").email' "$T/sent2.jsonl" | wc -l)" 9
expect "direct: the full mailbox, told live" \
  "$(jq -r 'select(.email=="full@receiver.test") | [.event, .reason, .phase, .said_by] | join(" ")' "$T/sent2.jsonl")" \
  "failed mailboxfull rcpt remote"
expect "who wrote the bounces" "$(jq -r 'select(.type=="bounce").reporting_mta' "$T/bounces.jsonl" | sort | uniq -c | xargs)" \
  "1 mx.test 2 relay.test"
expect "direct: greylisted stays deferred" \
  "$(jq -rs 'map(select(.email=="busy@receiver.test"))[-1] | [.event, .code, .said_by] | join(" ")' "$T/sent2.jsonl")" \
  "deferred 450 remote"

check_records "$T"/*.jsonl
