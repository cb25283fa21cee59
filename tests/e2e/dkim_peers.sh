#!/usr/bin/env bash
# 1,000 signed messages of 20 shapes, as they are rendered and as they come out of two real Postfixes (a relay, and the
# receivers' MX), are accepted by opendkim-testmsg and by dkimpy. opendkim asks the DNS for the keys: NSD has the lines
# of --print-dkim-record, in a network of this test's own.
. "$(dirname "$0")/lib/servers.bash"
. "$(dirname "$0")/lib/dkim-shapes.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix nsd opendkim-testmsg unshare
/usr/bin/python3 -c 'import dkim, nacl' 2>/dev/null || skip "python3-dkim or python3-nacl is missing"
own_network "$0"
cd "$T"
verify=$HAGAKI_ROOT/tests/e2e/lib/verify-dkim
make_shapes 50

# --- the keys in DNS
mkdir zones
for zone in jp example; do
  printf '$ORIGIN %s.\n$TTL 60\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 127.0.0.1\n' $zone >zones/$zone
  grep "\.$zone\. IN TXT" records >>zones/$zone
done
start_nsd 53 jp example

# --- the mail: rendered, and through a relay and an MX
make_postfix relay 2525
make_postfix mx 2526
postconf -c relay/etc 'relayhost = [127.0.0.1]:2526'
postconf -c mx/etc 'virtual_mailbox_domains = receiver.test' "virtual_mailbox_base = $T/mx/mail" \
  'virtual_mailbox_maps = static:all/' 'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534'
start_postfix relay 2525 mx 2526
for name in "${shapes[@]}"; do
  send_shape "$name" --to-maildir rendered
  send_shape "$name" --relay smtp://127.0.0.1:2525 --tls none --helo client.example --journal "$name.journal"
done
count() { find "$1" -path '*/new/*' -type f | wc -l; }
all_there() { [ "$(count mx/mail)" = 1000 ]; }
wait_until 120 all_there || { tail -20 mx/log relay/log >&2; fail "$(count mx/mail) of 1000 messages arrived"; }
expect "rendered" "$(count rendered)" 1000

# --- what the others say of it
# opendkim_testmsg FOLDER: what opendkim says of each message in it, counted: nothing where all signatures are good.
opendkim_testmsg() {
  find "$1" -path '*/new/*' -type f -print0 | xargs -0 -P 4 -n 50 bash -c '
    for mail; do
      said=$(opendkim-testmsg <"$mail" 2>&1) && echo "good${said:+, but: $said}" || echo "bad: $said"
    done' - | sort | uniq -c | xargs
}
for folder in rendered mx/mail; do
  expect "opendkim: $folder" "$(opendkim_testmsg $folder)" "1000 good"
  expect "dkimpy: $folder" "$(find $folder -path '*/new/*' -type f -print0 | xargs -0 "$verify" records | sort | uniq -c | xargs)" \
    "200 good 1 800 good 2"
done

# --- and that they look at all
one() { grep -lr "^To: .*<$1-1@" rendered/new; }
for name in rsa-alone ed25519-alone; do
  expect "dkimverify: $name" "$(dkimverify <"$(one $name)")" "signature ok"
  sed 's/^Hello/Hallo/' "$(one $name)" >changed
  ! opendkim-testmsg <changed >said 2>&1 || fail "$name: opendkim takes a changed message"
  expect "opendkim: $name, changed" "$(cat said)" "opendkim-testmsg: dkim_eom(): Bad signature"
  ! dkimverify <changed >said 2>&1 || fail "$name: dkimverify takes a changed message"
done
