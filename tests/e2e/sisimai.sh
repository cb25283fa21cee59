#!/usr/bin/env bash
# Beside the real Sisimai: every field of `--format sisimai` over the labelled bounces, matched by
# mail and recipient. Sisimai's Debian package is 4.25; what version 5 calls otherwise is translated
# (softbounce 0 is hardbounce, smtpagent is decodedby). Prints the agreement of each field, and
# fails where a field of plain fact falls below what it has reached.
. "$(dirname "$0")/lib/corpus.bash"
needs perl -MSisimai -MJSON -e 1
cd "$corpus"
timeout 200 perl -MSisimai -MJSON -e '
  my @all;
  for my $file (sort glob "*.eml") {
    my $json = Sisimai->dump($file, delivered => 1) or next;
    push @all, @{ JSON->new->utf8->decode($json) };
  }
  print JSON->new->utf8->canonical->encode(\@all);' >"$tmp/theirs.json" 2>/dev/null
timeout 60 bounce-parse --quiet --all --format sisimai ./*.eml >"$tmp/ours.json"
python3 - "$tmp/theirs.json" "$tmp/ours.json" "${1:-}" <<'END'
import collections, json, os, sys
theirs, ours = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:3])
show = sys.argv[3]
renamed = {"Feedback-Loop": "ARF", "GSuite": "GoogleWorkspace", "InterScanMSS": "TrendMicro"}
for r in theirs:
    r["smtpagent"] = renamed.get(r["smtpagent"], r["smtpagent"])
    r["decodedby"] = r["smtpagent"]
    r["command"] = r["smtpcommand"]
    r["hardbounce"] = r.pop("softbounce") == 0
def key(r):
    return os.path.basename(r["origin"]), r["recipient"].lower()
mine = collections.defaultdict(list)
for r in ours:
    mine[key(r)].append(r)
fields = sorted(set().union(*theirs) - {"origin"})
missing = sorted(set(fields) - set(ours[0])) if ours else fields
if missing:
    sys.exit("fields that are missing: " + " ".join(missing))
agree, both, matched, gaps = collections.Counter(), collections.Counter(), 0, collections.Counter()
types = collections.Counter()
for r in theirs:
    if not mine[key(r)]:
        continue
    matched += 1
    o = mine[key(r)].pop(0)
    for f in fields:
        a, b = r[f], o[f]
        if a is not None and type(a) is not type(b) and not (isinstance(a, (int, str)) and isinstance(b, (int, str))):
            types[f] += 1
        a, b = str(a if a is not None else "").lower(), str(b if b is not None else "").lower()
        agree[f] += a == b
        if a and b:
            both[f] += 1
            gaps[f] += a != b
        if show == f and a != b:
            print(f"{key(r)[0]:28} theirs {a[:60]!r} ours {b[:60]!r}")
print(f"{len(theirs)} records of Sisimai's, {matched} of them with a record of ours; {len(ours)} of ours")
print(f"{'field':16} {'same':>7} {'same where both say something':>30}")
for f in fields:
    share = 100 * (1 - gaps[f] / both[f]) if both[f] else 100
    print(f"{f:16} {100 * agree[f] / matched:6.1f}% {share:29.1f}%")
# Facts that stand in the mail; how reasons, hosts and commands are found differs on purpose.
floor = {"recipient": 100, "destination": 99, "messageid": 91, "timestamp": 89, "replycode": 95, "senderdomain": 96,
         "addresser": 96, "subject": 86, "listid": 99, "feedbacktype": 99, "timezoneoffset": 87, "token": 86}
low = [f for f, least in floor.items() if 100 * agree[f] / matched < least]
if types or low or matched < 0.95 * len(theirs):
    sys.exit(f"falls short: {low}, other types: {dict(types)}")
END
