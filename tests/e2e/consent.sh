#!/usr/bin/env bash
# A campaign to 50 people of whom none agreed reaches nobody; what depends on how many there are waits for that
# and holds up nobody else; and who was mailed by another campaign lately is left in peace.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"

cat >letter.eml <<'EML'
From: Shop <news@sender.example>
Subject: News
List-Unsubscribe: <https://sender.example/leave?who={{email|url}}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

News.
10 High Street, London SW1A 1AA, help@sender.example
EML
people() { seq "$1" "$2" | sed "s/.*/{\"email\":\"user&@shop.example\"${3-}}/"; }
agreed=',"consent":{"basis":"express","evidence":"form"}'
gone() { ! kill -0 "$sender" 2>/dev/null; }
events() { jq -r '[.event, if .event == "skipped" then .diagnostic[:12] else empty end] | join(" ")' "$1" | sort | uniq -c | xargs; }
copies() { find mail -path '*/new/*' -type f | wc -l; }

# ---- Nobody agreed ------------------------------------------------------------------------------
start_shop
send=(mail-send -t letter.eml --relay "$relay" --helo client.example --tls none)
people 1 50 >list.jsonl
status=0
"${send[@]}" list.jsonl >log.jsonl 2>err || status=$?
expect "50 without consent: exit" $status 77
expect "50 without consent: events" "$(events log.jsonl)" "50 skipped no-consent:"
check_records log.jsonl
expect "one line says what to do" "$(grep -c -- "--consent.*--assert-consent 'basis=…,evidence=…'.*--transactional" err)" 1
kill $rehearse
wait $rehearse || true
expect "connections to the relay" "$(jq 'select(.event == "summary") | .connections' rehearse.out)" 0
expect "mails" "$(find mail -type f 2>/dev/null | wc -l)" 0

# ---- A pipe that is quiet -----------------------------------------------------------------------
start_shop
send=(mail-send -t letter.eml --relay "$relay" --helo client.example --tls none)
mkfifo pipe
: >log.jsonl
"${send[@]}" -q --campaign pipe --journal pipe.journal pipe >>log.jsonl 2>err &
sender=$!
server_pids+=("$sender")
exec 4<>pipe  # opening for writing alone would wait for a reader that may never come
people 1 30 >&4
people 101 101 "$agreed" >&4
delivered() { [ "$(grep -c '"delivered"' log.jsonl)" = "$1" ]; }
wait_until 20 delivered 1 || { cat err log.jsonl >&2; fail "who agreed waits for the others"; }
people 31 47 >&4
people 102 102 "$agreed" >&4
wait_until 20 delivered 2 || { cat err log.jsonl >&2; fail "who agreed waits for the others"; }
expect "who went out, of 49" "$(jq -r '.event + " " + .email' log.jsonl | sort | xargs)" \
  "delivered user101@shop.example delivered user102@shop.example"
# With the 50th all others are refused while the pipe stays open.
people 48 48 >&4
refused() { [ "$(grep -c '"skipped"' log.jsonl)" = "$1" ]; }
wait_until 20 refused 48 || { cat err >&2; fail "the others are not refused once there are 50"; }
people 49 49 >&4
wait_until 20 refused 49 || fail "the 51st is not refused at once"
people 103 103 "$agreed" >&4
wait_until 20 delivered 3 || fail "who agreed is not mailed once there are 50"
exec 4>&-
wait_until 20 gone || fail "it does not end with its input"
status=0
wait $sender || status=$?
expect "the pipe: exit" $status 77

# ---- Fewer, in portions and on resume -----------------------------------------------------------
run() { # run CAMPAIGN OPTION…: its status; events in log.jsonl
  local name=$1 status=0
  shift
  "${send[@]}" --campaign "$name" --journal "$name.journal" "$@" >log.jsonl 2>err || status=$?
  echo $status
}
people 1 30 >first.jsonl
people 31 60 >second.jsonl
expect "30 without consent: exit" "$(run portions first.jsonl)" 0
expect "30 without consent: events" "$(events log.jsonl)" "30 delivered"
expect "one line says so" "$(grep -c 'warning: forgiven, since the recipients are fewer than 50: 30 no-consent' err)" 1
expect "30 more of the same campaign: exit" "$(run portions second.jsonl)" 77
expect "30 more of the same campaign: events" "$(events log.jsonl)" "30 skipped no-consent:"
cat first.jsonl second.jsonl >both.jsonl
expect "vouched for: exit" "$(run portions --assert-consent 'basis=written,evidence=cards' both.jsonl)" 0
expect "vouched for: events" "$(jq -c '[.event, .consent.basis, .consent.asserted]' log.jsonl | sort | uniq -c | xargs)" \
  "30 [delivered,written,true]"
check_records log.jsonl
expect "all done, run again: exit" "$(run portions --resume both.jsonl)" 77

# ---- Another campaign was there lately ----------------------------------------------------------
people 1 10 "$agreed" >ten.jsonl
people 1 12 "$agreed" >twelve.jsonl
before=$(copies)
expect "spring" "$(run spring ten.jsonl)" 0
# Made by those who kept no times: the other journals of this folder say nothing about these people's time.
mkdir other && mv pipe.journal* portions.journal* other/
expect "summer within a week: exit" "$(run summer --min-interval 7d twelve.jsonl)" 0
expect "summer: events" "$(events log.jsonl)" "2 delivered 10 skipped min-interval"
grep -q 'min-interval: mailed at 20[0-9-]*T[0-9:.]*Z by campaign \\"spring\\"' log.jsonl || fail "what is told: $(head -1 log.jsonl)"
check_records log.jsonl
expect "the same campaign again: events" "$(run spring --resume --min-interval 7d ten.jsonl; events log.jsonl)" "0"
jq -c 'select(.event == "delivered")' log.jsonl | grep . && fail "mailed again"
expect "copies" "$(($(copies) - before))" 12
# Long ago, and in a journal of before there were times.
old=$(($(date +%s%3N) - 8 * 86400000))
/usr/bin/python3 - "$old" <<'PY'
import sqlite3, sys
db = sqlite3.connect("spring.journal"); db.execute("UPDATE recipient SET at=?", (int(sys.argv[1]),)); db.commit(); db.close()
db = sqlite3.connect("summer.journal")
for column in "at", "first_at", "retry_at", "provider", "reason": db.execute(f"ALTER TABLE recipient DROP COLUMN {column}")
db.execute("PRAGMA user_version=1"); db.commit(); db.close()
PY
expect "autumn: exit" "$(run autumn --min-interval 7d twelve.jsonl)" 0
expect "autumn: events" "$(events log.jsonl)" "10 delivered 2 skipped min-interval"
grep -q 'may have been mailed by campaign \\"summer\\", at 20' log.jsonl || fail "a journal without times"
# The journal of before is brought to the present form when it goes on.
expect "summer, later: exit" "$(run summer --resume twelve.jsonl)" 0
expect "its form" "$(/usr/bin/python3 -c 'import sqlite3; print(*sqlite3.connect("summer.journal").execute("SELECT count(at), min(at) > 1600000000000 FROM recipient").fetchone())')" "12 1"

# ---- Another process writes its journal meanwhile -----------------------------------------------
mkfifo quiet
: >live.jsonl
"${send[@]}" -q --campaign live --journal live.journal quiet >>live.jsonl 2>err &
sender=$!
server_pids+=("$sender")
exec 4<>quiet
people 201 220 "$agreed" >&4
all_out() { [ "$(grep -c '"delivered"' live.jsonl)" = 20 ]; }
wait_until 20 all_out || fail "the other campaign does not begin"
people 201 222 "$agreed" >some.jsonl
expect "beside a live one: exit" "$(run beside --min-interval 12h some.jsonl)" 0
expect "beside a live one: events" "$(events log.jsonl)" "2 delivered 20 skipped min-interval"
exec 4>&-
wait_until 20 gone || fail "the other campaign does not end"
wait $sender || fail "the other campaign was disturbed"
expect "files beside the journals" "$(ls -- *.journal-wal *.journal-shm 2>/dev/null | wc -l)" 0

# ---- A dry run ----------------------------------------------------------------------------------
sha256sum ./*.journal* >sums
ls >files
status=0
mail-send -t letter.eml --dry-run --campaign live --journal live.journal --min-interval 7d ten.jsonl some.jsonl \
  >"$HOME/dry" 2>err || status=$?
expect "dry run: exit" $status 0
expect "dry run: who" "$(jq -c 'select(.type == "dry-run") | [.would_send, .already_done, .rules[0]]' "$HOME/dry")" \
  '[0,20,{"rule":"min-interval","recipients":12}]'
expect "dry run of a Maildir, which has no journal" \
  "$(mail-send -q -t letter.eml --dry-run --to-maildir box --campaign live --journal live.journal some.jsonl |
     jq -c 'select(.type == "dry-run") | [.would_send, .already_done]')" '[22,0]'
ls | grep -vx dry | diff files - || fail "a dry run makes files"
sha256sum --quiet -c sums || fail "a dry run writes"
people 1 50 | at_terminal 80 bash -c 'mail-send -t letter.eml --dry-run --campaign live --journal live.journal list.jsonl; echo "status $?"' >dry.txt
expect "dry run at a terminal: exit" "$(tail -1 dry.txt)" "status 77"
/usr/bin/python3 -c 'import sys; sys.exit(any(len(line) > 81 for line in sys.stdin))' <dry.txt || fail "wider than 80 columns"
grep -q '^no-consent  *50  user1@shop.example' dry.txt || { cat dry.txt >&2; fail "no row for no-consent"; }
seq 5 | sed 's/.*/{"email":"user&@shop.example","bill":"&.pdf"}/' >bills.jsonl
at_terminal 80 mail-send -t letter.eml --transactional --attach-field bill --attach-dir . --campaign bills --dry-run bills.jsonl >dry.txt
expect "what they would be held for, of which three are named" "$(grep -cE '^the attachment "[123].pdf".* 1|^other reasons +2' dry.txt)" 4
status=0
mail-send -t letter.eml --dry-run --campaign another --journal live.journal list.jsonl >/dev/null 2>err || status=$?
expect "another campaign's journal: exit" $status 78
