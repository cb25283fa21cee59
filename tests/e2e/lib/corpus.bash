# The labelled bounces, for tests that are skipped where there are none: sourced, never run. They lie in $corpus:
# the folder HAGAKI_CORPUS, or shared/corpus/bounces beside the checkout. $tmp is a folder of this test's own.
set -eu
: "${HAGAKI_BIN:?the folder of the built tools}"
: "${HAGAKI_ROOT:?the root of the source tree}"
PATH=$HAGAKI_BIN:$PATH
corpus=${HAGAKI_CORPUS:-$HAGAKI_ROOT/../shared/corpus/bounces}

# needs COMMAND…: ends the test as skipped where COMMAND, quiet, fails.
needs() { "$@" >/dev/null 2>&1 || { echo "skipped: not here: $*"; exit 77; }; }
needs test -f "$corpus/labels.jsonl"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# What bounce-parse has reached on mails as they came, as jq says it.
reached='.recall >= 0.99 and .precision >= 0.99 and .reason_accepted >= 0.985 and .reason_exact >= 0.93 and .status >= 0.99
  and .code >= 0.985 and .hard >= 0.985 and .action >= 0.985 and .feedback_detected == 1 and .vacation_detected == 1
  and .negatives_false == 0'

# holds NAME LEAST FILE…: prints the figures of these mails, which have the labels' names, and fails where they
# fall below LEAST.
holds() {
  local name=$1 least=$2
  shift 2
  timeout 120 bounce-parse --quiet "$@" >"$tmp/records" || { echo "FAILED: $name: bounce-parse ends with $?"; return 1; }
  "$corpus/../score-bounces" --json "$corpus/labels.jsonl" <"$tmp/records" >"$tmp/score"
  jq -c --arg name "$name" '{$name, recall, precision, reason_accepted, reason_exact, whole, status, code, hard, action,
    feedback_detected, vacation_detected, negatives_false}' "$tmp/score"
  jq -e "$least" "$tmp/score" >/dev/null || { echo "FAILED: $name falls below $least"; return 1; }
}
