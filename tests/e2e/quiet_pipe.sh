#!/usr/bin/env bash
# Recipients come through a pipe whose writer is quiet: those who came are sent to and reported while it
# stays open, the run can be stopped, and a resume has nothing uncertain to tell.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"

cat >scenario.toml <<'TOML'
[[domain]]
name = "shop.example"
mx = ["10 mx.shop.example"]
mailboxes = "any"
TOML
printf 'From: Shop <news@sender.example>\nSubject: Number {{n}}\n\nYour number is {{n}}.\n' >letter.eml
mail-rehearse scenario.toml --maildir mail >rehearse.out 2>rehearse.err &
server_pids+=($!)
wait_until 20 grep -q '"ready"' rehearse.out || { cat rehearse.err; fail "mail-rehearse does not start"; }
relay=smtp://$(jq -r 'select(.event == "ready").smtp' rehearse.out)

record() { printf '{"email":"user%d@shop.example","n":%d}\n' "$1" "$1"; }
send=(mail-send -t letter.eml --relay "$relay" --helo client.example --tls none --transactional --skip-preflight)
reported() { grep -q "\"delivered\".*\"user$1@" log.jsonl; }
gone() { ! kill -0 "$sender" 2>/dev/null; }

mkfifo pipe
: >log.jsonl
"${send[@]}" -q --campaign pipe --journal pipe.journal - <pipe >>log.jsonl 2>send.err &
sender=$!
server_pids+=("$sender")
exec 4>pipe
record 1 >&4
wait_until 20 reported 1 || { cat send.err; fail "no event while the pipe is open"; }
kill -0 $sender || fail "mail-send ended before its input"
# Neither a bad line nor the half of a good one makes it wait.
printf 'not JSON\n\n' >&4
record 2 >&4
printf '{"email":"us' >&4
wait_until 20 reported 2 || { cat send.err; fail "no event behind half a line"; }
printf 'er3@shop.example","n":3}\n{"ema' >&4
wait_until 20 reported 3 || { cat send.err; fail "a line that came in two parts is lost"; }

kill -TERM $sender
wait_until 20 gone || fail "SIGTERM does not end it while the pipe is quiet"
status=0
wait $sender || status=$?
exec 4>&-
expect "stopped: exit" $status 75
check_records log.jsonl
expect "stopped: events" "$(jq -r '[.email, .event] | @tsv' log.jsonl | sort | tr '\t\n' ': ')" \
  "user1@shop.example:delivered user2@shop.example:delivered user3@shop.example:delivered "

# Two files behind a pipe, read to their ends.
{ record 1; record 2; record 3; } >first.jsonl
record 4 >second.jsonl
mkfifo third
{ record 5; } >third &
status=0
"${send[@]}" -q --campaign pipe --journal pipe.journal --resume first.jsonl second.jsonl third >resumed.jsonl 2>send.err || status=$?
[ $status = 0 ] || { cat send.err; fail "the resume ends with $status"; }
expect "resumed: events" "$(jq -r '[.email, .event] | @tsv' resumed.jsonl | sort | tr '\t\n' ': ')" \
  "user4@shop.example:delivered user5@shop.example:delivered "
expect "copies" "$(find mail -path '*/new/*' -type f | wc -l)" 5
