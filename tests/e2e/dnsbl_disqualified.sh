#!/usr/bin/env bash
# A list that begins to list everybody in the middle of a range: what it said before is no listing in the formats that
# are written at the end, nor in the state file; and what the review of reports brought up beside it: escapes in files
# that a user gives, a plugin without a reason, a byte-order mark, a record without a time.
. "$(dirname "$0")/lib/servers.bash"
needs rbldnsd
cd "$T"
mkdir lists
port=$(free_port)

# world.test knows 10.9.0.1 in the first 256 addresses, and after them it lists all, what it must not too; the usual
# test point is as it should be.
printf '127.0.0.2\n10.9.0.1\n0.0.0.0/1\n128.0.0.0/1\n!10.9.0.0/24\n!127.0.0.1\n' >lists/world
printf '127.0.0.2\n10.9.0.5\n10.9.1.7\n' >lists/good
run_as=()
[ "$(id -u)" = 0 ] && run_as=(-u "$(id -un rbldns >/dev/null 2>&1 && echo rbldns || echo nobody)")
rbldnsd -n "${run_as[@]}" -w "$T/lists" -b "127.0.0.1/$port" world.test:ip4set:world good.test:ip4set:good \
  >rbldnsd.log 2>&1 &
server_pids+=($!)
check() { dnsbl-check --resolver "127.0.0.1:$port" "$@"; }
ready() { check --zone good.test 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 60 ready || { cat rbldnsd.log >&2; fail "rbldnsd does not answer on $port"; }

both=(--in-flight 4 --zone world.test --zone good.test)
# run STATUS OPTION…: its output in out, its messages in err.
run() {
  local want=$1 status=0
  shift
  check "$@" >out 2>err || status=$?
  expect "exit of $*" $status "$want"
}

# As JSON what was said before stands, and must be doubted.
run 1 "${both[@]}" 10.9.0.0/23
early=$(jq -r 'select(.zone == "world.test" and .result == "listed") | .query' out | wc -l)
[ "$early" -ge 2 ] || fail "nothing was listed before: $early"
grep -q "warning: world.test: lists the world, .*: disqualified; $early listings reported before must be doubted" err ||
  fail "nobody said so: $(cat err)"

for format in nagios prometheus table; do
  run $([ $format = nagios ] && echo 2 || echo 1) "${both[@]}" --format $format --zones <(
    echo '{"format":1,"zones":[{"zone":"good.test","kind":"block","lists":["ip4"],"codes":{"127.0.0.2":"spam"},"major":true}]}'
  ) 10.9.0.0/23
  grep -Eq "disqualified; [0-9]+ listings? by it not counted" err || fail "$format: $(cat err)"
  case $format in
    nagios)
      head -1 out | grep -q '^DNSBL CRITICAL - listed: 10.9.0.5 by good.test and 1 more' || fail "nagios: $(cat out)"
      expect "nagios: lines" "$(wc -l <out)" 3
      head -1 out | grep -q '| listed=2;;;0;1024 major=2' || fail "nagios: $(head -1 out)" ;;
    prometheus)
      expect "prometheus: entries" "$(grep -c '^hagaki_dnsbl_listed.* 1$' out)" 2
      expect "prometheus: targets" "$(awk '$1 == "hagaki_dnsbl_targets_listed" { print $2 }' out)" 2
      expect "prometheus: listed" "$(awk '/^hagaki_dnsbl_answers.*"listed"/ { print $2 }' out)" 2 ;;
    table)
      expect "table: entries" "$(grep -c '^[0-9.]* *listed ' out)" 2
      expect "table: one row for the list" "$(grep -c world.test out)" 1
      grep -q '^2 of 512 targets listed' out || fail "table: $(cat out)" ;;
  esac
done

run 1 "${both[@]}" --format table --state state --changes 10.9.0.0/23
expect "changes: new" "$(grep -c '^[0-9.]* *new ' out)" 2
grep -q 'Since the last run: 2 newly listed, 0 delisted, 0 still listed' out || fail "changes: $(cat out)"
run 1 --zone good.test --zone world.test --state state --changes 10.9.0.0/24
expect "what is no listing was not kept" "$(jq -r '.query + " " + .zone + " " + .change' out)" "10.9.0.1 world.test new
10.9.0.5 good.test still"

# A short range, all of it asked at once: nothing is handed out before the second test.
run 75 --zone world.test 10.9.2.0/26
expect "a short range" "$(jq -r .result out | sort | uniq -c | tr -s ' ')" " 64 error"

# --- files that a user gives are no reason to trust their text
run 1 --zone good.test 10.9.0.5
jq -c '.delist_url = "javascript:\u001b[2J" | .meaning = "\u001b[31mred" | .text = "\u001b[0m"' out >odd.jsonl
run 1 --zone good.test --resume odd.jsonl --format table --color never 10.9.0.5
grep -q $'\x1b' out && fail "escapes: $(cat -v out)"
grep -q javascript out && fail "a page of the file's: $(cat out)"
printf '%s\n' '{"format":1,"zones":[{"zone":"good.test","name":"n\u001b[1m","kind":"block","lists":["ip4"],"codes":{"127.0.0.2":"spam"},"used_by":["x\u001b[31m\ny"]}]}' >odd.json
for more in "" --explain; do
  run 1 --zones odd.json --zone good.test $more --format table --color never 10.9.0.5
  grep -q $'\x1b' out && fail "escapes of a table: $(cat -v out)"
done
jq -c '.time = "bad"' odd.jsonl >timeless.jsonl
run 1 --zone good.test --resume timeless.jsonl 10.9.0.5
expect "a record without a time is asked again" "$(jq -r '.meaning + .time' out | grep -c '1970\|red')" 0

# --- standard input as Windows writes it; and a plugin says why it knows nothing
printf '\xef\xbb\xbf10.9.0.5\r\n10.9.0.6\r\n' >windows
status=0
check --zone good.test <windows >out 2>err || status=$?
expect "a byte-order mark: exit" $status 1
expect "a byte-order mark" "$(jq -r '.query + " " + .result' out | paste -sd,)" "10.9.0.5 listed,10.9.0.6 not-listed"
run 3 --zone good.test --format nagios 10.9.0.6 no-such-thing
head -1 out | grep -q '^DNSBL UNKNOWN - not all targets' || fail "a plugin without a reason: $(cat out)"
