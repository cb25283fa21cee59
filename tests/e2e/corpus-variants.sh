#!/usr/bin/env bash
# The labelled bounces as they look after a detour: other line ends, fields in another order, parts
# lost or relabelled, sent on by a person. What they say stays the same, or is no bounce any more.
set -eu
corpus=$HAGAKI_ROOT/../shared/corpus
if [ ! -x "$corpus/score-bounces" ] || [ ! -f "$corpus/bounces/labels.jsonl" ]; then
  echo "no labelled bounces beside the checkout"
  exit 77
fi
if ! command -v python3 >/dev/null; then
  echo "no python3, which makes the variants"
  exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# score VARIANT: prints its figures and leaves them in $tmp/VARIANT.json.
score() {
  "$HAGAKI_ROOT/tests/e2e/lib/vary-mails" "$1" "$tmp/$1" "$corpus"/bounces/*.eml
  timeout 120 "$HAGAKI_BIN/bounce-parse" "$tmp/$1"/*.eml >"$tmp/$1.jsonl" 2>"$tmp/$1.log"
  "$corpus/score-bounces" --json "$corpus/bounces/labels.jsonl" <"$tmp/$1.jsonl" >"$tmp/$1.json"
  jq -c --arg variant "$1" '{$variant, recall, precision, reason_accepted, reason_exact, status, code, hard, action,
    feedback_detected, vacation_detected, negatives_false}' "$tmp/$1.json"
}
failed=0
# holds VARIANT EXPRESSION: the figures of a variant must reach it.
holds() {
  score "$1"
  if ! jq -e "$2" "$tmp/$1.json" >/dev/null; then
    echo "$1 falls below $2"
    failed=1
  fi
}

same='.recall >= 0.99 and .precision >= 0.99 and .reason_accepted >= 0.985 and .reason_exact >= 0.93 and .status >= 0.99
  and .code >= 0.985 and .hard >= 0.985 and .action >= 0.985 and .feedback_detected == 1 and .vacation_detected == 1
  and .negatives_false == 0'
for variant in crlf cr reversed shuffled no-end labels base64 lower; do holds "$variant" "$same"; done
# Words that gateways broke, and reports of which parts are lost: less is known, nothing is invented.
holds rewrapped '.recall >= 0.99 and .precision >= 0.99 and .reason_accepted >= 0.98 and .negatives_false == 0'
holds one-report '.recall >= 0.98 and .precision >= 0.99 and .reason_accepted >= 0.985 and .negatives_false == 0'
holds no-type '.recall >= 0.99 and .precision >= 0.98 and .reason_accepted >= 0.96 and .negatives_false == 0'
holds words '.recall >= 0.98 and .precision >= 0.99 and .reason_accepted >= 0.91 and .negatives_false == 0'
holds flat '.recall >= 0.97 and .precision >= 0.98 and .reason_accepted >= 0.98 and .negatives_false == 0'

for variant in attached encoded file inline quoted; do
  score "$variant"
  jq -c 'select(.type != "other")' "$tmp/$variant.jsonl" >"$tmp/said"
  if [ -s "$tmp/said" ]; then
    echo "$variant: what a person sends on was taken for a report:"
    head -3 "$tmp/said"
    failed=1
  fi
done
exit $failed
