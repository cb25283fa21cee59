#!/usr/bin/env bash
# dnsbl-check --state and --changes as cron runs them, beside a real rbldnsd whose lists change between the runs: new,
# still, delisted, silence meanwhile; nothing printed where nothing changed; state files that are broken, in use, or
# cannot be written.
. "$(dirname "$0")/lib/servers.bash"
needs rbldnsd
cd "$T"
port=$(free_port)

mkdir lists
printf '127.0.0.2\n192.0.2.25\n' >lists/one
printf '127.0.0.2\n' >lists/two
printf '127.0.0.2\n' >lists/refusing
run_as=()
[ "$(id -u)" = 0 ] && run_as=(-u "$(id -un rbldns >/dev/null 2>&1 && echo rbldns || echo nobody)")
rbldnsd -n -q "${run_as[@]}" -w "$T/lists" -c 0 -b "127.0.0.1/$port" one.test:ip4set:one two.test:ip4set:two \
  refusing.test:ip4set:refusing >rbldnsd.log 2>&1 &
server_pids+=($!)
rbldnsd=$!

check() { timeout 30 dnsbl-check --resolver "127.0.0.1:$port" --timeout 1 --zone one.test --zone two.test "$@"; }
# run WANT_STATUS ARGUMENT…: one run of cron, its output in out.
run() {
  local want=$1 status=0
  shift
  check "$@" >out 2>err || status=$?
  [ $status = "$want" ] || { cat out err >&2; fail "$*: exit $status, want $want"; }
}
# holds ADDRESS ZONE YES: what the list says after it was read anew.
holds() { dnsbl-check --resolver "127.0.0.1:$port" --zone "$2" "$1" | grep -q "\"result\":\"$3\""; }
# list FILE TEXT ADDRESS ZONE RESULT: changes a list, and waits until it says so.
list() {
  printf '%b' "$2" >"lists/$1.new"
  mv "lists/$1.new" "lists/$1"
  touch -d "$((++later)) seconds" "lists/$1"
  kill -HUP $rbldnsd
  wait_until 20 holds "$3" "$4" "$5" || fail "rbldnsd does not read $1 anew"
}
later=10
said() { jq -r '[.query, .zone, .result, .change] | map(. // "-") | join(" ")' out | paste -sd,; }
wait_until 20 holds 192.0.2.25 one.test listed || { cat rbldnsd.log >&2; fail "rbldnsd does not answer on $port"; }

# --- by records
run 1 --state state --changes 192.0.2.25 192.0.2.26
expect "the first run" "$(said)" "192.0.2.25 one.test listed new"
check-records --type listing out || fail "records break the schema"
since=$(jq -r .since out)
run 1 --state state --changes 192.0.2.25 192.0.2.26
expect "nothing changed: nothing said" "$(cat out err)" ""
run 1 --state state 192.0.2.25
expect "all that is, with since" "$(said)" "192.0.2.25 one.test listed still,192.0.2.25 two.test not-listed -"
expect "since when" "$(jq -r '.since // empty' out)" "$since"

list two '127.0.0.2\n192.0.2.25\n192.0.2.26\n' 192.0.2.26 two.test listed
run 1 --state state --changes 192.0.2.25
expect "one more" "$(said)" "192.0.2.25 one.test listed still,192.0.2.25 two.test listed new"
run 1 --state state --changes 192.0.2.26
expect "the other target" "$(said)" "192.0.2.26 two.test listed new"

# --- a resolver that is silent, or a list that refuses, changes nothing
status=0
dnsbl-check --resolver 127.0.0.1:1 --timeout 1 --zone one.test --state state --changes 192.0.2.25 >out 2>err || status=$?
expect "a dead resolver: exit" $status 75
expect "a dead resolver: nothing said of lists" "$(cat out)" ""
list one ':127.255.255.254:no\n0.0.0.0/1\n128.0.0.0/1\n' 192.0.2.26 one.test refused
run 1 --state state --changes 192.0.2.25
expect "a list that refuses: no change" "$(cat out)" ""
run 1 --state state 192.0.2.25
expect "it says that nobody could judge" "$(said)" "192.0.2.25 one.test refused still,192.0.2.25 two.test listed still"

# --- off the list
list one '127.0.0.2\n' 192.0.2.25 one.test not-listed
run 1 --state state --changes 192.0.2.25
expect "delisted" "$(said)" "192.0.2.25 one.test not-listed delisted,192.0.2.25 two.test listed still"
expect "since when it was" "$(jq -r 'select(.change == "delisted").since' out)" "$since"
list two '127.0.0.2\n' 192.0.2.25 two.test not-listed
cp state before
run 0 --state before --changes --format table --color never 192.0.2.25
day=$(date -u +%F)
expect "a table" "$(sed "s/$day/DAY/" out)" \
'RESULT    ZONE      MEANING
delisted  two.test  was listed since DAY

192.0.2.25 is listed by none of 2 lists.
Since the last run: 0 newly listed, 1 delisted, 0 still listed.'
run 0 --state state --changes --format table --lang ja --color never 192.0.2.25
expect "in Japanese" "$(sed "s/$day/DAY/" out)" \
'結果      ゾーン    内容
解除済み  two.test  DAY から登録されていました

192.0.2.25 は、問い合わせた2リストのどれにも登録されていません。
前回から: 新規登録 0、解除 1、登録継続 0。'
run 0 --state state --changes --format table 192.0.2.25
expect "clean as before" "$(cat out err)" ""

# --- monitoring
run 3 --state state --changes --format nagios 192.0.2.25
run 0 --state state --format nagios 192.0.2.25
grep -q '^DNSBL OK' out || fail "nagios with a state: $(cat out)"
run 64 --changes 192.0.2.25
run 64 --state - 192.0.2.25
run 64 --state state --health 192.0.2.25

# --- two at once
list one '127.0.0.2\n192.0.2.0/25\n' 192.0.2.30 one.test listed
for n in 1 2; do check --state shared --changes 192.0.2.0/25 >out$n 2>err$n & pids[n]=$!; done
for n in 1 2; do
  status=0
  wait "${pids[n]}" || status=$?
  expect "two at once: exit $n" $status 1
done
run 1 --state shared 192.0.2.0/25
expect "two at once: all is known" "$(jq -r .change out | sort | uniq -c | tr -s ' ')" " 128 null
 128 still"

# --- state files that cannot be
head -c 4096 /dev/zero | tr '\0' x >broken
cp broken kept
run 78 --state broken 192.0.2.30
cmp broken kept || fail "a file of something else was written to"
expect "nothing was asked" "$(cat out)" ""
run 74 --state missing/folder/state 192.0.2.30
# No room: what was known stays, and it is said.
list one '127.0.0.2\n' 192.0.2.30 one.test not-listed
(ulimit -f 0; trap '' XFSZ; check --state shared --changes 192.0.2.0/25 2>&1) | cat >said
status=${PIPESTATUS[0]}
expect "a full disk: exit" $status 74
grep -q 'error: shared: ' said || fail "a full disk: nobody said so: $(tail -n 2 said)"
run 0 --state shared --changes 192.0.2.0/25
expect "told again once there is room" "$(jq -r .change out | sort | uniq -c | tr -s ' ')" " 128 delisted"
