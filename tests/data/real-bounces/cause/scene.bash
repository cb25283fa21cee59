# scene.bash MTA: run by cause-bounces inside new mount, process, host name and network namespaces. Plays the
# internet around the MTA of MTA.bash, mails to everybody in `kinds`, and keeps what comes back.
#
# MTA.bash says `packages`, and how to configure, start and hurry the MTA: mta_configure writes into $R, its
# root; mta_start starts it; mta_push makes it try its queue again. `refuses` names kinds that it refuses while
# the sender is connected, so that nothing can come back; `more_kinds` adds to the list below.
mta=$1
here=$(cd "$(dirname "$0")" && pwd)
. "$HAGAKI_ROOT/tests/e2e/lib/servers.bash"
. "$here/root.bash"
refuses=
more_kinds=
. "$here/$mta.bash"

# This shell is the first process of its namespace: all others end with it. Mounts go before the folder does.
leave() {
  local status=$?
  postfix_folders=()
  umount -lR "$T/tree" "$T/memory" 2>/dev/null || true
  (exit $status)
  finish
}
trap leave EXIT

# Who is mailed, and what is made to happen. example.jp is the MTA's own domain; the others are out there.
#   kind recipient
kinds="
unknown-user        nobody@example.com
unknown-user-local  ghost@example.jp
mailbox-full        full@example.jp
unknown-domain      taro@no-such-shop.example
oversize            taro@small.example.com
refused-sender      taro@picky.example.com
forward-dead        hanako@example.jp
delay               taro@silent.example.com
delay-greylisted    taro@busy.example.com
$more_kinds"
mta_address=192.0.2.25
dns_address=198.51.100.53
sender_address=198.51.100.7

# --- a cable between two networks: the internet here, the MTA at the other end.
R=$T/tree
mkdir -p "$R" "$T/memory"
unshare --net sleep infinity &
mta_net=$!
server_pids+=($mta_net)
other_net() { [ "$(readlink "/proc/$mta_net/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
wait_until 10 other_net || fail "no second network namespace"
ip link set lo up
ip link add internet type veth peer name eth0 netns "/proc/$mta_net/ns/net"
for last in 7 10 11 12 13 14 53; do ip addr add "198.51.100.$last/24" dev internet; done
ip link set internet up
ip route add 192.0.2.0/24 dev internet
at_mta() { nsenter --net="/proc/$mta_net/ns/net" -- "$@"; }
at_mta ip link set lo up
at_mta ip addr add $mta_address/24 dev eth0
at_mta ip link set eth0 up
at_mta ip route add 198.51.100.0/24 dev eth0
in_mta() { at_mta env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 chroot "$R" "$@"; }

# --- DNS: a root zone of our own, so that a name outside it does not exist.
mkdir -p "$T/nsd"
cat >"$T/nsd/root" <<Z
\$ORIGIN .
\$TTL 60
. SOA ns.example. hostmaster.example. 1 3600 600 86400 60
. NS ns.example.
ns.example. A $dns_address
example.jp. MX 10 mail.example.jp.
mail.example.jp. A $mta_address
25.2.0.192.in-addr.arpa. PTR mail.example.jp.
example.net. MX 10 mx.example.net.
mx.example.net. A 198.51.100.10
news.example.net. A $sender_address
7.100.51.198.in-addr.arpa. PTR news.example.net.
example.com. MX 10 mx.example.com.
mx.example.com. A 198.51.100.11
small.example.com. MX 10 mx.small.example.com.
mx.small.example.com. A 198.51.100.12
picky.example.com. MX 10 mx.picky.example.com.
mx.picky.example.com. A 198.51.100.13
busy.example.com. MX 10 mx.busy.example.com.
mx.busy.example.com. A 198.51.100.14
silent.example.com. MX 10 mx.silent.example.com.
mx.silent.example.com. A 198.51.100.53
Z
cat >"$T/nsd/nsd.conf" <<C
server:
  ip-address: $dns_address
  username: ""
  chroot: ""
  database: ""
  zonesdir: "$T/nsd"
  pidfile: "$T/nsd/pid"
  logfile: "$T/nsd/log"
  zonelistfile: "$T/nsd/zone.list"
  xfrdfile: "$T/nsd/xfrd.state"
  xfrdir: "$T/nsd"
  rrl-ratelimit: 0
  server-count: 1
remote-control:
  control-enable: no
zone:
  name: "."
  zonefile: "root"
C
nsd -d -c "$T/nsd/nsd.conf" >"$T/nsd/out" 2>&1 &
server_pids+=($!)
echo "nameserver $dns_address" >"$T/resolv.conf"

# --- the receiving hosts: one Postfix with a face for each domain, and the sender's mailbox for bounces.
make_postfix internet 2525
master() { postconf -c "$T/internet/etc" -M "$1/inet=$1 inet n - n - - smtpd ${*:2}"; }
postconf -c "$T/internet/etc" 'inet_interfaces = 127.0.0.1, 198.51.100.10' 'myhostname = mx.example.com' \
  'virtual_mailbox_domains = example.net, example.com, small.example.com, picky.example.com, busy.example.com' \
  "virtual_mailbox_base = $T/internet/mail" \
  'virtual_mailbox_maps = inline:{{bounces@example.net = bounces/}, {taro@small.example.com = taro/}, {taro@picky.example.com = taro/}, {taro@busy.example.com = taro/}}' \
  'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534' 'recipient_delimiter = +' \
  'message_size_limit = 200000' 'smtpd_peername_lookup = no' \
  'smtpd_relay_restrictions = reject_unauth_destination' 'smtpd_restriction_classes = picky, busy' \
  'picky = check_sender_access inline:{example.net=REJECT}' \
  'busy = check_recipient_access static:{450 4.2.0 Greylisted, please try again later}'
master 198.51.100.10:25 -o myhostname=mx.example.net
master 198.51.100.11:25 -o myhostname=mx.example.com
master 198.51.100.12:25 -o myhostname=mx.small.example.com -o message_size_limit=3000
master 198.51.100.13:25 -o myhostname=mx.picky.example.com -o smtpd_sender_restrictions=picky
master 198.51.100.14:25 -o myhostname=mx.busy.example.com -o smtpd_recipient_restrictions=busy
start_postfix internet 2525

# --- the MTA, in its root under an overlay in memory.
mount -t tmpfs -o mode=755 tmpfs "$T/memory"
mkdir "$T/memory/up" "$T/memory/scratch"
mount -t overlay overlay \
  -o "lowerdir=$CAUSE_CACHE/$mta/up:$CAUSE_CACHE/base,upperdir=$T/memory/up,workdir=$T/memory/scratch" "$R"
mount -t proc proc "$R/proc"
mount -t tmpfs -o mode=755 tmpfs "$R/run"
mount -t tmpfs -o mode=1777 tmpfs "$R/tmp"
private_dev "$R"
hostname mail.example.jp
cp "$T/resolv.conf" "$R/etc/resolv.conf"
printf '127.0.0.1 localhost\n%s mail.example.jp mail\n' $mta_address >"$R/etc/hosts"
/usr/bin/python3 - "$R/dev/log" "$T/mta.log" <<'PY' &
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o666)
log = open(sys.argv[2], "wb", 0)
while True: log.write(s.recv(65536).rstrip(b"\0\n") + b"\n")
PY
server_pids+=($!)
wait_until 10 test -S "$R/dev/log" || fail "no syslog"
for user in taro hanako full brimful; do in_mta useradd -m "$user"; done
mta_configure
mta_start
mta_listens() { at_mta bash -c "exec 3<>/dev/tcp/$mta_address/25" 2>/dev/null; }
wait_until 30 mta_listens || fail "$mta does not listen"

# --- the mailing. A body of 4,000 octets for whoever can take only 3,000.
cat >"$T/spring.eml" <<'M'
From: 葉書の店 <news@example.net>
Subject: {{name}}様へ春のお知らせ
List-Unsubscribe: <https://example.net/leave?who={{email|url}}>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

{{name}}様

春のお知らせです。Our spring cards are here.
{{pad}}
M
pad=$(for i in $(seq 80); do printf 'The spring catalogue, line %d, with all the cards.\\n' "$i"; done)
while read -r kind recipient; do
  [ -n "$kind" ] || continue
  body=
  [ "$kind" != oversize ] || body=$pad
  printf '{"email":"%s","name":"山田","pad":"%s","consent":{"basis":"opt-in","at":"2026-04-01T00:00:00.000Z","evidence":"form"}}\n' \
    "$recipient" "$body"
  case " $refuses " in *" $kind "*) echo "$recipient" >>"$T/refused" ;; *) echo "$kind $recipient" >>"$T/wanted" ;; esac
done <<<"$kinds" >"$T/recipients.jsonl"
mail-send -t "$T/spring.eml" --campaign spring --journal "$T/spring.journal" --bounces bounces@example.net \
  --relay "smtp://$mta_address:25" --tls none --helo news.example.net --source-ip $sender_address \
  --attempts 1 "$T/recipients.jsonl" >"$T/sent.jsonl" 2>"$T/sent.err" || true
touch "$T/refused"
jq -r 'select(.event != "delivered") | .email' "$T/sent.jsonl" | sort | diff - <(sort "$T/refused") >&2 ||
  fail "$mta refuses others than it should: $(jq -r 'select(.event != "delivered") | .diagnostic' "$T/sent.jsonl")"

# --- what comes back, named by the return path that it came to.
return_path() { echo "bounces+${1/@/=}=spring@example.net"; }
bounce_to() { grep -lsix "X-Original-To: $(return_path "$1")" "$T/internet/mail/bounces/new"/* | head -1; }
pushed=$SECONDS
all_back() {
  local kind recipient
  while read -r kind recipient; do
    if [ -z "$(bounce_to "$recipient")" ]; then
      [ $SECONDS = $pushed ] || { pushed=$SECONDS; mta_push; }
      return 1
    fi
  done <"$T/wanted"
}
complete=0
wait_until "${CAUSE_PATIENCE:-90}" all_back || complete=1
out=${CAUSE_OUT:-$here/..}/$mta
mkdir -p "$out"
while read -r kind recipient; do
  mail=$(bounce_to "$recipient")
  if [ -z "$mail" ]; then
    echo "$mta: nothing came back: $kind $recipient" >&2
  else
    cp "$mail" "$out/$kind.eml"
    chmod 644 "$out/$kind.eml"
    echo "$mta/$kind.eml"
  fi
done <"$T/wanted"
if [ $complete != 0 ] && [ -n "${CAUSE_DEBUG-}" ]; then
  for log in "$T/internet/log" "$T/mta.log"; do tail -n 25 "$log" >&2; done
  mta_debug >&2
fi
exit $complete
