#!/usr/bin/env bash
# The labelled bounces beside the checkout, where they are: bounce-parse must not fall below what it
# has reached, and must never take ordinary mail for a bounce.
set -eu
corpus=$HAGAKI_ROOT/../shared/corpus
if [ ! -x "$corpus/score-bounces" ] || [ ! -f "$corpus/bounces/labels.jsonl" ]; then
  echo "no labelled bounces beside the checkout"
  exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
timeout 120 "$HAGAKI_BIN/bounce-parse" "$corpus"/bounces/*.eml >"$tmp/records.jsonl"
"$corpus/score-bounces" --json "$corpus/bounces/labels.jsonl" <"$tmp/records.jsonl" >"$tmp/score.json"
jq -c '{recall, precision, reason_accepted, reason_exact, whole, status, code, hard, action, feedback_detected, vacation_detected, negatives_false}' "$tmp/score.json"
jq -e '.recall >= 0.99 and .precision >= 0.99 and .reason_accepted >= 0.985 and .reason_exact >= 0.93 and .whole >= 0.98
       and .status >= 0.99 and .code >= 0.985 and .hard >= 0.985 and .action >= 0.985 and .feedback_detected == 1
       and .vacation_detected == 1 and .negatives_false == 0' "$tmp/score.json" >/dev/null
check=$HAGAKI_BIN/check-records
if [ -x "$check" ]; then "$HAGAKI_BIN/bounce-parse" --all --explain "$corpus"/bounces/*.eml | "$check"; fi
