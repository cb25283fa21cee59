#!/usr/bin/env bash
# A quota of 100 a day over ten runs of ten campaigns, two at a time, on one day and into the next: exactly 100 and
# 100 accepted, however many are refused. And a window that is shut. Which day it is follows from TZ: quotas and
# windows go by local clocks.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
printf 'From: Shop <news@sender.example>\nSubject: News\n\nNews for {{n}}.\n' >letter.eml

# Local noon, and the same moment of the next day's.
west=$((10#$(date -u +%H) - 12))
[ $west -ge 0 ] || west=$((west + 24))
today=DAY$west
tomorrow=DAY-$((24 - west))
expect "a day lies between" "$(($(TZ=$tomorrow date +%s -d "$(TZ=$tomorrow date +%F) UTC") - $(TZ=$tomorrow date +%s -d "$(TZ=$today date +%F) UTC")))" 86400

start_shop 'suspended = ["*3", "*7"]'
printf '[relay."127.0.0.1"]\nrates = ["100/day", "1000/second"]\n' >limits.toml

run() { # run CAMPAIGN OPTION…: one pass; its exit status in CAMPAIGN.status
  local status=0
  mail-send -t letter.eml --campaign "$1" --journal "journals/$1.journal" --relay "$relay" --helo client.example \
    --tls none --transactional --skip-preflight -q --once "${@:2}" "$1.jsonl" >>"$1.log" 2>>"$1.err" || status=$?
  echo $status >"$1.status"
}
day() { # day OPTION…: ten runs, two at a time
  local i
  for i in 1 3 5 7 9; do
    run "c$i" "$@" &
    run "c$((i + 1))" "$@"
    wait $!
  done
}
delivered() { cat c*.log | jq -r 'select(.event == "delivered").email' | sort; }

for i in $(seq 10); do
  awk -v c="$i" 'BEGIN { for (n = 1; n <= 30; n++) printf "{\"email\":\"c%dn%d@shop.example\",\"n\":%d}\n", c, n, n }' >"c$i.jsonl"
done
export TZ=$today
day --limits limits.toml
expect "delivered on the first day" "$(delivered | wc -l)" 100
expect "one more run of the first day" "$(run c10 --limits limits.toml --resume; delivered | wc -l)" 100
expect "who waits is for a later run" "$(cat c10.status)" 75
expect "counted" "$(/usr/bin/python3 -c '
import sqlite3
print(*sqlite3.connect("journals/limits").execute("SELECT name, kind, count FROM used"))')" "('relay.127.0.0.1', 'day', 100)"
export TZ=$tomorrow
day --limits limits.toml --resume
expect "delivered on the second day" "$(($(delivered | wc -l) - 100))" 100
expect "refused, each once" "$(cat c*.log | jq -r 'select(.event == "failed").email' | sort | uniq -c | awk '$1 > 1 || $2 !~ /[37]@/' | wc -l)" 0
[ "$(cat c*.log | jq -r 'select(.event == "failed").email' | wc -l)" -ge 40 ] || fail "too few are refused"
expect "nobody twice" "$(delivered | uniq -d | wc -l)" 0
expect "copies" "$(find mail -path '*/new/*' -type f | wc -l)" 200
for log in c*.log; do
  [ ! -s "$log" ] || check_records "$log"
done

# It is past noon.
echo '{"email":"w@shop.example","n":1}' >w.jsonl
run w --window '17:00-18:00'
expect "while the window is shut" "$(cat w.status) $(jq -r .event w.log)" "75 "
run w --window '17:00-18:00' --window '11:00-16:00' --resume
expect "while it is open" "$(cat w.status) $(jq -r .event w.log)" "0 delivered"
