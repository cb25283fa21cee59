#!/usr/bin/env bash
# A template that is sent each month under its own name: who was mailed the first time is not mailed
# again, and the run says so and what to do.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
printf '{"email":"%s@shop.example"}\n' a b gone >list.jsonl
cat >scenario.toml <<'TOML'
[[domain]]
name = "shop.example"
mx = ["10 mx.shop.example"]
mailboxes = "any"
unknown = ["gone"]
TOML
printf 'From: Shop <shop@sender.example>\nSubject: News\n\nNews.\n' >news.eml

mail-rehearse scenario.toml --maildir mail >rehearse.out 2>rehearse.err &
rehearse=$!
server_pids+=("$rehearse")
wait_until 20 grep -q '"ready"' rehearse.out || { cat rehearse.err; fail "mail-rehearse does not start"; }
relay=smtp://$(jq -r 'select(.event == "ready").smtp' rehearse.out)

warning() { # warning OPTION…: what a run warns of
  mail-send -t news.eml --relay "$relay" --helo client.example --tls none --transactional \
    --skip-preflight --journal "${journal:-news.journal}" "$@" >>log.jsonl 2>err ||
    { cat err; fail "exit status $?"; }
  grep warning err | cut -d: -f3- || true
}
again=' recipients were already mailed in an earlier run of campaign "news" and not again now; a new mailing needs a new name: give --campaign NAME'
expect "the first month" "$(warning list.jsonl)" ""
expect "the second" "$(warning list.jsonl)" " 3$again"
expect "the second, from cron with --resume" "$(warning --resume list.jsonl)" " 3$again"
echo '{"email":"new@shop.example"}' | cat list.jsonl - >more.jsonl
expect "one more, as a resumed run has them" "$(warning --resume more.jsonl)" ""
echo '{"email":"newer@shop.example"}' | cat list.jsonl - >more.jsonl
expect "and another, without it" "$(warning more.jsonl)" " 3$again"
expect "only known by one" "$(head -1 list.jsonl | warning)" \
  ' 1 recipient was already mailed in an earlier run of campaign "news" and not again now; a new mailing needs a new name: give --campaign NAME'
journal=december.journal
expect "a new name" "$(warning --campaign news-12 list.jsonl)" ""
expect "who got mail" "$(jq -r 'select(.event == "delivered") | .campaign + " " + .email' log.jsonl | sort)" \
  "$(printf '%s\n' 'news a@shop.example' 'news b@shop.example' 'news new@shop.example' 'news newer@shop.example' \
    'news-12 a@shop.example' 'news-12 b@shop.example')"
