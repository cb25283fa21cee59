#!/usr/bin/env bash
# A pool of addresses to send from: who is mailed from where, what one refused address costs, how recipients move to
# the next one, and a new address over two days.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
printf 'From: Shop <news@shop.example>\nSubject: Hello\n\nHello\n' >spring.eml
for i in $(seq 150); do
  for name in calm strict; do printf '{"email":"u%d@%s.example"}\n' "$i" "$name"; done
done >list.jsonl
for name in calm strict; do
  printf '[[domain]]\nname = "%s.example"\nmx = ["10 mx.%s.example"]\nmailboxes = "any"\n' "$name" "$name"
done >world.toml
printf '[[host]]\nname = "mx.strict.example"\nrefuse_ips = ["127.0.0.3/32"]\n' >>world.toml
start_rehearsal world.toml
pool=(--source-ip 127.0.0.2 --source-ip '127.0.0.3?weight=2&helo=mail3.shop.example' --source-ip 127.0.0.4)
send() { # send CAMPAIGN FOLDER OPTION…: one pass into CAMPAIGN.jsonl; its exit status in $status
  status=0
  mail-send --transactional --skip-preflight -t spring.eml --campaign "$1" --direct --resolver "$dns" --port "${smtp##*:}" \
    --helo shop.example --once --journal "$2/$1.journal" "${@:3}" list.jsonl >"$1.jsonl" 2>"$1.err" || status=$?
}
from() { # from CAMPAIGN DOMAIN: "recipient address" of all that were delivered
  jq -r "select(.event == \"delivered\" and (.email | endswith(\"@$2.example\"))) | \"\(.email) \(.source_ip)\"" "$1.jsonl" | sort
}
addresses() { from "$1" "$2" | cut -d' ' -f2 | sort -u | paste -sd' '; }

send none state --source-ip 192.0.2.77
expect "an address of another machine" "$status $(grep -c 'this machine has no such address' none.err)" "78 1"

# Held for the one address alone.
send first state "${pool[@]}"
expect "some wait" "$status" 75
expect "who takes mail from all gets it from all" "$(addresses first calm)" "127.0.0.2 127.0.0.3 127.0.0.4"
expect "everybody of them" "$(from first calm | wc -l)" 150
expect "who refuses one gets it from the others" "$(addresses first strict)" "127.0.0.2 127.0.0.4"
expect "one notice" "$(jq -r 'select(.type == "notice") | "\(.event) \(.provider) \(.source_ip)"' first.jsonl)" \
  "blocked strict.example 127.0.0.3"
expect "told" "$(grep -c 'strict.example refuses 127.0.0.3, so its mail from there is held' first.err)" 1
waiting=$((150 - $(from first strict | wc -l)))
[ $waiting -gt 40 ] || fail "only $waiting wait"
check_records first.jsonl

# Another campaign: each recipient has the address that he had; who waits goes on from the next one.
send second state "${pool[@]}" --on-block next-source
expect "nobody waits" "$status $(from second strict | wc -l)" "0 150"
expect "the same addresses" "$(diff <(from first calm) <(from second calm))" ""
expect "and where one is refused" "$(comm -23 <(from first strict) <(from second strict))" ""
expect "the refused one is not tried" "$(jq -r 'select(.type == "delivery" and .event != "delivered")' second.jsonl)" ""
mail-send --release strict.example --journal state/first.journal 2>released || fail "not released: $(cat released)"

# A new address: 30 on its first day, 60 on the second, over two campaigns a day; the rest goes out from the others.
west=$((10#$(date -u +%H) - 12))
[ $west -ge 0 ] || west=$((west + 24))
export TZ=DAY$west
printf '"127.0.0.3" = "%s: 30,60"\n' "$(date +%F)" >warm.toml
sed -i '/strict/d' list.jsonl
for day in 1 2; do
  for run in a b; do
    send "warm$day$run" warm "${pool[@]}" --warm-up warm.toml
    expect "day $day, run $run: everybody" "$status $(from "warm$day$run" calm | wc -l)" "0 150"
  done
  expect "day $day: from the new address" "$(cat <(from "warm${day}a" calm) <(from "warm${day}b" calm) | grep -c '127.0.0.3$')" $((30 * day))
  TZ=DAY-$((24 - west))
done
