#!/usr/bin/env bash
# bounce-parse and mailboxes: IMAP and POP3 of a real Dovecot (unseen only, flag, move, delete, killed in the
# middle and resumed), a Maildir that is emptied while the tool is killed, and an alias of a real Postfix, which
# never bounces what it cannot hand over.
. "$(dirname "$0")/lib/servers.bash"
. "$(dirname "$0")/lib/dovecot.bash"
needs dovecot openssl jq
cd "$T"
seed=${KILL_SEED:-$RANDOM}
RANDOM=$seed
echo "KILL_SEED=$seed"

make_certificates
imap_port=$(free_port)
imaps_port=$(free_port)
pop3_port=$(free_port)
pop3s_port=$(free_port)
start_dovecot "$imap_port" "$imaps_port" "$pop3_port" "$pop3s_port"
imaps=imaps://bounce@localhost:$imaps_port
pop3s=pop3s://bounce@localhost:$pop3s_port
mail=$T/dovecot/mail
printf 'correct horse' >password
printf 'wrong' >wrong
chmod 600 password wrong
parse="timeout 60 bounce-parse --quiet --ca-file $T/ca.pem --password-file $T/password"

# bounce N: a bounce about userN@q.example.
bounce() {
  printf '%s\r\n' 'Return-Path: <>' 'From: MAILER-DAEMON@q.example' 'To: news@news.example.jp' 'Subject: failure notice' '' \
    'Hi. This is the qmail-send program at q.example.' \
    "I'm afraid I wasn't able to deliver your message to the following addresses." \
    "This is a permanent error; I've given up. Sorry it didn't work out." '' \
    "<user$1@q.example>:" 'Sorry, no mailbox here by that name. (#5.1.1)' '' \
    '--- Below this line is a copy of the message.' '' \
    'Return-Path: <news@news.example.jp>' "To: user$1@q.example" 'Subject: News' '' '.' '..dots' 'Hello'
}
human() { printf '%s\r\n' 'From: customer@q.example' 'To: news@news.example.jp' 'Subject: a question' '' 'When do you open?'; }
# deliver FROM TO: new mails of bounces with these numbers.
deliver() {
  local n
  for n in $(seq "$1" "$2"); do bounce "$n" >"$mail/tmp/$n.host"; done
  chown "$dovecot_owner" "$mail"/tmp/*.host
  mv "$mail"/tmp/*.host "$mail/new/"
}
deliver_human() { human >"$mail/tmp/$1.human" && chown "$dovecot_owner" "$mail/tmp/$1.human" && mv "$mail/tmp/$1.human" "$mail/new/"; }
empty() { find "$mail" \( -path '*/new/*' -o -path '*/cur/*' \) -type f -delete; }
# left [TEST…]: how many mails are in the inbox.
left() { find "$mail/new" "$mail/cur" -type f "$@" | wc -l; }
users() { jq -r .email "$@" | sed 's/@.*//' | xargs; }
seen() { left -name '*:2,*S*'; }

echo "--- IMAP: unseen mails only, and each once"
deliver 1 3
deliver_human 4
expect "first run" "$($parse "$imaps/INBOX" | users)" "user1 user2 user3"
expect "flagged as seen, but not the customer's question" "$(seen)" 3
expect "second run" "$($parse "$imaps/INBOX" | users)" ""
deliver 5 5
expect "a new one, over STARTTLS" "$($parse "imap://bounce@127.0.0.1:$imap_port" | users)" "user5"
expect "--all takes the question too" "$($parse --all "$imaps/INBOX" | jq -r .type)" other
expect "now seen" "$(seen)" 5
expect "where a record says it was read" "$(deliver 6 6; $parse "$imaps" | jq -r .file)" "$imaps/INBOX/;UID=6"

echo "--- IMAP: move and delete"
empty
deliver 1 2
deliver_human 3
expect "moved into a folder that did not exist" "$($parse --move 処理済み "$imaps" | users)" "user1 user2"
expect "there" "$(find "$mail/.&UeZ0Bm4IMH8-/cur" "$mail/.&UeZ0Bm4IMH8-/new" -type f | wc -l)" 2
expect "the question stays" "$(left)" 1
deliver 4 6
expect "deleted" "$($parse --delete "$imaps" | users)" "user4 user5 user6"
expect "the question stays still" "$(left)" 1
expect "a folder as operand" "$($parse --all "$imaps/%E5%87%A6%E7%90%86%E6%B8%88%E3%81%BF" | users)" ""

echo "--- nothing happens to a mail whose record cannot be written"
empty
deliver 1 1
status=0
$parse --delete "$imaps" >/dev/full 2>/dev/null || status=$?
expect "disk full" $status 74
expect "unread" "$(left ! -name '*S*')" 1

echo "--- refusals"
refused() {  # refused WHAT STATUS WORDS COMMAND…
  local what=$1 want=$2 words=$3 status=0
  shift 3
  timeout 60 "$@" >out 2>err || status=$?
  expect "$what: exit" "$status" "$want"
  grep -q "$words" err || { cat err; fail "$what: its message does not say '$words'"; }
}
refused "IMAP, wrong password" 77 'AUTHENTICATIONFAILED' bounce-parse --ca-file ca.pem --password-file wrong "$imaps"
refused "POP3, wrong password" 77 'login refused' bounce-parse --ca-file ca.pem --password-file wrong "$pop3s"
refused "IMAP, untrusted certificate" 77 'certificate' bounce-parse --password-file password "$imaps"
refused "STARTTLS, untrusted certificate" 77 'certificate' bounce-parse --password-file password "imap://bounce@localhost:$imap_port"
refused "POP3, untrusted certificate" 77 'certificate' bounce-parse --password-file password "$pop3s"
refused "no password" 78 'no password' bounce-parse --ca-file ca.pem "$imaps"
refused "a password in the URL" 64 'command line' bounce-parse "imaps://bounce:secret@localhost/"
! grep secret err || fail "the password is shown"
refused "a password that all may read" 77 '0600' bash -c "cp password loose; chmod 644 loose; exec bounce-parse --password-file loose '$imaps'"
refused "in the clear to another machine" 64 'anyone on the way' bounce-parse --tls none imap://bounce@mail.example/
refused "no server" 75 'connect' bounce-parse --password-file password "imaps://bounce@127.0.0.1:$(free_port)/"
refused "no such folder" 66 'folder None' bounce-parse --ca-file ca.pem --password-file password "$imaps/None"
HAGAKI_MAILBOX_PASSWORD='correct horse' timeout 60 bounce-parse --quiet --tls none "imap://bounce@localhost:$imap_port" | users >out
expect "in the clear on this machine, where asked for" "$(cat out)" user1

echo "--- a huge mail is read as far as allowed, and the next one whole"
empty
{ bounce 1; head -c 3000000 /dev/zero | tr '\0' 'x' | fold -w 70 | sed 's/$/\r/'; } >"$mail/tmp/huge"
chown "$dovecot_owner" "$mail/tmp/huge"
mv "$mail/tmp/huge" "$mail/new/1.huge"
deliver 2 2
status=0
${parse/--quiet /} --max-mail 1 "$imaps" >out 2>err || status=$?
expect "IMAP: exit" $status 65
expect "IMAP: both" "$(users out)" "user1 user2"
grep -q 'UID=.*read in part' err || fail "the huge mail is not told of"
status=0
${parse/--quiet /} --max-mail 1 "$pop3s" >out 2>err || status=$?
expect "POP3: exit" $status 65
expect "POP3: both" "$(users out)" "user1 user2"

echo "--- POP3: each mail once, by a file of its own"
empty
deliver 10 12
deliver_human 13
expect "first run" "$($parse --state uidl "$pop3s" | users)" "user10 user11 user12"
deliver 14 14
expect "second run" "$($parse --state uidl "pop3://bounce@localhost:$pop3_port" | users)" "user14"
expect "the file knows what is there" "$(sort uidl | cut -d ' ' -f 1 | uniq -c | xargs)" "4 done 1 left"
expect "now deleting: what was read before goes without a second record" \
  "$(deliver 15 15; $parse --delete --state uidl "$pop3s" | users)" "user15"
expect "the question stays" "$(left)" 1
(
  exec 8>>uidl
  flock 8
  refused "two runs at once" 75 'another run' bounce-parse --ca-file ca.pem --password-file password --state uidl "$pop3s"
)

# killed NAME MOST COMMAND…: runs the command again and again, killed at random moments, until it ends by itself.
# No record is lost, and for each kill at most MOST mails have two.
killed() {
  local name=$1 most=$2 kills=0 before target
  shift 2
  : >log
  while :; do
    before=$(stat -c %s log)
    target=$((before + RANDOM % 8000))
    "$@" >>log 2>>killed.err &
    local pid=$!
    wait_for_bytes log $target $pid
    if [ $kills -lt 12 ] && kill -9 $pid 2>/dev/null; then
      wait $pid 2>/dev/null || true
      # A kill may cut a record short; the next begins on a line of its own.
      [ -z "$(tail -c 1 log)" ] || echo >>log
      kills=$((kills + 1))
      continue
    fi
    status=0
    wait $pid || status=$?
    expect "$name: the last run" $status 0
    break
  done
  jq -cR 'fromjson? // empty' log >events
  check_records events
  [ $kills -ge 3 ] || fail "$name: only $kills kills"
  expect "$name: nobody is lost after $kills kills" "$(jq -r .email events | sort -u | wc -l)" "$count"
  local twice=$(($(wc -l <events) - count))
  echo "$name: $twice records twice"
  [ $twice -le $((kills * most)) ] || fail "$name: $twice records twice after $kills kills"
}
count=${KILL_COUNT:-300}
tool=$(command -v bounce-parse)
run="$tool --quiet --ca-file $T/ca.pem --password-file $T/password"
for action in "" "--move Done" "--delete"; do
  empty
  deliver 1 $count
  # So many are on their way at once.
  killed "IMAP ${action:-flag}" 8 $run $action "$imaps"
done
expect "all deleted" "$(left)" 0
for action in "" "--delete"; do
  empty
  rm -f kill.uidl
  deliver 1 $count
  killed "POP3 ${action:-keep}" 1 $run $action --state kill.uidl "$pop3s"
done
expect "all deleted" "$(left)" 0

echo "--- Maildir"
box=$T/box
# Records come in batches: of 300 mails there would be hardly three runs to kill.
count=1000
for action in "--move cur" "--move $T/box.done" "--delete"; do
  rm -rf "$box" "$box.done"
  mkdir -p "$box/new" "$box/cur" "$box/tmp"
  for n in $(seq $count); do bounce "$n" >"$box/new/$n.host"; done
  # One batch at most is recorded and not yet moved.
  killed "Maildir ${action##*/}" 64 "$tool" --quiet $action "$box"
  expect "nothing is left in new" "$(find "$box/new" -type f | wc -l)" 0
done

echo "--- an alias of Postfix"
[ "$(id -u)" = 0 ] || { echo "not tried: Postfix's master needs root"; exit 0; }
command -v postfix >/dev/null || { echo "not tried: Postfix is not installed"; exit 0; }
smtp_port=$(free_port)
make_postfix alias "$smtp_port"
mkdir -p "$T/alias/log.d"
chown nobody "$T/alias/log.d"
cat >"$T/alias/etc/aliases" <<A
bounces "|$tool >>$T/alias/log.d/bounces.jsonl"
broken "|$tool --rules $T/alias/rules.json >>$T/alias/log.d/broken.jsonl"
full "|$tool >/dev/full"
A
echo '{' >"$T/alias/rules.json"
chmod 644 "$T/alias/rules.json"
postconf -c "$T/alias/etc" 'mydestination = alias.test' "alias_maps = texthash:$T/alias/etc/aliases" \
  'local_transport = local' 'default_privs = nobody' 'allow_mail_to_commands = alias'
start_postfix alias "$smtp_port"
hand_over() { bounce "$1" | sendmail -C "$T/alias/etc" -f '' "$2@alias.test"; }
hand_over 1 bounces
wait_until 30 test -s "$T/alias/log.d/bounces.jsonl" || { tail "$T/alias/log" >&2; fail "the alias writes no record"; }
expect "one record, without a file" "$(jq -r '[.email, has("file")] | join(" ")' "$T/alias/log.d/bounces.jsonl")" "user1@q.example false"
logged() { grep -q "$1" "$T/alias/log"; }
wait_until 30 logged 'to=<bounces@alias.test>.*status=sent' || fail "not delivered"
hand_over 2 broken
wait_until 30 logged 'to=<broken@alias.test>.*status=deferred' || { tail "$T/alias/log" >&2; fail "broken rules do not defer"; }
hand_over 3 full
wait_until 30 logged 'to=<full@alias.test>.*status=deferred' || { tail "$T/alias/log" >&2; fail "a full disk does not defer"; }
echo "ok: broken rules and a full disk defer"
printf 'no mail at all' | sendmail -C "$T/alias/etc" -f '' bounces@alias.test
two_sent() { [ "$(grep -c 'to=<bounces@alias.test>.*status=sent' "$T/alias/log")" = 2 ]; }
wait_until 30 two_sent || fail "what is no bounce is not accepted"
echo '{"rules": []}' >"$T/alias/rules.json"
postqueue -c "$T/alias/etc" -f
wait_until 30 logged 'to=<broken@alias.test>.*status=sent' || { tail "$T/alias/log" >&2; fail "mended rules do not deliver"; }
expect "the deferred bounce has its record" "$(jq -r .email "$T/alias/log.d/broken.jsonl")" user2@q.example
expect "nothing was bounced" "$(grep -c 'status=bounced' "$T/alias/log" || true)" 0
