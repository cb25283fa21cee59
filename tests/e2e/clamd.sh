#!/usr/bin/env bash
# Messages before the real clamd, whose only signature is of a file of ours.
. "$(dirname "$0")/lib/servers.bash"
needs clamd
cd "$T"
mkdir signatures
echo 'hagaki test attachment, which is to be found' >found.txt
printf '%s:%s:Hagaki.Test\n' "$(md5sum <found.txt | cut -d' ' -f1)" "$(wc -c <found.txt)" >signatures/test.hdb
cat >clamd.conf <<C
LocalSocket $T/clamd.ctl
DatabaseDirectory $T/signatures
Foreground yes
StreamMaxLength 200K
LogFile $T/clamd.log
$([ "$(id -u)" != 0 ] || echo "User root")
C
clamd -c clamd.conf >clamd.out 2>&1 &
server_pids+=($!)
wait_until 60 test -S clamd.ctl || { cat clamd.out clamd.log >&2; fail "clamd does not start"; }

printf 'From: shop@sender.test\nSubject: Hello {{name}}\n\nDear {{name}}, see https://sender.test/\n' >letter.eml
echo '{"email":"you@shop.example","name":"You","file":"found.txt"}' >list.jsonl
mkdir files clean
cp found.txt files/
echo 'nothing in here' >clean/found.txt
head -c 400000 /dev/urandom >large.bin
# checked WANT WHAT OPTION…: what --check says of viruses.
checked() {
  local want=$1 what=$2 status=0
  shift 2
  mail-send --check --json --transactional -t letter.eml "$@" >out 2>err || status=$?
  [ $status -le 1 ] || { cat err >&2; fail "$what: mail-send ends with $status"; }
  expect "$what" "$(jq -r 'select(.id == "virus") | "\(.unknown // false) \(.details | join(","))"' out)" "$want"
}
found="false Hagaki.Test.UNOFFICIAL"
checked "" "a clean message" --clamd "$T/clamd.ctl"
checked "$found" "an attachment that is to be found" --clamd "$T/clamd.ctl" --attach found.txt
checked "" "nobody is asked without --clamd" --attach found.txt
checked "$found" "a recipient's own attachment" --clamd "$T/clamd.ctl" --attach-field file --attach-dir files list.jsonl
checked "" "a recipient's own clean attachment" --clamd "$T/clamd.ctl" --attach-field file --attach-dir clean list.jsonl
checked "true clamd: INSTREAM size limit exceeded. ERROR" "more than clamd takes" --clamd "$T/clamd.ctl" --attach large.bin
checked "true clamd: No such file or directory" "no scanner" --clamd "$T/nobody.ctl"
checked "true clamd: Connection refused" "no scanner over TCP" --clamd "127.0.0.1:$(free_port)"

# --- a campaign stops
start_shop
status=0
mail-send --transactional -t letter.eml --attach found.txt --clamd "$T/clamd.ctl" --relay "$relay" --tls none list.jsonl \
  >out 2>err || status=$?
expect "a campaign with it: exit" $status 78
grep -q 'preflight: virus: .*Hagaki.Test' err || fail "what stopped it: $(cat err)"
expect "a campaign with it: mails" "$(find mail -type f 2>/dev/null | wc -l)" 0
status=0
mail-send --transactional -t letter.eml --clamd "$T/clamd.ctl" --relay "$relay" --tls none list.jsonl >out 2>err || status=$?
expect "a clean campaign: exit" $status 0
