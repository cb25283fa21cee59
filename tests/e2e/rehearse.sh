#!/usr/bin/env bash
# mail-rehearse as a program: the ready record, only loopback, mail by direct and relay connections,
# bounces to a Maildir and by SMTP, a clean end on SIGTERM with the summary, a full disk.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
failed=0
check() { # check WHAT COMMAND…
  local what=$1
  shift
  "$@" || { echo "FAILED: $what"; failed=1; }
}
# talk HOST PORT: sends standard input in one piece and prints the replies until the server closes.
talk() {
  exec 3<>"/dev/tcp/$1/$2"
  cat >&3
  timeout 10 cat <&3 | tr -d '\r'
  exec 3>&- 3<&-
}
mail() { # mail SENDER RECIPIENT
  printf 'EHLO test.example\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\nMessage-ID: <%s>\r\n\r\nhello\r\n.\r\nQUIT\r\n' "$1" "$2" "$RANDOM@test"
}

cat >s.toml <<'TOML'
[[domain]]
name = "a.example"
mx = ["10 mx.a.example"]
mailboxes = ["taro"]
full_later = ["full"]
[[domain]]
name = "shop.example"
mx = ["10 mx.shop.example"]
mailboxes = "any"
[[host]]
name = "mx.a.example"
address = "127.25.9.1"
[[host]]
name = "mx.slow.example"
address = "127.25.9.2"
greeting_delay_ms = 300
TOML

# Direct, by relay, and refused.
start_rehearsal s.toml --maildir mail --bounces bounces --log log.jsonl
first=$rehearse
port=${smtp##*:}
check 'a host answers at its address' grep -q '^220 mx.a.example ' <(mail s@b.example taro@a.example | talk 127.25.9.1 "$port")
check 'unknown users are refused' grep -q '^550 5.1.1 ' <(mail s@b.example nobody@a.example | talk 127.25.9.1 "$port")
check 'the relay takes mail for every domain' grep -q '^250 2.0.0 Ok: queued' <(mail s@b.example taro@a.example | talk 127.0.0.1 "$port")
check 'the relay refuses as the host does' grep -q '^550 5.1.1 ' <(mail s@b.example nobody@a.example | talk 127.0.0.1 "$port")
began=$(date +%s%N)
check 'a slow host greets in the end' grep -q '^220 mx.slow.example' <(printf 'QUIT\r\n' | talk 127.25.9.2 "$port")
check 'and not before' test $((($(date +%s%N) - began) / 1000000)) -ge 290
mail s@b.example full@a.example | talk 127.0.0.1 "$port" >/dev/null
check 'two mails in the mailbox' test "$(find mail/a.example/taro/new -type f | wc -l)" = 2
check 'a bounce in the Maildir' test "$(find bounces/new -type f | wc -l)" = 1
check 'it is a report' grep -rq '^Status: 5.2.2' bounces/new
check 'DNS answers' test "$(mx-harvest --resolver "$dns" x@a.example | jq -r '.mx[0].host')" = mx.a.example
check 'nothing listens beyond loopback' test -z "$(grep -h ' 0A ' /proc/net/tcp | awk '{ print $2 }' | grep -i ":$(printf %04X "$port")\$" | grep -v '7F:')"

# A second one cannot have the same ports.
status=0
mail-rehearse s.toml --dns "$dns" --smtp 127.0.0.1:0 >second.out 2>second.err || status=$?
check 'a taken port is an error' test $status = 74
check 'that says so' grep -q 'address already in use' second.err

kill -TERM "$first"
status=0
wait "$first" || status=$?
check 'SIGTERM ends it cleanly' test $status = 0
check 'with a summary' test "$(jq -c 'select(.event == "summary") | [.messages, .delivered, .refused, .bounced, .most_copies]' rehearse.out)" = '[3,2,2,1,1]'
check 'and a record for each recipient' test "$(jq -r .event log.jsonl | sort | uniq -c | tr -s ' \n' ' ')" = ' 3 accepted 1 bounced 2 refused '

# Bounces by SMTP, into another rehearsal; and into the sender's own mailbox.
start_rehearsal s.toml --maildir target
start_rehearsal s.toml --bounce-relay "$smtp"
for i in 1 2 3; do mail "s$i@shop.example" full@a.example | talk 127.0.0.1 "${smtp##*:}" >/dev/null; done
mails_in() { find "$1" -path '*/new/*' -type f 2>/dev/null | wc -l; }
three_came() { [ "$(mails_in target/shop.example)" = 3 ]; }
wait_until 10 three_came || true
check 'bounces go by SMTP' test "$(mails_in target/shop.example)" = 3
check 'from the null sender' grep -rq '^Return-Path: <>' target/shop.example/s1/new
start_rehearsal s.toml --maildir own
mail s@shop.example full@a.example | talk 127.0.0.1 "${smtp##*:}" >/dev/null
check 'bounces reach a sender in the scenario' grep -rq '^Status: 5.2.2' own/shop.example/s/new

# No room for mail: 451, and the exit status says so.
start_rehearsal s.toml --maildir gone
rm -rf gone
touch gone
check 'mail that cannot be stored is put off' grep -q '^451 4.3.0' <(mail s@b.example taro@a.example | talk 127.0.0.1 "${smtp##*:}")
kill -TERM "$rehearse"
status=0
wait "$rehearse" || status=$?
check 'and the exit status tells' test $status = 74
exit $failed
