#!/usr/bin/env bash
# The EXAMPLES of the manual pages, run as they stand in a folder that has what they name. Only hosts, ports and the
# password of the relay are those of a rehearsal. What is a file and no command (scenarios, crontabs) is not run.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
umask 077
data=$HAGAKI_ROOT/tests/data
start_shop '[[host]]' 'name = "mx.shop.example"'
dns=$(jq -r 'select(.event == "ready").dns' rehearse.out)
own_dns=$(free_port) own_smtp=$(free_port)
# The rehearsal has no blocklists, so none can be judged by.
export HAGAKI_RESOLVER=$dns HAGAKI_DNSBL_CHECK_QUORUM=0 HAGAKI_MAIL_SEND_TRANSACTIONAL=true HAGAKI_MAIL_SEND_HELO=client.example

mkdir log
printf 'メール,名前\na@shop.example,山田\n' | iconv -t CP932 >customers.csv
printf '連絡先,会社\nb@shop.example,x\n' >list.csv
printf '{"email":"%s@shop.example","name":"x"}\n' a b c >customers.jsonl
echo c@shop.example >stop.txt
printf 'From: news@shop.example\nSubject: Spring\n\nHello {{name}}\n' |
  tee news.eml >spring.eml
cp "$data/bounces/gmail.eml" bounce.eml
printf 'Received: from mail.shop.example (mail.shop.example [192.0.2.25]) by mx.example.jp\n\n' >arrived.eml
{ echo 'From MAILER-DAEMON Sat Nov 21 10:00:00 2026'; cat bounce.eml; echo; } >mbox
cp mbox inbox.mbox
mkdir -p Maildir/cur Maildir/new Maildir/tmp
cp bounce.eml Maildir/new/1.x
jq -c . "$data/service-events/ses-sns.json" >queue.jsonl
echo 'a key that nobody knows' | tee verp.key >unsubscribe.key
echo 'https://example.jp/leave?token=hu1.BVDuiJaXlahfT8UZ2jo2AknBVs8-F6kn9s1hMMfBKHd0fpZ5Rqk' >links.txt
echo '{"type":"bounce","v":1,"action":"failed","email":"b@shop.example","reason":"userunknown","hard":true}' |
  tee log/today.jsonl >log/old.jsonl
echo '{"type":"rehearse","v":1,"event":"accepted","email":"a@shop.example"}' >log.jsonl

# examples PAGE: its literal displays, each in one line, lines of it ended by "\r".
examples() {
  sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$1" | sed 's/\\e/\\/g' |
    awk '/^\.Bd -literal/ { inside = 1; text = ""; next } /^\.Ed/ { if (inside) print text; inside = 0; next }
      inside { text = text $0 "\r" }'
}
count=0
for page in mx-harvest list-prune mail-send bounce-parse dnsbl-check mail-rehearse; do
  while IFS= read -r block; do
    [[ $block =~ ^(mx-harvest|list-prune|mail-send|bounce-parse|dnsbl-check|mail-rehearse|jq)\  ]] || continue
    block=${block//$'\r'/$'\n'}
    said=$block
    block=${block//'smtp://me@mx.example:587'/$relay}
    block=${block//'--password-file relay.secret'/}
    block=${block//127.0.0.1:5300/127.0.0.1:$own_dns}
    block=${block//127.0.0.1:2500/127.0.0.1:$own_smtp}
    block=${block//--port 2500/--port $own_smtp}
    # What comes behind "&" may count on it.
    block=${block/' &'$'\n'/$' >ready & server=$!\nwait_until 10 grep -q ready ready\n'}
    status=0
    (
      set -eu -o pipefail
      server=
      trap '[ -z "$server" ] || { kill "$server"; wait "$server"; }' EXIT
      eval "$block"
    ) >out 2>err </dev/null || status=$?
    [ $status = 0 ] || { cat err >&2; fail "$page: exit $status: $said"; }
    count=$((count + 1))
  done < <(examples "$HAGAKI_ROOT/man/$page.1")
done
# Three customers: through the relay, of whom two at first and one on --resume, and in the rehearsal of its page.
expect "mails that came" "$(find mail -path '*/new/*' -type f | wc -l)" 6
[ $count -ge 20 ] || fail "only $count examples were found"
