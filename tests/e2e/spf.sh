#!/usr/bin/env bash
# SPF beside pyspf: the same verdict about questions over random zones.
. "$(dirname "$0")/lib/servers.bash"
/usr/bin/python3 -c 'import spf' 2>/dev/null || skip "python3-spf is missing"
cd "$T"
for seed in 7 208; do
  "$HAGAKI_ROOT"/tests/e2e/lib/spf-peer 3000 $seed questions >theirs
  spf-check <questions >ours
  expect "answers" "$(wc -l <ours)" "$(wc -l <theirs)"
  judged=$(grep -vc '^-' theirs)
  [ "$judged" -gt 2000 ] || fail "only $judged questions can be compared"
  paste -d'|' theirs ours | awk -F'|' '{ split($1, a, " "); split($2, b, " ") } a[1] != "-" && a[1] != b[1]' >differ
  [ ! -s differ ] || { head -20 differ >&2; fail "$(wc -l <differ) verdicts differ"; }
  echo "ok: $judged verdicts of seed $seed are pyspf's"
done
