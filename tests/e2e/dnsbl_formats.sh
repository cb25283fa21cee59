#!/usr/bin/env bash
# dnsbl-check's answers as a person and as monitoring get them: the table in English and Japanese at 80 columns, the
# lines of a monitoring plugin, and Prometheus samples read by Prometheus' own parser.
. "$(dirname "$0")/lib/servers.bash"
needs rbldnsd
cd "$T"
port=$(free_port)

mkdir lists
printf ':127.0.0.2:see https://listed.test/$\n127.0.0.2\n198.51.100.25\n' >lists/some
printf ':127.255.255.254:no open resolvers\n0.0.0.0/1\n128.0.0.0/1\n' >lists/refusing
printf '$SOA 60 ns.test hostmaster.test 1 600 300 86400 60\n127.0.0.2\n' >lists/empty
run_as=()
[ "$(id -u)" = 0 ] && run_as=(-u "$(id -un rbldns >/dev/null 2>&1 && echo rbldns || echo nobody)")
# The zones of the built-in table, whose rows say who refuses by them.
rbldnsd -n -q "${run_as[@]}" -w "$T/lists" -c 0 -b "127.0.0.1/$port" zen.spamhaus.org:ip4set:some \
  bl.spamcop.net:ip4set:some minor.test:ip4set:some b.barracudacentral.org:ip4set:refusing psbl.surriel.com:ip4set:empty \
  >rbldnsd.log 2>&1 &
server_pids+=($!)
zones=(--zone zen.spamhaus.org --zone bl.spamcop.net --zone b.barracudacentral.org --zone psbl.surriel.com)
check() { timeout 30 dnsbl-check --resolver "127.0.0.1:$port" --timeout 3 "$@"; }
# says STATUS FORMAT ARGUMENT…: one run, its output in out.
says() {
  local want=$1 format=$2 status=0
  shift 2
  check --format "$format" "$@" >out 2>err || status=$?
  [ $status = "$want" ] || { cat out err >&2; fail "$format $*: exit $status, want $want"; }
}
ready() { check --zone minor.test 127.0.0.2 | grep -q '"result":"listed"'; }
wait_until 20 ready || { cat rbldnsd.log >&2; fail "rbldnsd does not answer on $port"; }

# --- the table
says 1 table --color never "${zones[@]}" 198.51.100.25
expect "the table" "$(cat out)" \
'RESULT   ZONE                    MEANING
listed   zen.spamhaus.org        SBL: spam source or spam service
listed   bl.spamcop.net          reported by SpamCop users or hit a trap
refused  b.barracudacentral.org  refuses to answer this resolver
clean    psbl.surriel.com

About the listings, and how to end them:
  zen.spamhaus.org (Spamhaus ZEN (SBL+CSS+XBL+PBL+DROP))
    Large receivers refuse mail by this list; Yahoo Mail and AOL, iCloud Mail,
    Cox, La Poste name it in their refusals.
    https://check.spamhaus.org/
    TXT: see https://listed.test/198.51.100.25
  bl.spamcop.net (SpamCop Blocking List)
    Large receivers refuse mail by this list.
    https://www.spamcop.net/bl.shtml?198.51.100.25
    TXT: see https://listed.test/198.51.100.25

refused: b.barracudacentral.org
  Ask through a recursive resolver of your own (--resolver), stay within the
  list'\''s limits, and register or get a key where it wants one.

198.51.100.25 is listed by 2 of 4 lists: 1 clean, 1 not judged (1 refused).'
says 1 table --color never --lang ja "${zones[@]}" 198.51.100.25
expect "the same in Japanese" "$(cat out)" \
'結果      ゾーン                  内容
登録あり  zen.spamhaus.org        SBL: 迷惑メールの送信元やその支援者
登録あり  bl.spamcop.net          利用者の報告、またはおとり宛ての送信
回答拒否  b.barracudacentral.org  このリゾルバーへの回答を拒否
登録なし  psbl.surriel.com

登録の影響と解除の方法:
  zen.spamhaus.org (Spamhaus ZEN (SBL+CSS+XBL+PBL+DROP))
    大手の受信側がこのリストでメールを拒否します。拒否の文面でこのリストを挙げる
    受信側: Yahoo Mail and AOL、iCloud Mail、Cox、La Poste。
    https://check.spamhaus.org/
    TXT: see https://listed.test/198.51.100.25
  bl.spamcop.net (SpamCop Blocking List)
    大手の受信側がこのリストでメールを拒否します。
    https://www.spamcop.net/bl.shtml?198.51.100.25
    TXT: see https://listed.test/198.51.100.25

回答拒否: b.barracudacentral.org
  自前の再帰リゾルバー (--resolver) から問い合わせ、リストの上限を守り、必要なら
  登録するか鍵を取得してください。

198.51.100.25 は4リストのうち2リストに登録されています: 登録なし 1、判定不能 1
(回答拒否 1)。'
for args in "--lang en 198.51.100.25" "--lang ja 198.51.100.25" "--explain --lang ja 198.51.100.25" \
  "--explain 198.51.100.24/30" "--lang ja 198.51.100.24/30"; do
  # shellcheck disable=SC2086
  at_terminal 80 timeout 30 dnsbl-check --resolver "127.0.0.1:$port" "${zones[@]}" $args >out
  python3 - <<'PY' || fail "$args: a line is too wide, or a byte that a terminal obeys"
import re, sys, unicodedata
for line in open("out", encoding="utf-8").read().replace("\r\n", "\n").split("\n"):
    line = re.sub("\x1b\\[[0-9;]*m", "", line)
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
    if wide > 80 or any(unicodedata.category(c) in ("Cc", "Cf") for c in line):
        sys.exit(repr(line))
PY
done

# --- the lines of a plugin: what to page for, and what can wait
says 2 nagios "${zones[@]}" 198.51.100.25
expect "listed where large receivers look" "$(head -1 out)" "DNSBL CRITICAL - listed: 198.51.100.25 by zen.spamhaus.org and 1 more, 1 not judged | listed=2;;;0;4 major=2;;;0;4 clean=1;;;0;4 unjudged=1;;;0;4"
expect "a line for each" "$(sed 1d out)" \
'198.51.100.25 is listed by zen.spamhaus.org: SBL: spam source or spam service - https://check.spamhaus.org/
198.51.100.25 is listed by bl.spamcop.net: reported by SpamCop users or hit a trap - https://www.spamcop.net/bl.shtml?198.51.100.25'
says 1 nagios --zone minor.test 198.51.100.25
grep -q '^DNSBL WARNING - listed: 198.51.100.25 by minor.test | listed=1;;;0;1 major=0;;;0;1' out || fail "listed elsewhere: $(cat out)"
says 0 nagios "${zones[@]}" 198.51.100.26
expect "clean" "$(cat out)" "DNSBL OK - 198.51.100.26: listed by none of 4 lists, 1 not judged | listed=0;;;0;4 major=0;;;0;4 clean=3;;;0;4 unjudged=1;;;0;4"
says 3 nagios --zone b.barracudacentral.org 198.51.100.26
expect "too few judged" "$(cat out)" "DNSBL UNKNOWN - only 0 of 1 questions could be judged, 50 % are wanted (--quorum) | listed=0;;;0;1 major=0;;;0;1 clean=0;;;0;1 unjudged=1;;;0;1"
says 3 nagios --zone no..zone 198.51.100.26
grep -q '^DNSBL UNKNOWN - ' out || fail "a run that cannot begin: $(cat out)"
says 3 nagios --resolver 127.0.0.1:1 --zone minor.test nonsense
grep -q '^DNSBL UNKNOWN - ' out || fail "no target: $(cat out)"

# --- Prometheus
says 1 prometheus "${zones[@]}" 198.51.100.25 198.51.100.26
/usr/bin/python3 - <<'PY' || fail "samples: $(cat out)"
import sys
from prometheus_client.parser import text_string_to_metric_families
got = {}
for family in text_string_to_metric_families(open("out").read()):
    for sample in family.samples:
        key = (sample.name, sample.labels.get("target", ""), sample.labels.get("zone", sample.labels.get("result", "")))
        if key in got or not family.documentation or family.type != "gauge":
            sys.exit(f"twice, or not described: {key}")
        got[key] = sample.value
want = {("hagaki_dnsbl_targets", "", ""): 2, ("hagaki_dnsbl_targets_listed", "", ""): 1,
        ("hagaki_dnsbl_exit_status", "", ""): 1, ("hagaki_dnsbl_series_left_out", "", ""): 0,
        ("hagaki_dnsbl_answers", "", "listed"): 2, ("hagaki_dnsbl_answers", "", "clean"): 4,
        ("hagaki_dnsbl_answers", "", "refused"): 2, ("hagaki_dnsbl_answers", "", "error"): 0,
        ("hagaki_dnsbl_answers", "", "timeout"): 0, ("hagaki_dnsbl_answers", "", "rated"): 0,
        ("hagaki_dnsbl_answers", "", "allowed"): 0}
for ip, listed in ("198.51.100.25", 1), ("198.51.100.26", 0):
    want[("hagaki_dnsbl_listed", ip, "zen.spamhaus.org")] = listed
    want[("hagaki_dnsbl_listed", ip, "bl.spamcop.net")] = listed
    want[("hagaki_dnsbl_listed", ip, "psbl.surriel.com")] = 0
    want[("hagaki_dnsbl_unjudged", ip, "b.barracudacentral.org")] = 1
ended = got.pop(("hagaki_dnsbl_last_run_timestamp_seconds", "", ""))
if got != want or ended < 1.7e9:
    sys.exit(f"got {got}, want {want}")
PY
# Of many targets only what is listed has a sample each.
says 1 prometheus --zone minor.test 198.51.100.0/24
expect "samples of a range" "$(grep -c '^hagaki_dnsbl_listed{' out)" 64
expect "the sample that counts" "$(grep 'hagaki_dnsbl_listed{.*} 1' out)" 'hagaki_dnsbl_listed{target="198.51.100.25",zone="minor.test",list="block",major="no"} 1'

# --- what does not go together
for args in "--format nagios --health 198.51.100.25" "--format prometheus --list-zones" "--json --format table 198.51.100.25" "--format xml 198.51.100.25"; do
  status=0
  # shellcheck disable=SC2086
  check $args >out 2>err || status=$?
  case $args in
    *nagios*) expect "$args: exit" $status 3 ;;
    *) expect "$args: exit" $status 64 ;;
  esac
  [ -s err ] || fail "$args: no word about it"
done
