#!/usr/bin/env bash
# The labelled bounces beside the checkout, where they are: bounce-parse must not fall below what it
# has reached, and must never take ordinary mail for a bounce.
. "$(dirname "$0")/lib/corpus.bash"
set -o pipefail
needs test -x "$corpus/../score-bounces"
holds "as they came" "$reached and .whole >= 0.98" "$corpus"/*.eml
bounce-parse --quiet --all --explain "$corpus"/*.eml | check-records
