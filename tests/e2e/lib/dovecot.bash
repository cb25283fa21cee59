# A Dovecot of this test's own on loopback, without root's services: sourced behind servers.bash.

# start_dovecot IMAP_PORT IMAPS_PORT POP3_PORT POP3S_PORT: user "bounce" with password "correct horse",
# mail in the Maildir $T/dovecot/mail, which belongs to $dovecot_owner. make_certificates comes first.
start_dovecot() {
  local dir=$T/dovecot internal login group
  internal=$(id -un) login=$(id -un) group=$(id -gn)
  dovecot_owner=$(id -u):$(id -g)
  # Dovecot will neither run its own processes as root nor read root's mail.
  [ "$(id -u)" = 0 ] && internal=dovecot login=dovenull group=dovecot dovecot_owner=65534:65534
  mkdir -p "$dir/run" "$dir/mail/new" "$dir/mail/cur" "$dir/mail/tmp"
  echo "bounce:{PLAIN}correct horse:$dovecot_owner::$dir" >"$dir/users"
  chown -R "$dovecot_owner" "$dir/mail"
  cat >"$dir/conf" <<CF
base_dir = $dir/run
state_dir = $dir/run
log_path = $dir/log
protocols = imap pop3
listen = 127.0.0.1
default_internal_user = $internal
default_internal_group = $group
default_login_user = $login
first_valid_uid = 0
ssl = yes
ssl_cert = <$T/server.pem
ssl_key = <$T/server.key
disable_plaintext_auth = yes
mail_location = maildir:$dir/mail
mail_fsync = never
passdb {
  driver = passwd-file
  args = $dir/users
}
userdb {
  driver = passwd-file
  args = $dir/users
}
namespace inbox {
  inbox = yes
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $1
  }
  inet_listener imaps {
    port = $2
    ssl = yes
  }
}
service pop3-login {
  chroot =
  inet_listener pop3 {
    port = $3
  }
  inet_listener pop3s {
    port = $4
    ssl = yes
  }
}
service stats {
  chroot =
}
CF
  dovecot -F -c "$dir/conf" >"$dir/out" 2>&1 &
  server_pids+=($!)
  local port
  for port in "$@"; do
    wait_until 20 port_open "$port" || { cat "$dir/out" "$dir/log" >&2; fail "dovecot does not listen on $port"; }
  done
}
