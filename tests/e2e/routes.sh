#!/usr/bin/env bash
# One campaign, three ways: a table of routes sends some domains direct, one through a relay, and those of a provider
# through another, whose mail goes on while the first is short of its quota.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
for name in open.example relayed.example works.example; do
  mx=mx.$name
  [ $name != works.example ] || mx=aspmx.l.google.com
  printf '[[domain]]\nname = "%s"\nmx = ["10 %s"]\nmailboxes = "any"\n' $name $mx
done >world.toml
rehearse() { # rehearse NAME [SCENARIO]: a rehearsal whose mail lies below NAME/; sets dns_NAME and smtp_NAME
  mail-rehearse "${2:-world.toml}" --maildir "$1" >"$1.out" 2>"$1.err" &
  server_pids+=($!)
  wait_until 20 grep -q '"ready"' "$1.out" || { cat "$1.err" >&2; fail "mail-rehearse does not start"; }
  printf -v "dns_$1" %s "$(jq -r 'select(.event == "ready").dns' "$1.out")"
  printf -v "smtp_$1" %s "$(jq -r 'select(.event == "ready").smtp' "$1.out")"
}
rehearse world
rehearse main
rehearse second
mkdir state tables
cat >tables/routes.toml <<TOML
default = "direct"
[relay.main]
url = "smtp://$smtp_main"
rates = ["30/day"]
[relay.second]
url = "smtp://$smtp_second"
connections = 2
[domain]
"relayed.example" = "main"
[provider]
google = "second"
TOML
printf 'From: Shop <news@shop.example>\nSubject: Hello\n\nHello\n' >spring.eml
for i in $(seq 50); do
  for name in relayed open works; do printf '{"email":"u%d@%s.example"}\n' "$i" "$name"; done
done >list.jsonl
send() { # send LOG OPTION…
  mail-send --transactional --skip-preflight -t spring.eml --route tables/routes.toml --resolver "$dns_world" \
    --port "${smtp_world##*:}" --helo shop.example --tls none --once --journal state/spring.journal "${@:2}" list.jsonl >"$1" 2>"$1.err"
}
mails() { find "$1" -path '*/new/*' -type f 2>/dev/null | wc -l; }
# It is noon: no day ends in between.
west=$((10#$(date -u +%H) - 12))
[ $west -ge 0 ] || west=$((west + 24))
export TZ=DAY$west
status=0
send first.jsonl || status=$?
expect "some wait for the quota" "$status" 75
expect "direct" "$(mails world) $(jq -r 'select(.event == "delivered" and .mx == "mx.open.example").email' first.jsonl | wc -l)" "50 50"
expect "through the relay with a quota" "$(mails main)" 30
expect "through the relay of the provider" "$(mails second)" 50
expect "the others are where they belong" "$(find main second -path '*/new/*' -type f | cut -d/ -f1,2 | sort | uniq -c | tr -s ' ' | paste -sd,)" \
  " 30 main/relayed.example, 50 second/works.example"
expect "the quota is the relay's" "$(/usr/bin/python3 -c '
import sqlite3
print(*sqlite3.connect("state/limits").execute("SELECT name, count FROM used"))')" "('relay.main', 30)"
check_records first.jsonl

# A run by another table goes on with who is left.
sed -i 's/^"relayed.example" = .*/"relayed.example" = ["main", "second"]/; s/30\/day/40\/day/' tables/routes.toml
send second.jsonl --resume || true
expect "two share, within what one may" "$(mails main) $(mails world)" "40 50"
expect "nobody twice" "$(cat first.jsonl second.jsonl | jq -r 'select(.event == "delivered").email' | sort | uniq -d | wc -l)" 0

# The way is told before anything is sent, and a table that is wrong sends nothing.
send third.jsonl --resume --verbose || true
grep -q "sending through ${smtp_second%:*}:" third.jsonl.err || fail "the relays are not told: $(cat third.jsonl.err)"
echo 'fallback = "main"' | cat - tables/routes.toml >wrong.toml
status=0
mail-send -t spring.eml --route wrong.toml list.jsonl 2>wrong.err || status=$?
expect "a table that is wrong" "$status $(grep -c 'wrong.toml:1: no such setting "fallback"' wrong.err)" "78 1"

# The mail of a receiver that begins to refuse us goes on through a relay, and direct again when it is released.
printf '[[domain]]\nname = "strict.example"\nmx = ["10 mx.strict.example"]\nmailboxes = "any"\n' >well.toml
(cat well.toml; printf '[[host]]\nname = "mx.strict.example"\nrefuse_after = 50\n') >blocks.toml
rehearse blocks blocks.toml
rehearse well well.toml
rehearse spare well.toml
printf 'default = "direct"\n[relay.spare]\nurl = "smtp://%s"\n' "$smtp_spare" >tables/round.toml
for i in $(seq 300); do printf '{"email":"u%d@strict.example"}\n' "$i"; done >strict.jsonl
go_round() { # go_round NAME WORLD: a campaign into that world, with a spare relay
  local dns=dns_$2 smtp=smtp_$2
  mail-send --transactional --skip-preflight -t spring.eml --campaign "$1" --route tables/round.toml --on-block relay:spare \
    --resolver "${!dns}" --port "${!smtp##*:}" --helo shop.example --tls none --once --retry-after 1 \
    --journal "state/$1.journal" strict.jsonl >"$1.out.jsonl" 2>"$1.out.err"
}
go_round blocked blocks || true
check_records blocked.out.jsonl
expect "a notice says which way it goes" \
  "$(jq -r 'select(.type == "notice") | "\(.event) \(.provider) \(.relay)"' blocked.out.jsonl)" "blocked strict.example spare"
expect "so does standard error" "$(grep -c 'so its mail goes on through relay spare until' blocked.out.err)" 1
[ "$(mails spare)" -gt 200 ] || fail "only $(mails spare) went round the block"
expect "nobody waits" "$(jq -r 'select(.event == "held")' blocked.out.jsonl)" ""
expect "nobody twice" "$(jq -r 'select(.event == "delivered").email' blocked.out.jsonl | sort | uniq -d | wc -l)" 0
before=$(mails spare)
mail-send --release strict.example --journal state/blocked.journal 2>/dev/null || fail "it is not held"
go_round free well || true
expect "direct again" "$(mails well) $(mails spare)" "300 $before"
