# Mail servers whose packages exclude Postfix's: sourced after servers.bash, never run. scripts/deps downloads the
# packages without installing them; they are unpacked into $T and run there.
server_packages=/var/cache/hagaki/test-servers

queues=$T  # below this folder they keep their queues

# unpack_server NAME [FOLDER]: the package of that name, from a folder among the downloaded ones, into $T/NAME; $T/FOLDER
# when there is one. Fails when the package was not downloaded, or lacks a library here; the reason is $why_not then.
unpack_server() {
  local dir=$T/${2:-$1} packages=("$server_packages${2:+/$2}/$1"_*.deb) program
  [ -f "${packages[0]}" ] || { why_not="$1 is not in $server_packages${2:+/$2} (scripts/deps --test)"; return 1; }
  mkdir "$dir"
  dpkg-deb -x "${packages[0]}" "$dir"
  # Exim comes setuid root, in a folder that everybody can look into.
  chmod -R u-s,g-s "$dir"
  for program in "$dir"/usr/sbin/*; do
    why_not="$1: $(ldd "$program" | sed -n 's/^\s*\(.*\) => not found$/\1/p' | paste -sd' ') is not installed"
    ! ldd "$program" | grep -q 'not found' || return 1
  done
}

# start_unpacked NAME PORT COMMAND…: starts the server in mounts of its own, where its users exist and where the
# folders whose paths are compiled in are those below $T/NAME/own; its output goes to $T/NAME/out.
start_unpacked() {
  local name=$1 port=$2 own=$T/$1/own user id=61800
  shift 2
  mkdir -p "$own/lib/opensmtpd/empty" "$own/run"
  mkdir -p "$queues/$name/smtpd"
  chmod -R 711 "$queues/$name"
  cp /etc/passwd /etc/group "$own"
  for user in opensmtpd opensmtpq Debian-exim; do
    id=$((id + 1))
    sed -i "/^$user:/d" "$own/passwd" "$own/group"
    echo "$user:x:$id:$id::/nonexistent:/usr/sbin/nologin" >>"$own/passwd"
    echo "$user:x:$id:" >>"$own/group"
  done
  unshare --mount bash -euc '
    own=$1
    shift
    mount --bind "$own/passwd" /etc/passwd
    mount --bind "$own/group" /etc/group
    mount --bind "$1" /var/spool
    shift
    for folder in lib run; do mount --bind "$own/$folder" "/var/$folder"; done
    exec "$@"' bash "$own" "$queues/$name" "$@" >"$T/$name/out" 2>&1 &
  server_pids+=($!)
  wait_until 20 port_open "$port" || { cat "$T/$name/out" >&2; fail "$name does not listen on $port"; }
}

# start_opensmtpd NAME PORT RECIPIENTS [USER PASSWORD]: what was unpacked as NAME offers STARTTLS with the test's
# certificate and takes mail for those whose addresses are the lines of the file RECIPIENTS; with a user it takes it from
# him alone, who must encrypt. It keeps all of it. Its log is $T/NAME/out.
start_opensmtpd() {
  local dir=$T/$1 from='' encrypt='tls pki this'
  make_certificates
  # It takes no key that others may read.
  (umask 077; cp "$T/server.key" "$dir")
  : >"$dir/smtpd.conf"
  chmod 600 "$dir/smtpd.conf"
  if [ $# -gt 3 ]; then
    echo "table credentials { \"$4\" = \"$(openssl passwd -6 "$5")\" }" >"$dir/smtpd.conf"
    encrypt='tls-require pki this auth <credentials>'
    from='auth '
  fi
  cat >>"$dir/smtpd.conf" <<C
pki this cert "$T/server.pem"
pki this key "$dir/server.key"
table recipients file:$3
listen on 127.0.0.1 port $2 hostname opensmtpd.test $encrypt
action keep relay host "smtp://127.0.0.1:9"
match ${from}from any for any rcpt-to <recipients> action keep
C
  start_unpacked "$1" "$2" "$dir/usr/sbin/smtpd" -d -f "$dir/smtpd.conf"
}

# start_exim PORT USER PASSWORD RECIPIENTS: the same with Exim, whose log is $T/exim4-daemon-light/log/main.
start_exim() {
  local dir=$T/exim4-daemon-light
  make_certificates
  mkdir -p "$dir/log" "$queues/exim4-daemon-light/exim4"
  cp "$T/server.pem" "$T/server.key" "$4" "$dir"
  cat >"$dir/exim4.conf" <<C
primary_hostname = exim.test
spool_directory = $queues/exim4-daemon-light/exim4
log_file_path = $dir/log/%s
pid_file_path = $dir/pid
daemon_smtp_ports = $1
local_interfaces = 127.0.0.1
disable_ipv6
rfc1413_query_timeout = 0s
queue_only
log_selector = +received_recipients
auth_advertise_hosts = \${if eq{\$tls_in_cipher}{}{}{*}}
tls_advertise_hosts = *
tls_certificate = $dir/server.pem
tls_privatekey = $dir/server.key
acl_smtp_rcpt = rcpt
acl_smtp_data = data

begin acl
rcpt:
  require authenticated = *
          message = log in first
  accept recipients = lsearch;$dir/${4##*/}
  deny message = 550 5.1.1 no such user here
data:
  accept

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and{{eq{\$auth2}{$2}}{eq{\$auth3}{$3}}}}
  server_set_id = \$auth2
C
  chown -R 61803:61803 "$dir/log" "$queues/exim4-daemon-light/exim4" "$dir/server.key"
  start_unpacked exim4-daemon-light "$1" "$dir/usr/sbin/exim4" -C "$dir/exim4.conf" -bdf
}
