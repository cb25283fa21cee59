#!/usr/bin/env bash
# Recipients come through a pipe whose writer is quiet: those who came are sent to and reported while it
# stays open, the run can be stopped, and a resume has nothing uncertain to tell. And the log of a run at a
# terminal.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"

printf 'From: Shop <news@sender.example>\nSubject: Number {{n}}\n\nYour number is {{n}}.\n' >letter.eml
start_shop

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

# At a terminal the records are in a log beside the journal.
record 6 >more.jsonl
terminal() { at_terminal 100 bash -c '"$@"; echo "status $?"' - "${send[@]}" --campaign term "$@"; }
out=$(terminal --journal term.journal more.jsonl)
expect "at a terminal: exit" "$(tail -1 <<<"$out")" "status 0"
grep -q 'all events are in term.jsonl' <<<"$out" || fail "the note does not name the log: $out"
grep -q '^{' <<<"$out" && fail "records at a terminal: $out"
expect "log: mode" "$(stat -c %a term.jsonl)" 600
expect "log: events" "$(jq -r '[.email, .event] | @tsv' term.jsonl)" $'user6@shop.example\tdelivered'
check_records term.jsonl
record 7 >>more.jsonl
printf '{"type":"delivery","v":1,"ev' >>term.jsonl
terminal --journal term.journal more.jsonl >/dev/null
expect "log: appended on a line of its own" "$(tail -1 term.jsonl | jq -r .email)" user7@shop.example
expect "log: lines" "$(wc -l <term.jsonl)" 3
terminal --journal named.jsonl more.jsonl >/dev/null
expect "log of a journal that is called like one" "$(jq -r .event named.jsonl.jsonl | sort | uniq -c | xargs)" \
  "2 delivered"
cp more.jsonl before.jsonl
out=$(terminal --journal more.journal more.jsonl)
expect "a list where the log should be: exit" "$(tail -1 <<<"$out")" "status 73"
cmp more.jsonl before.jsonl || fail "events in the list of recipients"
mkdir dir.jsonl
out=$(terminal --journal dir.journal more.jsonl)
expect "a log that cannot be opened: exit" "$(tail -1 <<<"$out")" "status 73"
out=$(at_terminal 100 mail-send -t letter.eml --to-maildir box --transactional --skip-preflight more.jsonl)
grep -q 'all events' <<<"$out" && fail "a log of a Maildir: $out"
expect "a Maildir: messages" "$(find box/new -type f | wc -l)" 2
