#!/usr/bin/env bash
# Two addresses to send from, one of them on a blocklist: the campaign does not begin, or leaves that one out.
. "$(dirname "$0")/lib/servers.bash"
needs nsd
own_network "$0"
cd "$T"
unset HAGAKI_MAIL_SEND_NO_DNS
# All of 192.0.2.0/24 is ours here.
/usr/bin/python3 -c '
import fcntl, socket, struct
address = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton("192.0.2.1"))
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8916, address)  # SIOCSIFADDR'
mkdir zones
{
  printf '$ORIGIN .\n$TTL 60\n@ SOA ns.test. hostmaster.test. 1 600 300 86400 60\n@ NS ns.test.\nns.test. A 127.0.0.1\n'
  for n in 25 28 29; do
    printf '%d.2.0.192.in-addr.arpa. PTR mail%d.good.example.\nmail%d.good.example. A 192.0.2.%d\n' $n $n $n $n
  done
  cat <<'Z'
good.example. MX 10 mail25.good.example.
good.example. TXT "v=spf1 ip4:192.0.2.0/24 -all"
_dmarc.good.example. TXT "v=DMARC1; p=none"
28.2.0.192.zen.spamhaus.org. A 127.0.0.2
29.2.0.192.zen.spamhaus.org. A 127.0.0.2
30.2.0.192.zen.spamhaus.org. A 127.0.0.2
shop.example. MX 10 mx.shop.example.
mx.shop.example. A 127.0.0.1
Z
} >zones/root
blocklists=$(free_port)
start_nsd "$blocklists" .
start_shop
printf 'From: Shop <shop@good.example>\nSubject: x\n\nHello\n' >letter.eml
for i in $(seq 30); do printf '{"email":"u%d@shop.example"}\n' "$i"; done >list.jsonl
send() { # send CAMPAIGN OPTION…: "STATUS, messages from each address"
  local status=0
  timeout 60 mail-send -t letter.eml --campaign "$1" --journal "journals/$1" --direct --port "${relay##*:}" --tls none --once \
    --transactional --resolver "127.0.0.1:$blocklists" --helo mail25.good.example "${@:2}" list.jsonl >"$1.jsonl" 2>"$1.err" || status=$?
  echo "$status$(jq -r 'select(.event == "delivered").source_ip' "$1.jsonl" | sort | uniq -c | sed 's/^ */, /' | tr -d '\n')"
}
good=192.0.2.25
listed='192.0.2.28?helo=mail28.good.example'
expect "one is listed" "$(send a --source-ip $good --source-ip "$listed")" 78
grep -q 'ip-listed: .*192.0.2.28' a.err || fail "$(cat a.err)"
expect "the other sends" "$(send b --source-ip $good --source-ip "$listed" --on-block next-source)" "0, 30 192.0.2.25"
expect "a warning" "$(grep -c 'warning: not sending from a listed address: 192.0.2.28' b.err)" 1
expect "whatever else is wrong with the listed one" \
  "$(send d --source-ip $good --source-ip '192.0.2.30?helo=nowhere.good.example' --on-block next-source)" "0, 30 192.0.2.25"
expect "all are listed" \
  "$(send c --source-ip "$listed" --source-ip '192.0.2.29?helo=mail29.good.example' --on-block next-source)" 78
