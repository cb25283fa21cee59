# Real servers on loopback for end-to-end tests: sourced, never run. Everything lives under $T, a folder
# of this test's own; every process is stopped by its pid when the test ends.
set -eu
: "${HAGAKI_BIN:?the folder of the built tools}"
: "${HAGAKI_ROOT:?the root of the source tree}"
PATH=$HAGAKI_BIN:$PATH:/usr/sbin:/sbin

T=$(mktemp -d "${TMPDIR:-/tmp}/hagaki-e2e.XXXXXX")
chmod 755 "$T"
export HOME=$T XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state LANG=C.UTF-8
# Senders in tests are at domains that the machine's DNS does not know.
export HAGAKI_MAIL_SEND_NO_DNS=true
server_pids=()
postfix_folders=()
# Nothing ever comes out of it: reading it with a timeout is a wait that starts no process.
exec {silence}<> <(:)

stop_servers() {
  local folder pid stops=()
  for folder in "${postfix_folders[@]}"; do
    postfix -c "$folder/etc" stop >/dev/null 2>&1 &
    stops+=($!)
  done
  for pid in "${stops[@]}"; do
    wait "$pid" || true
  done
  for pid in "${server_pids[@]-}"; do
    [ -n "$pid" ] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  done
  server_pids=()
  postfix_folders=()
}

finish() {
  local status=$?
  stop_servers
  if [ $status = 0 ] || [ $status = 77 ]; then
    rm -rf "$T"
  else
    echo "left for a look: $T" >&2
  fi
  exit $status
}
trap finish EXIT

# skip REASON: ends the test as skipped.
skip() { echo "skipped: $*"; exit 77; }

# needs COMMAND…: skips the test where one of them is not installed.
needs() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || skip "$command is not installed (scripts/deps --test)"
  done
}

# fail MESSAGE: ends the test as failed.
fail() { echo "FAILED: $*" >&2; exit 1; }

# expect WHAT GOT WANT
expect() {
  [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"
  echo "ok: $1: $3"
}

# free_port: a TCP and UDP port that nobody uses now, at no address of this machine.
free_port() {
  /usr/bin/python3 - <<'PY'
import socket
while True:
    t = socket.socket(); t.bind(("", 0)); p = t.getsockname()[1]
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        u.bind(("", p)); print(p); break
    except OSError:
        pass
PY
}

# wait_until SECONDS COMMAND…: polls until the command succeeds.
wait_until() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || return 1
    read -rt 0.05 -u "$silence" || true
  done
}

# wait_for_bytes FILE SIZE PID: until FILE has SIZE bytes, or the process has ended.
wait_for_bytes() {
  while [ "$(stat -c %s "$1")" -lt "$2" ] && kill -0 "$3" 2>/dev/null; do
    read -rt 0.005 -u "$silence" || true
  done
}

# port_open PORT [ADDRESS]
port_open() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }

# own_network SCRIPT: begins SCRIPT again in a network of its own, an empty loopback where the ports 25 and 53
# are nobody's, and where the resolver of the script and all it starts is 127.0.0.1.
own_network() {
  [ -z "${HAGAKI_OWN_NETWORK:-}" ] || return 0
  unshare --mount --net true 2>/dev/null || skip "may not make a network of its own (CAP_SYS_ADMIN)"
  rm -rf "$T"
  HAGAKI_OWN_NETWORK=1 exec unshare --mount --net /usr/bin/python3 -c '
import fcntl, os, socket, struct, subprocess, sys, tempfile
up = struct.pack("16sh14x", b"lo", 1)  # IFF_UP
fcntl.ioctl(socket.socket(), 0x8914, up)  # SIOCSIFFLAGS
with tempfile.NamedTemporaryFile("w") as resolver:
    resolver.write("nameserver 127.0.0.1\noptions timeout:2 attempts:2\n")
    resolver.flush()
    os.chmod(resolver.name, 0o644)
    if os.path.exists("/etc/resolv.conf"):  # without one it is 127.0.0.1 anyway
        subprocess.run(["mount", "--bind", resolver.name, "/etc/resolv.conf"], check=True)
os.execv(sys.argv[1], sys.argv[1:])' "$1"
}

# make_certificates: $T/ca.pem, and $T/server.pem with its key for "localhost" and 127.0.0.1.
make_certificates() {
  [ -f "$T/ca.pem" ] && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/ca.key" -out "$T/ca.pem" \
    -days 2 -subj '/CN=hagaki test CA' 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/server.key" -out "$T/server.csr" \
    -subj /CN=localhost 2>/dev/null
  openssl x509 -req -in "$T/server.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
    -extfile <(echo 'subjectAltName=DNS:localhost,IP:127.0.0.1') -out "$T/server.pem" 2>/dev/null
}

# make_postfix NAME PORT: a Postfix instance in $T/NAME that listens on 127.0.0.1:PORT. The caller may
# change it with postconf -c "$T/NAME/etc" before start_postfix NAME PORT.
make_postfix() {
  local name=$1 port=$2 dir=$T/$1
  mkdir -p "$dir/etc" "$dir/queue" "$dir/data" "$dir/mail"
  chown postfix "$dir/data"
  chmod 1777 "$dir/mail"
  cat >"$dir/etc/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = $dir/log
maillog_file_prefixes = $T
myhostname = $name.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:5.1.1 no local mail here
minimal_backoff_time = 1s
queue_run_delay = 1s
in_flow_delay = 0
smtp_destination_concurrency_limit = 20
initial_destination_concurrency = 20
smtp_tls_security_level = none
CF
  cat >"$dir/etc/master.cf" <<CF
127.0.0.1:$port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
CF
}

# start_postfix NAME PORT…: starts these instances, at once since each takes seconds, and waits for their ports.
start_postfix() {
  local starts=() i
  for ((i = 1; i < $#; i += 2)); do
    postfix_folders+=("$T/${!i}")
    postfix -c "$T/${!i}/etc" start >"$T/${!i}/start.log" 2>&1 &
    starts+=($!)
  done
  for i in "${starts[@]}"; do
    wait "$i" || { cat "$T"/*/start.log >&2; fail "postfix does not start: $*"; }
  done
  for ((i = 2; i <= $#; i += 2)); do
    wait_until 20 port_open "${!i}" || fail "nobody listens on ${!i}: $*"
  done
}

# postfix_submission NAME USER DOMAIN PASSWORD: the instance offers STARTTLS with the test's certificate, then
# AUTH, and relays for USER@DOMAIN alone.
postfix_submission() {
  local dir=$T/$1
  make_certificates
  mkdir "$dir/etc/sasl"  # where Debian's Postfix looks for the SASL settings
  printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: %s\nmech_list: PLAIN LOGIN\n' \
    "$dir/etc/sasl/db" >"$dir/etc/sasl/smtpd.conf"
  printf '%s' "$4" | saslpasswd2 -c -p -f "$dir/etc/sasl/db" -u "$3" "$2"
  chown -R postfix "$dir/etc/sasl"
  postconf -c "$dir/etc" \
    "smtpd_tls_cert_file = $T/server.pem" "smtpd_tls_key_file = $T/server.key" \
    'smtpd_tls_security_level = may' 'smtpd_tls_auth_only = yes' \
    'smtpd_sasl_auth_enable = yes' 'smtpd_sasl_path = smtpd' "smtpd_sasl_local_domain = $3" \
    'smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination'
}

# postfix_queues_empty NAME…: no message waits in these instances, not even a deferred one. Looks three times,
# since a message may pass from one to the other while they are looked at.
postfix_queues_empty() {
  local name
  for name in "$@" "$@" "$@"; do
    [ -z "$(find "$T/$name/queue/"{maildrop,incoming,active,deferred} -type f 2>/dev/null | head -1)" ] || return 1
  done
}

# start_nsd PORT ZONE…: NSD on 127.0.0.1:PORT for zones whose files are $T/zones/ZONE; that of the root (".") is
# $T/zones/root.
start_nsd() {
  local port=$1 zone
  shift
  mkdir -p "$T/nsd"
  {
    printf 'server:\n  ip-address: 127.0.0.1\n  port: %s\n  username: ""\n  chroot: ""\n  database: ""\n' "$port"
    printf '  zonesdir: "%s/zones"\n  pidfile: "%s/nsd/pid"\n  logfile: "%s/nsd/log"\n' "$T" "$T" "$T"
    printf '  zonelistfile: "%s/nsd/zone.list"\n  xfrdfile: "%s/nsd/xfrd.state"\n  xfrdir: "%s/nsd"\n' "$T" "$T" "$T"
    # A list asks fast about names that do not exist: what rate limits take for an attack.
    printf '  rrl-ratelimit: 0\n  server-count: 1\nremote-control:\n  control-enable: no\n'
    for zone in "$@"; do printf 'zone:\n  name: "%s"\n  zonefile: "%s"\n' "$zone" "${zone/#./root}"; done
  } >"$T/nsd/nsd.conf"
  nsd -d -c "$T/nsd/nsd.conf" >"$T/nsd/out" 2>&1 &
  server_pids+=($!)
  wait_until 20 port_open "$port" || { cat "$T/nsd/out" "$T/nsd/log" >&2; fail "nsd does not listen on $port"; }
}

# start_rehearsal SCENARIO [OPTION…]: mail-rehearse, whose records of itself go to a new rehearse.out. Sets $rehearse,
# its process, $dns and $smtp, where it listens, and $relay, its URL.
start_rehearsal() {
  rm -f rehearse.out rehearse.err
  mail-rehearse "$@" >rehearse.out 2>rehearse.err &
  rehearse=$!
  server_pids+=("$rehearse")
  wait_until 20 grep -q '"ready"' rehearse.out || { cat rehearse.err >&2; fail "mail-rehearse does not start: $*"; }
  dns=$(jq -r 'select(.event == "ready").dns' rehearse.out)
  smtp=$(jq -r 'select(.event == "ready").smtp' rehearse.out)
  relay=smtp://$smtp
}

# start_shop [LINE…]: a rehearsal of shop.example, whose mailboxes take anything but what LINEs of its scenario
# except; what it accepts lies below mail/. Sets what start_rehearsal sets.
start_shop() {
  printf '%s\n' '[[domain]]' 'name = "shop.example"' 'mx = ["10 mx.shop.example"]' 'mailboxes = "any"' "$@" >scenario.toml
  start_rehearsal scenario.toml --maildir mail
}

# at_terminal COLUMNS COMMAND…: runs it with a terminal of that width on stdin, stdout and stderr, and prints
# what that shows.
at_terminal() {
  /usr/bin/python3 - "$@" <<'PY'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
out = b""
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    out += chunk
os.waitpid(pid, 0)
sys.stdout.buffer.write(out.replace(b"\r\n", b"\n"))
PY
}

# check_records FILE…: every record validates against the schema of its type.
check_records() {
  check-records "$@" || fail "records break the schema"
}
