# Twenty shapes of signed messages, for tests of what others make of the signatures: sourced behind servers.bash, in $T.
#   make_shapes COUNT      keys, templates, the records of the keys (file "records"), and COUNT recipients a shape
#   $shapes                their names
#   send_shape NAME OPTION…  mail-send with the shape's template, keys and list
#   signatures_of NAME     how many signatures a message of the shape has

shapes=(plain trailing blanks empty japanese long html subdomain two-senders other-domain idn-domain rsa-alone
  ed25519-alone many-fields both-forms pictures attachments own-attachment iso-2022-jp flowed)

# shape NAME: the text of standard input as a template, with what a campaign needs before it.
shape() {
  { printf 'List-Unsubscribe: <https://example.jp/u?who={{email|url}}>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n'; cat; } >"$1"
}

make_shapes() {
  local name n names
  (
    umask 077
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
    openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096 -out large.pem 2>/dev/null
    openssl genpkey -algorithm ED25519 -out ed.pem
  )
  both=(--dkim example.jp:rsa2026:rsa.pem --dkim example.jp:ed2026:ed.pem)
  mail-send "${both[@]}" --dkim other.example:k:large.pem --dkim 葉書.example:k:rsa.pem --dkim rsa.example:k:rsa.pem \
    --dkim ed.example:k:ed.pem --print-dkim-record >records

  printf 'From: shop@example.jp\nSubject: plain\n\nHello {{name}}\n' | shape plain.eml
  printf 'From: shop@example.jp\nSubject: blank lines at the end\n\nHello\n\n\n   \n\n' | shape trailing.eml
  printf 'From: shop@example.jp\nSubject:   many     blanks   \n\n  indented\n\tand \t tabs  \n.\n..dots\nFrom here\n' | shape blanks.eml
  printf 'From: shop@example.jp\nSubject: nothing in it\n\n' | shape empty.eml
  printf 'From: 葉書ショップ <shop@example.jp>\nSubject: {{name}}様、春のご案内です。いつもご利用いただき、誠にありがとうございます。\n\nこんにちは、{{name}}様。\n\n・一つ目\n・二つ目\n' | shape japanese.eml
  { printf 'From: shop@example.jp\nSubject: long lines\n\n'; printf 'word %.0s' $(seq 400); printf '\n%01200d\n' 0; } | shape long.eml
  printf 'From: shop@example.jp\nContent-Type: text/html\nSubject: HTML\n\n<p>Hello <b>{{name}}</b></p>\n' | shape html.eml
  printf 'From: a@news.example.jp\nReply-To: help@example.jp\nSubject: from below\n\nHello\n' | shape subdomain.eml
  printf 'From: "Shop, Inc." <shop@example.jp>, b@example.jp\nSender: shop@example.jp\nSubject: two senders\n\nHello\n' | shape two-senders.eml
  printf 'From: b@other.example\nSubject: another domain, a long key\nX-Note: one\nX-Note: two\n\nHello\n' | shape other-domain.eml
  printf 'From: 店 <shop@葉書.example>\nSubject: a domain that is not ASCII\n\nHello\n' | shape idn-domain.eml
  printf 'From: a@rsa.example\nSubject: RSA alone\n\nHello {{name}}\n' | shape rsa-alone.eml
  printf 'From: a@ed.example\nSubject: Ed25519 alone\n\nHello {{name}}\n' | shape ed25519-alone.eml
  {
    printf 'From: shop@example.jp\nSubject: a folded subject %s\n' "$(printf 'word %.0s' $(seq 60))"
    printf 'Reply-To: help@example.jp, "Help; too" <help2@example.jp>\nReferences:'
    for n in $(seq 20); do printf ' <%s.reference.of.some.length@example.jp>' "$n"; done
    printf '\nIn-Reply-To: <1@example.jp>\nX-Long: %0900d\nAuto-Submitted: auto-generated\nKeywords: {{name}}\n\nHello\n' 0
  } | shape many-fields.eml
  for name in both-forms pictures attachments; do
    mkdir -p $name/attachments
    printf 'From: shop@example.jp\nSubject: %s for {{name}}\n\nText for {{name}}\n' "$name" | shape $name/message.txt
  done
  rmdir both-forms/attachments pictures/attachments
  printf '<p>HTML for <b>{{name}}</b> &amp; others</p>\n' >both-forms/message.html
  printf '<p>{{name}} <img src="logo.png" alt="logo"></p>\n' >pictures/message.html
  # A PNG of one pixel.
  printf 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==' | base64 -d >pictures/logo.png
  { printf '%%PDF-1.4\n'; head -c 20000 /dev/zero | openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 2>/dev/null; } >attachments/attachments/案内.pdf
  printf 'a text with blanks \n\tand tabs\t\n\n\n' >'attachments/attachments/read me.txt'
  mkdir files
  printf 'From: shop@example.jp\nSubject: your invoice\n\nHello {{name}}\n' | shape own-attachment.eml
  printf 'From: 葉書ショップ <shop@example.jp>\nSubject: {{name}}様、ｶﾀｶﾅと①のご案内です。\n\nこんにちは、{{name}}様。\nﾊﾝｶｸ\n' | shape iso-2022-jp.eml
  { printf 'From: shop@example.jp\nSubject: flowed\n\n'; printf 'word %.0s' $(seq 100); printf '\n> a quote  \n-- \nthe shop\n'; } | shape flowed.eml

  for name in "${shapes[@]}"; do
    for n in $(seq "$1"); do
      names=("名前 $n" "Name  $n ")
      printf '{"email":"%s-%d@receiver.test","name":"%s","file":"%d.txt","consent":{"basis":"customer","evidence":"shop"}}\n' \
        "$name" "$n" "${names[n % 2]}" "$n"
    done >"$name.jsonl"
  done
  for n in $(seq "$1"); do printf 'invoice %d\n' "$n" >files/$n.txt; done
}

send_shape() {
  local name=$1 template=$1.eml options=("${both[@]}")
  shift
  [ ! -d "$name" ] || template=$name
  case $name in
    other-domain) options=(--dkim other.example:k:large.pem) ;;
    idn-domain) options=(--dkim 葉書.example:k:rsa.pem) ;;
    rsa-alone) options=(--dkim rsa.example:k:rsa.pem) ;;
    ed25519-alone) options=(--dkim ed.example:k:ed.pem) ;;
    own-attachment) options+=(--attach-field file --attach-dir files) ;;
    iso-2022-jp) options+=(--charset iso-2022-jp) ;;
    flowed) options+=(--flowed) ;;
  esac
  mail-send -q -t "$template" --campaign "$name" "${options[@]}" --skip-preflight --transactional "$@" \
    "$name.jsonl" >"$name.events"
}

signatures_of() {
  case $1 in
    other-domain | idn-domain | rsa-alone | ed25519-alone) echo 1 ;;
    *) echo 2 ;;
  esac
}
