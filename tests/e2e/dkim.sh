#!/usr/bin/env bash
# Messages of many shapes, signed with RSA and Ed25519, are accepted by another implementation (dkimpy), and not when
# somebody has changed them.
. "$(dirname "$0")/lib/servers.bash"
verify=$HAGAKI_ROOT/tests/e2e/lib/verify-dkim
/usr/bin/python3 -c 'import dkim, nacl' 2>/dev/null || skip "python3-dkim or python3-nacl is missing"
cd "$T"

umask 077
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
openssl genpkey -algorithm ED25519 -out ed.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out large.pem 2>/dev/null
signed=(--dkim example.jp:rsa2026:rsa.pem --dkim example.jp:ed2026:ed.pem --dkim other.example:k:large.pem)
mail-send "${signed[@]}" --print-dkim-record >records
expect "records" "$(wc -l <records)" 3

# template NAME: the text of standard input as a template, with what a campaign needs before it.
template() {
  { printf 'List-Unsubscribe: <https://example.jp/u?who={{email|url}}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n'; cat; } >"$1.eml"
}
printf 'From: shop@example.jp\nSubject: plain\n\nHello {{name}}\n' | template plain
printf 'From: shop@example.jp\nSubject: blank lines at the end\n\nHello\n\n\n   \n\n' | template trailing
printf 'From: shop@example.jp\nSubject:   many     blanks   \n\n  indented\n\tand \t tabs  \n.\n..dots\nFrom here\n' | template blanks
printf 'From: 葉書ショップ <shop@example.jp>\nSubject: {{name}}様、春のご案内です。いつもご利用いただき、誠にありがとうございます。\n\nこんにちは、{{name}}様。\n\n・一つ目\n・二つ目\n' | template japanese
{ printf 'From: shop@example.jp\nSubject: long lines\n\n'; printf 'word %.0s' $(seq 400); printf '\n%01200d\n' 0; } | template long
printf 'From: shop@example.jp\nContent-Type: text/html\nSubject: HTML\n\n<p>Hello <b>{{name}}</b></p>\n' | template html
printf 'From: a@news.example.jp\nReply-To: help@example.jp\nSubject: from below\n\nHello\n' | template subdomain
printf 'From: b@other.example\nSubject: another domain\nX-Note: one\nX-Note: two\n\nHello\n' | template other
printf 'From: "Shop, Inc." <shop@example.jp>, b@example.jp\nSender: shop@example.jp\nSubject: two senders\n\nHello\n' | template two
mkdir folder
printf 'From: shop@example.jp\nSubject: both forms\nList-Unsubscribe: <https://example.jp/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n\nText for {{name}}\n' >folder/message.txt
printf '<p>HTML for <b>{{name}}</b> &amp; others</p>\n' >folder/message.html

for n in $(seq 25); do
  printf '{"email":"user%d@example.com","name":"%s","consent":{"basis":"customer","evidence":"shop"}}\n' "$n" \
    "$([ $((n % 2)) = 0 ] && echo "名前 $n" || echo "Name  $n ")"
done >list.jsonl
for shape in plain.eml trailing.eml blanks.eml japanese.eml long.eml html.eml subdomain.eml two.eml other.eml folder; do
  mail-send -q -t "$shape" --campaign "$shape" "${signed[@]}" --to-maildir "box-$shape" --skip-preflight list.jsonl >/dev/null
  want="25 good 2"
  [ "$shape" = other.eml ] && want="25 good 1"
  expect "$shape" "$("$verify" records "box-$shape"/new/* | sort | uniq -c | sed 's/^ *//')" "$want"
done

# What options add is signed like the template's own.
echo 'a key that nobody knows' >unsubscribe.key
printf 'From: shop@example.jp\nSubject: options\n\nHello {{name}}\n' >options.eml
mail-send -q -t options.eml "${signed[@]}" --to-maildir box-options --unsubscribe https://example.jp/leave \
  --unsubscribe-mailto leave@example.jp --unsubscribe-key unsubscribe.key --list-id '葉書の会 <cards.example.jp>' \
  --feedback-id auto --precedence bulk --auto-submitted auto-generated --sender-name 葉書商店 --skip-preflight list.jsonl >/dev/null
expect "headers by options" "$("$verify" records box-options/new/* | sort | uniq -c | sed 's/^ *//')" "25 good 2"
one=$(ls box-options/new/* | head -1)
for name in List-Unsubscribe List-Unsubscribe-Post List-Id Feedback-ID Precedence Auto-Submitted; do
  grep -q "^$name: " "$one" || fail "no $name"
  sed "s/^$name: /&x/" "$one" >changed.eml
  ! "$verify" records changed.eml >verdict || fail "$name is not signed"
done

one=$(ls box-plain.eml/new/* | head -1)
grep -q '^DKIM-Signature:' "$one" || fail "no signature in $one"
changed() { sed "$2" "$one" >changed.eml; ! "$verify" records changed.eml >verdict || fail "$1: still good"; echo "ok: $1 is noticed"; }
changed "another word" 's/^Hello/Hallo/'
changed "another subject" 's/^Subject: plain/Subject: plane/'
changed "another way out" 's/example.jp\/u?who/evil.example\/u?who/'
changed "a second From" 's/^From: /From: mallory@evil.example\r\n&/'
changed "a second Subject" 's/^Subject: /Subject: You won\r\n&/'
sed 's/^Received: .*//; 1s/^/Received: by mx.example\r\n/' "$one" >traced.eml
expect "a trace field in front" "$("$verify" records traced.eml)" "good 2"

status() { local s=0; "$@" >out 2>err || s=$?; echo $s; }
chmod 644 ed.pem
expect "a key that others can read" "$(status mail-send -t plain.eml "${signed[@]}" --preview 1 list.jsonl)" 77
chmod 600 ed.pem
expect "no key for the sender" "$(status mail-send -t other.eml --dkim example.jp:a:ed.pem --preview 1 list.jsonl)" 78
grep -q "is for the sender's domain other.example" err || fail "$(cat err)"
expect "no key at all" "$(status mail-send -t plain.eml --dkim example.jp:a:list.jsonl --preview 1 list.jsonl)" 78
expect "a wrong form" "$(status mail-send -t plain.eml --dkim example.jp:ed.pem --preview 1 list.jsonl)" 64
expect "no file" "$(status mail-send -t plain.eml --dkim example.jp:a:nosuch --preview 1 list.jsonl)" 66
