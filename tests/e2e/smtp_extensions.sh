#!/usr/bin/env bash
# What a real Postfix makes of chunks (BDAT), of delivery reports that are asked for, and of many refused recipients
# in one session.
. "$(dirname "$0")/lib/servers.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix

port=$(free_port)
make_postfix mx "$port"
# Ten errors in a row, and it hangs up.
postconf -c "$T/mx/etc" \
  'virtual_mailbox_domains = receiver.test, sender.test' \
  "virtual_mailbox_base = $T/mx/mail" \
  "virtual_mailbox_maps = texthash:$T/mx/etc/mailboxes" \
  'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534' \
  'smtpd_soft_error_limit = 10' 'smtpd_hard_error_limit = 10' \
  'smtpd_discard_ehlo_keywords =' 'debug_peer_list = 127.0.0.1' 'debug_peer_level = 1'
{
  for n in 1 2 3 4 5 6; do echo "good$n@receiver.test good$n/"; done
  echo 'bounces@sender.test bounces/'
} >"$T/mx/etc/mailboxes"
start_postfix mx "$port"
log=$T/mx/log

printf 'From: sender@sender.test\nTo: {{email}}\nSubject: dots\n\n.\n..two\n.a line\nno dot\n.\n' >"$T/letter.eml"
recipients() { printf '{"email":"%s@receiver.test"}\n' "$@"; }
send() {
  mail-send -q -t "$T/letter.eml" --transactional --skip-preflight --relay "smtp://127.0.0.1:$port" --tls none \
    --connections 1 --attempts 1 --bounces bounces@sender.test --no-verp "$@"
}
heard() { grep -c "< [a-z]*\[127.0.0.1\]: $1" "$log" || true; }

# --- seven unknown recipients in a row are seven errors and two needless DATA, and cost no session
recipients good1 no1 no2 no3 no4 no5 no6 no7 good2 | send --campaign data >"$T/data.jsonl"
expect "refused in a row: delivered" "$(jq -r 'select(.event=="delivered").email' "$T/data.jsonl" | wc -l)" 2
expect "refused in a row: unknown" "$(jq -r 'select(.reason=="userunknown").phase' "$T/data.jsonl" | uniq -c | xargs)" "7 rcpt"
expect "refused in a row: sessions" "$(heard EHLO)" 1
expect "refused in a row: DATA" "$(heard DATA)" 4

# --- chunks, and a report of each delivery
for how in off grouped deep; do
  case $how in off) n=1 ;; grouped) n=3 ;; deep) n=5 ;; esac
  recipients good$n "gone$n" good$((n + 1)) | send --campaign "bdat-$how" --chunking --pipelining $how \
    --dsn-notify success --dsn-return headers >"$T/bdat-$how.jsonl"
  expect "chunks, $how" "$(jq -r '.event' "$T/bdat-$how.jsonl" | sort | uniq -c | xargs)" "2 delivered 1 failed"
done
expect "chunks that were heard" "$(heard 'BDAT [0-9]* LAST')" 6
expect "no DATA since" "$(heard DATA)" 4

files() { find "$T/mx/mail/$1" -path '*/new/*' -type f 2>/dev/null; }
all_there() { [ "$(for n in 1 2 3 4 5 6; do files good$n; done | wc -l)" = 8 ] && [ "$(files bounces | wc -l)" = 6 ]; }
wait_until 60 all_there || { tail -30 "$log" >&2; fail "not all came, or not all reports"; }
body() { sed '1,/^$/d' "$1"; }
for n in 1 2 3 4 5 6; do
  for file in $(files good$n); do
    expect "good$n: octets" "$(body "$file" | md5sum)" "$(body "$T/letter.eml" | md5sum)"
  done
done

# --- the reports name recipient and message, and are read back
bounce-parse --all "$T/mx/mail/bounces" >"$T/reports.jsonl"
expect "reports" "$(jq -r '.email + " " + .action' "$T/reports.jsonl" | sort | paste -sd,)" \
  "$(for n in 1 2 3 4 5 6; do echo "good$n@receiver.test delivered"; done | paste -sd,)"
expect "their envelope ids" "$(grep -rh '^Original-Envelope-Id:' "$T/mx/mail/bounces" | awk '{print $2}' | sort | paste -sd,)" \
  "$(jq -r 'select(.event=="delivered").message_id' "$T"/bdat-*.jsonl | sort | paste -sd,)"
expect "their recipients" "$(grep -rhi '^Original-Recipient: rfc822;good[1-6]@receiver.test' "$T/mx/mail/bounces" | wc -l)" 6
# RET=HDRS: the report holds the header of the message alone.
expect "what they give back" "$(grep -rlF '..two' "$T/mx/mail/bounces" | wc -l)" 0
check_records "$T"/*.jsonl
