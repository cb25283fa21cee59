#!/usr/bin/env bash
# How the tools behave for a person: short help instead of hanging, tables and colour only at a terminal,
# a closed pipe and a full disk, settings from file and environment.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"

for tool in mx-harvest list-prune bounce-parse dnsbl-check; do
  out=$(at_terminal 80 bash -c "timeout 10 $tool; echo \"status \$?\"")
  grep -q "^usage: $tool" <<<"$out" || fail "$tool at a terminal without input: $out"
  expect "$tool without input: exit" "$(tail -1 <<<"$out")" "status 64"
done
out=$(at_terminal 80 bash -c 'timeout 10 mail-send; echo "status $?"')
expect "mail-send without input: exit" "$(tail -1 <<<"$out")" "status 64"

printf '{"email":"a@example.jp","name":"山田"}\n{"email":"b@example.jp"}\n' >list.jsonl
out=$(at_terminal 80 mx-harvest --no-dns list.jsonl)
grep -q '^{' <<<"$out" && fail "records at a terminal: $out"
grep -q 'a@example.jp' <<<"$out" || fail "no table at a terminal: $out"
out=$(at_terminal 80 mx-harvest --no-dns --json list.jsonl)
grep -q '^{"email":"a@example.jp","name":"山田"' <<<"$out" || fail "--json at a terminal: $out"
at_terminal 80 mx-harvest --no-dns list.jsonl | grep -q $'\x1b\\[[0-9;]*m' || fail "no colour at a terminal"
at_terminal 80 bash -c 'NO_COLOR=1 mx-harvest --no-dns list.jsonl' | grep -q $'\x1b\\[[0-9;]*m' && fail "colour in spite of NO_COLOR"
at_terminal 80 mx-harvest --no-dns --color never list.jsonl | grep -q $'\x1b\\[[0-9;]*m' && fail "colour in spite of --color never"

# An address is cut last: names and mail hosts give way, and no line is wider than the terminal.
printf '%s\n' 'email,氏名' 'a@shop.example,山田 太郎' \
  'customer.service-department@a-long-name.co.jp,株式会社はがき商店 営業部 佐々木 小次郎' >long.csv
out=$(at_terminal 80 mx-harvest --no-dns --color never long.csv)
expect "a table of 80 columns" "$out" \
'ADDRESS                                        NAME                     PROVIDER
a@shop.example                                 山田 太郎
customer.service-department@a-long-name.co.jp  株式会社はがき商店 営…'
out=$(at_terminal 80 mx-harvest --resolver 127.0.0.1:1 --color never --quiet long.csv 2>&1)
expect "the same with what DNS says" "$(grep -v warning <<<"$out")" \
'ADDRESS                                      NAME      MAIL   FIRST MX  PROVIDER
a@shop.example                               山田 太…  retry
customer.service-department@a-long-name.co…  株式会…   retry'
out=$(at_terminal 80 mx-harvest --no-dns --color never --lang ja --by-domain long.csv)
expect "a table of domains" "$out" \
'ドメイン           宛先数  プロバイダー
shop.example            1
a-long-name.co.jp       1'

# What a terminal would obey is escaped in records there, and stands as it is in a pipe.
printf '{"email":"a@example.jp","name":"\xc2\x9b31m \xe2\x80\xae"}\n' >obeyed.jsonl
out=$(at_terminal 80 list-prune --quiet --json obeyed.jsonl)
expect "list-prune --json at a terminal" "${out%$'\r'}" '{"email":"a@example.jp","name":"\u009b31m \u202e"}'
cmp obeyed.jsonl <(list-prune --quiet obeyed.jsonl) || fail "a pipe gets other bytes"
printf 'From: a@example.jp\nSubject: \xc2\x9b31m \xe2\x80\xae\n\n' >obeyed.eml
for format in mail sisimai; do
  out=$(at_terminal 80 bounce-parse --quiet --all --json --format $format obeyed.eml)
  grep -q $'\xc2\x9b\|\xe2\x80\xae' <<<"$out" && fail "bounce-parse --format $format at a terminal: $out"
  tr -d '\r' <<<"$out" | jq . >/dev/null || fail "no JSON at a terminal: $out"
done
at_terminal 80 bounce-parse --quiet --all --json obeyed.eml | grep -qF '"subject":"\u009b31m \u202e"' || fail "the subject is lost"

# A preview is to be read; in a pipe it is mbox.
mkdir letter letter/attachments
printf 'From: 葉書商店 <shop@sender.test>\nSubject: {{name}}様へ\n\nこんにちは。\t{{name}}\n' >letter/message.txt
printf '<p>こんにちは。</p>\n' >letter/message.html
printf '12345' >letter/attachments/御見積.pdf
printf '{"email":"a@example.jp","name":"山田"}\n{"email":"b@example.jp","name":"\xc2\x9b31m \xe2\x80\xae"}\n' >letter.jsonl
preview() { at_terminal 80 mail-send -q -t letter --transactional --skip-preflight --preview "$1" --no-verp letter.jsonl; }
expect "a preview at a terminal" "$(preview 1 | sed 's/^\(Date\|Message-ID\): .*/\1/')" 'Envelope sender: shop@sender.test
From: 葉書商店 <shop@sender.test>
To: 山田 <a@example.jp>
Subject: 山田様へ
Auto-Submitted: auto-generated
Date
Message-ID

こんにちは。    山田

[text/plain, 27 bytes]
[text/html, 27 bytes]
[application/pdf, 御見積.pdf, 5 bytes]'
preview 2 | grep -q $'\xc2\x9b\|\xe2\x80\xae' && fail "a preview tells the terminal what to do"
preview 2 | grep -qF 'Subject: \x9b31m �様へ' || fail "the second subject: $(preview 2)"
mail-send -q -t letter --transactional --skip-preflight --preview 1 letter.jsonl | sed -n 1p | grep -q '^From shop+' || fail "no mbox in a pipe"

# A reader that goes away ends the tool quietly; a full disk does not.
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "{\"email\":\"u%d@example.jp\"}\n", i }' >many.jsonl
for command in 'list-prune many.jsonl' 'mx-harvest --no-dns many.jsonl'; do
  set +e
  bash -c "set -o pipefail; $command 2>err | head -1 >/dev/null"
  status=$?
  set -e
  expect "$command | head -1: exit" $status 0
  expect "$command | head -1: stderr" "$(cat err)" ""
  set +e
  $command >/dev/full 2>err
  status=$?
  set -e
  expect "$command >/dev/full: exit" $status 74
  grep -qi 'no space' err || fail "$command >/dev/full says: $(cat err)"
done

# Flags over environment over file.
mkdir -p "$XDG_CONFIG_HOME/hagaki"
printf 'resolver = ["127.0.0.1:9"]\n[mx-harvest]\nno-dns = true\n' >"$XDG_CONFIG_HOME/hagaki/config.toml"
expect "settings of the file" "$(mx-harvest list.jsonl | jq -r .mx_status | sort -u)" null
printf 'no-dns = maybe\n' >"$XDG_CONFIG_HOME/hagaki/config.toml"
set +e
mx-harvest list.jsonl >/dev/null 2>err
status=$?
set -e
expect "a broken file: exit" $status 78
grep -q 'config.toml:1: ' err || fail "a broken file: $(cat err)"
rm "$XDG_CONFIG_HOME/hagaki/config.toml"
