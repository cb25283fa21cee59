#!/usr/bin/env bash
# The campaign of quickstart: rehearse-campaign checks itself that everybody is accounted for, nobody
# gets two copies and the dead are left alone. Here: that the list's known faults end where they must.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$HAGAKI_ROOT/scripts/rehearse-campaign" --bin "$HAGAKI_BIN" "$work"
. "$HAGAKI_ROOT/scripts/lib/campaign.bash"
cd "$work"
expect_known_faults
# The words of providers: a filter of one person's own, a mailbox that is full until tomorrow.
expect_fate 2 'bounced: filtered' filter.doi@au.example
expect_fate 1 'put off: mailboxfull' full.sugi@gmail.example
# A domain whose DNS is broken is put off, not given up.
expect_fate 1 'put off: networkerror' soumu@broken.example
# The list is the one its generator writes.
/usr/bin/python3 "$campaign_data/make-customers" | cmp - customers.csv || wrong "customers.csv is not what make-customers writes"
# Every record of the whole campaign is what hagaki-records(5) says.
cat ./*.jsonl rehearse.out | "$HAGAKI_BIN/check-records" || wrong "records break the schema"
exit $failed
