#!/usr/bin/env bash
# A provider begins to refuse us, and another calls all its users unknown: their mail waits, nobody of it
# is lost or taken for dead, a person is told once, and the others go on. Then one is released by hand.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
world() { # world AFTER: the scenario; blocked.example and flood.example refuse after so many
  for name in calm blocked flood; do
    printf '[[domain]]\nname = "%s.example"\nmx = ["10 mx.%s.example"]\nmailboxes = "any"\n' "$name" "$name"
  done
  printf '[[host]]\nname = "mx.blocked.example"\nrefuse_after = %s\n' "$1"
  printf '[[host]]\nname = "mx.flood.example"\nrefuse_after = %s\nrefuse_as = "unknown"\n' "$2"
}
printf 'From: Shop <news@shop.example>\nSubject: Hello\n\nHello\n' >spring.eml
send() { # send OPTION…: one pass, into $log
  mail-send --transactional --skip-preflight -t spring.eml --direct --resolver "$dns" --port "${smtp##*:}" --helo shop.example --once --retry-after 2 \
    --journal state/spring.journal --max-bounce off "$@" list.jsonl >"$log" 2>"$log.err"
}
for i in $(seq 400); do
  for name in calm blocked flood; do printf '{"email":"u%d@%s.example"}\n' "$i" "$name"; done
done >list.jsonl
count() { jq -r "select($1) | .email" "$log" | wc -l; }

world 150 150 >first.toml
start_rehearsal first.toml
log=first.jsonl
status=0
send --lang ja || status=$?
expect "some wait" "$status" 75
expect "the others went on" "$(count '.event == "delivered" and (.email | endswith("@calm.example"))')" 400
expect "one notice of each" "$(jq -r 'select(.type == "notice") | "\(.event) \(.provider)"' "$log" | sort | paste -sd,)" \
  "blocked blocked.example,flood flood.example"
expect "told on standard error" "$(grep -c 'is held until' "$log.err")" 2
expect "a notice says why, in the user's language" \
  "$(jq -r 'select(.event == "blocked") | "\(.code) \(.until != null) \(.cause + .remedy | test("\\p{Hiragana}"))"' "$log")" "554 true true"
refused=$(count '.event == "failed" and (.email | endswith("@blocked.example"))')
[ "$refused" -lt 25 ] || fail "$refused recipients failed before the block was seen"
dead=$(count '.hard == true')
[ "$dead" -lt 10 ] || fail "$dead addresses were taken for dead"
check_records "$log"

# Held still: the next run of any campaign there tries nobody of them, and says so of each who was not tried yet.
log=second.jsonl
status=0
send --resume || status=$?
expect "who is held is for a later run" "$status" 75
expect "nobody is tried while they are held" "$(count '.type == "delivery" and .event != "held"')" 0
done_before=$(jq -r 'select(.event == "delivered" or .event == "failed") | .email' first.jsonl | wc -l)
deferred_before=$(jq -r 'select(.event == "deferred") | .email' first.jsonl | sort -u | wc -l)
waiting=$(count '.event == "held"')
[ "$((done_before + waiting))" -ge $((1200 - deferred_before)) ] || fail "$waiting are held, $done_before are done: where are the others?"
mail-send --status --journal state/spring.journal --json >status.json
expect "they are left" "$(jq .left status.json)" "$((1200 - done_before))"

# Released, and the receivers are well again.
kill "$rehearse" && wait "$rehearse" 2>/dev/null || true
world 0 0 >second.toml
start_rehearsal second.toml
mail-send --release Blocked.example --release flood.example --journal state/spring.journal 2>released
grep -q 'flood.example is released' released || fail "released: $(cat released)"
status=0
mail-send --release calm.example --journal state/spring.journal 2>released || status=$?
expect "who is not held cannot be released" "$status" 1
log=third.jsonl
send --resume || { cat "$log.err" >&2; fail "the run after the release: $?"; }
cat first.jsonl second.jsonl third.jsonl >all.jsonl
expect "everybody has one end" \
  "$(jq -r 'select(.event == "delivered" or .event == "failed") | .email' all.jsonl | sort | uniq -d | wc -l)" 0
expect "and an end" "$(jq -r 'select(.event == "delivered" or .event == "failed") | .email' all.jsonl | sort -u | wc -l)" 1200
check_records "$log"

# A list of dead addresses, few at each receiver: the campaign ends, and says why.
for i in $(seq 30); do
  printf '[[domain]]\nname = "d%d.example"\nmx = ["10 mx.d%d.example"]\nmailboxes = ["living"]\n' "$i" "$i" >>dead.toml
  printf '{"email":"gone@d%d.example"}\n' "$i" >>dead.jsonl
done
start_rehearsal dead.toml
for limit in 5%/20 off; do
  status=0
  mail-send --transactional --skip-preflight -t spring.eml --relay "$relay" --tls none --helo shop.example --once \
    --journal "dead/${limit%/*}.journal" --campaign dead --max-bounce "$limit" dead.jsonl >dead.log 2>dead.err || status=$?
  expect "--max-bounce $limit" "$status $(grep -c 'too many dead addresses' dead.err)" "$([ $limit = off ] && echo 0 0 || echo 75 2)"
done
