#!/usr/bin/env bash
# The campaign of quickstart: rehearse-campaign checks itself that everybody is accounted for, nobody
# gets two copies and the dead are left alone. Here: that the list's known faults end where they must.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$HAGAKI_ROOT/scripts/rehearse-campaign" --bin "$HAGAKI_BIN" "$work"
cd "$work"
failed=0
# expect N FATE ADDRESS: what became of ADDRESS in mailing N.
expect() {
  got=$(grep -P "\t$(printf '%s' "$3" | sed 's/[.+]/\\&/g')\$" "fates-$1.tsv" | cut -f 2 | sort -u | tr '\n' ';')
  [ "$got" = "$2;" ] || { echo "mailing $1, $3: want '$2', got '$got'"; failed=1; }
}
expect 1 'bounced: userunknown' gone.sato@docomo.example
expect 2 'not mailed: stop.userunknown' gone.sato@docomo.example
# Accepted first, returned later, in a plain text bounce and in a report.
expect 1 'bounced: userunknown' gone.kudo@nifty.example
expect 2 'not mailed: stop.userunknown' gone.kudo@nifty.example
expect 2 'not mailed: stop.userunknown' gone.seki@yahoo.example
# The forward's host wrote the bounce and names an address we never mailed.
expect 1 'bounced: userunknown' h10.takeda@alumni.example
expect 2 'not mailed: stop.userunknown' h10.takeda@alumni.example
# A provider that blocks us, and a person's own filter, say nothing about the address.
expect 2 'bounced: blocked' miura.ken@live.example
expect 2 'bounced: filtered' filter.doi@au.example
# One full mailbox is no reason to stop.
expect 2 'bounced: mailboxfull' full.oda@docomo.example
expect 1 'put off: mailboxfull' full.sugi@gmail.example
# Greylisting and a server that is busy at first only cost time.
expect 1 'reached' yumiko.suzuki@shokai.example
expect 1 'reached' ai.yamada@kogyo.example
# What carriers issued against RFC 5321 is mailed all the same.
expect 1 'reached' hana..ko@docomo.example
expect 1 'reached' yuki.@docomo.example
expect 1 'reached' "o'hara+news@gmail.example"
expect 1 'not mailed: hygiene.no-domain' yamada.taro@gmial.example
expect 1 'not mailed: hygiene.null-mx' sales@nomail.example
expect 1 'put off: networkerror' soumu@broken.example
# The list is the one its generator writes.
/usr/bin/python3 "$HAGAKI_ROOT/tests/data/campaign/make-customers" | cmp - customers.csv || failed=1
# Every record of the whole campaign is what hagaki-records(5) says.
cat ./*.jsonl rehearse.out | "$HAGAKI_BIN/check-records" || failed=1
exit $failed
