#!/usr/bin/env bash
# A template that is sent each month under its own name: who was mailed the first time is not mailed
# again, and the run says so and what to do.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
printf '{"email":"%s@shop.example"}\n' a b gone >list.jsonl
printf 'From: Shop <shop@sender.example>\nSubject: News\n\nNews.\n' >news.eml

start_shop 'unknown = ["gone"]'

warning() { # warning OPTION…: what a run warns of
  mail-send -t news.eml --relay "$relay" --helo client.example --tls none --transactional \
    --skip-preflight --journal "${journal:-news.journal}" "$@" >>log.jsonl 2>err ||
    { cat err; fail "exit status $?"; }
  grep warning err | cut -d: -f3- || true
}
again='already mailed in an earlier run of campaign "news" and not again now; a new mailing needs a new name: give --campaign NAME'
expect "the first month" "$(warning list.jsonl)" ""
expect "the second" "$(warning list.jsonl)" " 3 recipients were $again"
expect "the second, from cron with --resume" "$(warning --resume list.jsonl)" " 3 recipients were $again"
echo '{"email":"new@shop.example"}' | cat list.jsonl - >more.jsonl
expect "one more, as a resumed run has them" "$(warning --resume more.jsonl)" ""
echo '{"email":"newer@shop.example"}' | cat list.jsonl - >more.jsonl
expect "and another, without it" "$(warning more.jsonl)" " 3 recipients were $again"
expect "only known by one" "$(head -1 list.jsonl | warning)" " 1 recipient was $again"
journal=december.journal
expect "a new name" "$(warning --campaign news-12 list.jsonl)" ""
expect "who got mail" "$(jq -r 'select(.event == "delivered") | .campaign + " " + .email' log.jsonl | sort)" \
  "$(printf '%s\n' 'news a@shop.example' 'news b@shop.example' 'news new@shop.example' 'news newer@shop.example' \
    'news-12 a@shop.example' 'news-12 b@shop.example')"
