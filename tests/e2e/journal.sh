#!/usr/bin/env bash
# The journal's disk fills up in the middle of a campaign: it stops, says why, and after room was made goes on with
# --resume; nobody gets two copies, nobody is lost. --status reads the journal all the while, and the queries of
# hagaki-journal(5) give what the events say.
set -eu
# Mounts of a namespace of its own, so that neither rights nor the machine's disks are needed.
if [ -z "${OWN_MOUNTS-}" ]; then
  if unshare -rm true 2>/dev/null; then OWN_MOUNTS=yes exec unshare -rm "$0"; fi
  OWN_MOUNTS=no
fi
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
mkdir disk
[ $OWN_MOUNTS = yes ] && mount -t tmpfs -o size=1800k tmpfs disk 2>/dev/null || skip "no tmpfs can be mounted here"

total=5000
awk -v n=$total 'BEGIN { for (i = 1; i <= n; i++) printf "{\"email\":\"%s%d@shop.example\",\"n\":%d}\n", i % 50 ? "user" : "gone.", i, i }' >list.jsonl
printf 'From: Shop <news@sender.example>\nSubject: Number {{n}}\n\nYour number is {{n}}.\n' >letter.eml
start_shop 'unknown = ["gone.*"]'
journal=disk/full.journal

command=(mail-send -t letter.eml --campaign full --journal "$journal" --relay "$relay" --helo client.example
  --tls none --transactional --skip-preflight --connections 4)
send() {  # send OPTION…: its exit code
  local status=0
  "${command[@]}" "$@" list.jsonl >>log.jsonl 2>send.err || status=$?
  echo $status
}
says() { grep -q "$2" send.err || { cat send.err >&2; fail "$1: it does not say: $2"; }; }

: >log.jsonl
expect "the disk is full: exit" "$(send)" 74
says "the disk is full" 'full.journal: no room left on its disk'
says "the disk is full" 'same command with --resume'
sent=$(wc -l <log.jsonl)
[ "$sent" -gt 0 ] && [ "$sent" -lt $total ] || fail "the disk was not full in the middle: $sent events"
mail-send --status --journal $journal >status.jsonl
check-records --type status status.jsonl >/dev/null || fail "the status breaks its schema"
expect "the status of a full disk: run" "$(jq -r .run status.jsonl)" died
[ "$(jq .delivered status.jsonl)" -gt 0 ] || fail "the status of a full disk counts nobody"
# All of the disk is taken now: not even the run can be begun.
head -c 8m /dev/zero >disk/filler 2>/dev/null || true
expect "no room at the beginning: exit" "$(send --resume)" 74
says "no room at the beginning" 'no room left on its disk'
rm disk/filler

mount -o remount,ro disk
expect "a read-only disk: exit" "$(send --resume)" 74
says "a read-only disk" 'full.journal'
expect "the status on a read-only disk" "$(mail-send --status --journal $journal | jq -r .campaign)" full
mount -o remount,rw,size=100m disk
out=$(at_terminal 60 bash -c '"$@" >>log.jsonl; echo "status $?"' - "${command[@]}" --resume list.jsonl)
expect "with room: exit" "$(tail -n 1 <<<"$out" | tr -d '\r')" "status 0"
# What was shown meanwhile, one a line.
tr '\r' '\n' <<<"$out" | sed -n 's/\x1b\[K$//p' | grep . >shown || true
grep -qE '^[0-9]+/[0-9?]+, [0-9.]+/s.*: [0-9]+ delivered' shown || fail "progress: $(cat shown)"
grep -qE '^.{60}' shown && fail "progress is wider than the terminal: $(cat shown)"

jq -cR 'fromjson? // empty' log.jsonl >events.jsonl
check_records events.jsonl
expect "events say one thing about each recipient" \
  "$(jq -r '[.email, .event] | @tsv' events.jsonl | sort -u | cut -f 1 | uniq -d | wc -l)" 0
for event in uncertain delivered failed; do
  jq -r --arg e $event 'select(.event == $e).email' events.jsonl | sort -u >$event
done
echo "delivered $(wc -l <delivered), failed $(wc -l <failed), uncertain $(wc -l <uncertain)"
expect "everybody has an event" "$(cat uncertain delivered failed | sort -u | wc -l)" $total
# What may be open at once with so many sessions (campaign.h).
[ "$(wc -l <uncertain)" -le 128 ] || fail "too many are uncertain"

expect "status" "$(mail-send --status --journal $journal | jq -c '[.run, .left, .recipients, .delivered, .failed, .uncertain]')" \
  "[\"done\",0,$total,$(wc -l <delivered),$(wc -l <failed),$(wc -l <uncertain)]"
at_terminal 80 mail-send --status --color never --journal $journal | tr -d '\r' >table
grep -q '^Campaign "full" ended ' table || fail "the table: $(cat table)"
grep -qE "^ +$(wc -l <delivered) delivered$" table || fail "the table: $(cat table)"
grep -qE '^.{81}' table && fail "the table is wider than the terminal: $(cat table)"

# The queries of the manual, each in one line.
sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAG/p' "$HAGAKI_ROOT/man/hagaki-journal.5" |
  awk '/^\.Bd/ { inside = 1; text = ""; next } /^\.Ed/ { print text; inside = 0; next } inside { text = text $0 " " }' >queries
expect "queries in the manual" "$(wc -l <queries)" 3
cd disk
ln -s full.journal spring.journal
run_query() { eval "$(sed -n "$1p" ../queries)"; }
run_query 1 | cut -d '|' -f 1 | sort >../not_got
expect "how each provider took it" "$(run_query 2 | awk 'NR > 2 { n += $2; d += $3; f += $4; o += $5 } END { print n, d, f, o }')" \
  "$total $(wc -l <../delivered) $(wc -l <../failed) 0"
expect "who waits" "$(run_query 3)" ""
cd ..
cmp not_got <(sort failed uncertain) || fail "who did not get it: not what the events say"
umount disk

kill $rehearse
wait $rehearse || true
find mail -path '*/new/*' -type f | awk -F/ '{ print $(NF-2) "@" $(NF-3) }' | sort >copies
expect "copies beyond the first" "$(uniq -d copies | wc -l)" 0
expect "delivered without a copy" "$(comm -23 delivered copies | wc -l)" 0
expect "copies that no event tells of" "$(sort delivered uncertain | comm -13 - copies | wc -l)" 0
