#!/usr/bin/env bash
# Messages of 20 shapes, signed with RSA and Ed25519, are accepted by another implementation (dkimpy), and not when
# somebody has changed them. dkim_peers.sh has many of each.
. "$(dirname "$0")/lib/servers.bash"
. "$(dirname "$0")/lib/dkim-shapes.bash"
verify=$HAGAKI_ROOT/tests/e2e/lib/verify-dkim
/usr/bin/python3 -c 'import dkim, nacl' 2>/dev/null || skip "python3-dkim or python3-nacl is missing"
cd "$T"

make_shapes 2
expect "records" "$(wc -l <records)" 6
for name in "${shapes[@]}"; do
  send_shape "$name" --to-maildir "box-$name"
  expect "$name" "$("$verify" records "box-$name"/new/* | sort | uniq -c | sed 's/^ *//')" "2 good $(signatures_of "$name")"
done

# What options add is signed like the template's own.
(umask 077; echo 'a key that nobody knows' >unsubscribe.key)
printf 'From: shop@example.jp\nSubject: options\n\nHello {{name}}\n' >options.eml
mail-send -q -t options.eml "${both[@]}" --to-maildir box-options --no-sender-identity --unsubscribe https://example.jp/leave \
  --unsubscribe-mailto leave@example.jp --unsubscribe-key unsubscribe.key --list-id '葉書の会 <cards.example.jp>' \
  --feedback-id auto --precedence bulk --auto-submitted auto-generated --sender-name 葉書商店 --skip-preflight plain.jsonl >/dev/null
expect "headers by options" "$("$verify" records box-options/new/* | sort | uniq -c | sed 's/^ *//')" "2 good 2"
one=$(ls box-options/new/* | head -1)
for name in List-Unsubscribe List-Unsubscribe-Post List-Id Feedback-ID Precedence Auto-Submitted; do
  grep -q "^$name: " "$one" || fail "no $name"
  sed "s/^$name: /&x/" "$one" >changed.eml
  ! "$verify" records changed.eml >verdict || fail "$name is not signed"
done

# The shapes are what they are called.
holds() { grep -qr -- "$2" "box-$1/new" || fail "no \"$2\" in $1"; }
holds pictures 'multipart/related'
holds attachments 'application/pdf'
holds own-attachment '2.txt'
holds iso-2022-jp 'charset=ISO-2022-JP'
holds flowed 'format=flowed'
holds many-fields '^References:'
holds idn-domain '^From: .*@xn--'

one=$(ls box-plain/new/* | head -1)
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
expect "a key that others can read" "$(status mail-send -t plain.eml "${both[@]}" --preview 1 plain.jsonl)" 77
chmod 600 ed.pem
expect "no key for the sender" "$(status mail-send -t other-domain.eml --dkim example.jp:a:ed.pem --preview 1 plain.jsonl)" 78
grep -q "is for the sender's domain other.example" err || fail "$(cat err)"
(umask 077; echo none >nokey)
expect "no key at all" "$(status mail-send -t plain.eml --dkim example.jp:a:nokey --preview 1 plain.jsonl)" 78
expect "a wrong form" "$(status mail-send -t plain.eml --dkim example.jp:ed.pem --preview 1 plain.jsonl)" 64
expect "no file" "$(status mail-send -t plain.eml --dkim example.jp:a:nosuch --preview 1 plain.jsonl)" 66
