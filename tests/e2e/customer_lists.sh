#!/usr/bin/env bash
# The same 5,000 customers as CSV in CP932, TSV in UTF-16, .xlsx of two programs, vCard and JSON lines give the same
# recipients, whatever the file is called.
. "$(dirname "$0")/lib/servers.bash"
/usr/bin/python3 -c 'import openpyxl' 2>/dev/null || skip "python3-openpyxl is missing (scripts/deps --test)"
cd "$T"
count=5000
mkdir lists
"$HAGAKI_ROOT"/tests/e2e/lib/customer-lists lists $count
cp "$HAGAKI_ROOT"/tests/data/harvest/customers-libreoffice.xlsx lists/libreoffice.xlsx
# Written by LibreOffice here, where it is installed: all columns are text but the birthday, which is a date.
if command -v soffice >/dev/null; then
  columns=$(for i in $(seq 16); do printf '%s/%s/' "$i" $((i == 15 ? 5 : 2)); done)
  soffice "-env:UserInstallation=file://$T/libreoffice" --headless --infilter="CSV:44,34,76,1,${columns%/}" \
    --convert-to 'xlsx:Calc MS Excel 2007 XML' --outdir "$T/converted" lists/utf8.csv >soffice.log 2>&1 ||
    fail "soffice: $(tail -n 1 soffice.log)"
  mv converted/utf8.xlsx lists/libreoffice-now.xlsx
else
  echo "left out: LibreOffice's own conversion (soffice is not installed)"
fi

harvest() { # harvest FILE OUT: recipients without what says where they were found
  mx-harvest --no-dns --consent 'basis=customer,evidence=order form 2026' "$1" >raw.jsonl || fail "$1: exit $?"
  jq -cS 'del(.provenance)' raw.jsonl >"$2"
}
harvest lists/utf8.csv want
check_records raw.jsonl
expect "recipients" "$(wc -l <want)" $count
expect "a phone keeps its zero" "$(jq -r 'select(.phone | startswith("03") | not).email' want | wc -l)" 0
expect "line ends in fields" "$(jq -r 'select(.note // "" | contains("\n")).email' want | wc -l | awk '{ print ($1 > 500) }')" 1
expect "quotes in fields" "$(jq -r 'select(.company | contains("\"")).email' want | wc -l | awk '{ print ($1 > 200) }')" 1
for list in lists/*; do
  harvest "$list" got
  cmp -s want got || { diff want got | head -n 6 >&2; fail "$list differs"; }
  head -n 20 raw.jsonl >some.jsonl # of the others only the place is another
  check_records some.jsonl
  cp "$list" list
  harvest list got
  cmp -s want got || fail "$list differs where its name tells nothing"
  harvest - got <list
  cmp -s want got || fail "$list differs on standard input"
  echo "ok: ${list#lists/}"
done
mx-harvest --no-dns lists/* | jq -r '.provenance.ref | sub(":[0-9]+$"; "")' | sort | uniq -c | awk '{ print $1 }' | sort -u >counts
expect "any mix as arguments" "$(cat counts)" $count
