#!/usr/bin/env bash
# mail-send is killed (SIGKILL) at 20 random moments of a run to 5,000 recipients and resumed each time:
# nobody gets two copies, nobody is lost, and whoever cannot be known about is reported uncertain: at most those
# whose message was on its way, one in each session. Every second run signs its messages. KILLS is another number
# of kills (tests/bench/soak), KILL_SEED chooses their moments.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
seed=${KILL_SEED:-$RANDOM}
RANDOM=$seed
echo "KILL_SEED=$seed"

wanted=${KILLS:-20}
total=$((wanted * 250))
awk -v n=$total 'BEGIN { for (i = 1; i <= n; i++) printf "{\"email\":\"%s%d@shop.example\",\"n\":%d}\n", i % 50 ? "user" : "gone.", i, i }' >list.jsonl
printf 'From: Shop <news@sender.example>\nSubject: Number {{n}}\n\nYour number is {{n}}.\n' >letter.eml

(umask 077; openssl genpkey -algorithm ED25519 -out key.pem)

start_shop 'unknown = ["gone.*"]'

send() {  # send OPTION…: in the background; its log grows
  local signed=()
  [ $((kills % 2)) = 0 ] || signed=(--dkim sender.example:s:key.pem)
  mail-send -t letter.eml "${signed[@]}" --campaign kill --journal kill.journal --relay "$relay" --helo client.example \
    --tls none --transactional --skip-preflight -q "$@" list.jsonl >>log.jsonl 2>>send.err &
  sender=$!
}
log_size() { stat -c %s log.jsonl; }

: >log.jsonl
kills=0
resume=
resume_refused=
while [ $kills -lt "$wanted" ]; do
  before=$(log_size)
  # A record takes about 400 bytes. Some kills come before the first one, some in the middle of many.
  target=$((before + (RANDOM % 5 == 0 ? 0 : RANDOM * 3)))
  send $resume
  for ((i = 0; i < RANDOM % 300; i++)); do :; done
  wait_for_bytes log.jsonl $target $sender
  kill -0 $sender 2>/dev/null || break
  kill -9 $sender 2>/dev/null || break
  wait $sender 2>/dev/null || true
  kills=$((kills + 1))
  if [ -z "$resume_refused" ] && [ "$(log_size)" -gt 0 ]; then
    resume_refused=yes
    status=0
    send
    wait $sender || status=$?
    expect "unfinished work is not begun anew without --resume" $status 65
  fi
  resume=--resume
done
expect "kills while it ran" $kills "$wanted"
status=0
send --resume
wait $sender || status=$?
[ $status = 0 ] || { tail -5 send.err; fail "the last run ends with $status"; }

# A kill may cut a record short; its copy follows on a line of its own.
jq -cR 'fromjson? // empty' log.jsonl >events.jsonl
check_records events.jsonl
expect "events say one thing about each recipient" \
  "$(jq -r '[.email, .event] | @tsv' events.jsonl | sort -u | cut -f 1 | uniq -d | wc -l)" 0
expect "everybody has an event" "$(jq -r .email events.jsonl | sort -u | wc -l)" $total
jq -r 'select(.event == "uncertain").email' events.jsonl | sort -u >uncertain
jq -r 'select(.event == "delivered").email' events.jsonl | sort -u >delivered
jq -r 'select(.event == "failed").email' events.jsonl | sort -u >failed
echo "delivered $(wc -l <delivered), failed $(wc -l <failed), uncertain $(wc -l <uncertain)"
expect "the three add up" "$(cat uncertain delivered failed | wc -l)" $total
expect "only the dead failed" "$(grep -vc '^gone\.' failed || true)" 0

kill $rehearse
wait $rehearse || true
find mail -path '*/new/*' -type f | awk -F/ '{ print $(NF-2) "@" $(NF-3) }' | sort >copies
expect "copies beyond the first" "$(uniq -d copies | wc -l)" 0
expect "delivered without a copy" "$(comm -23 delivered copies | wc -l)" 0
expect "copies that no event tells of" "$(sort delivered uncertain | comm -13 - copies | wc -l)" 0
# One message in each of the 20 sessions can be on its way.
[ "$(wc -l <uncertain)" -le $((kills * 20)) ] || fail "too many are uncertain"
