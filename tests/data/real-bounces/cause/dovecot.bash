# Dovecot's LMTP server, for MTAs that hand their local mail to it: user "full" is over quota, whoever is not
# in its users file does not exist. Sourced by the MTA's file.

dovecot_configure() {
  cat >"$R/etc/dovecot/dovecot.conf" <<'C'
protocols = lmtp
ssl = no
auth_username_format = %Ln
mail_location = maildir:/var/vmail/%n
mail_plugins = quota
plugin {
  quota = maildir:User quota
}
passdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
userdb {
  driver = passwd-file
  args = /etc/dovecot/users
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
C
  in_mta useradd -m -d /var/vmail vmail
  local id
  id=$(in_mta id -u vmail)
  {
    echo "taro:{PLAIN}x:$id:$id::/var/vmail::"
    echo "full:{PLAIN}x:$id:$id::/var/vmail::userdb_quota_rule=*:bytes=500"
  } >"$R/etc/dovecot/users"
  chmod 644 "$R/etc/dovecot/users"
}
dovecot_start() {
  in_mta dovecot -F >"$T/dovecot.log" 2>&1 &
  server_pids+=($!)
  wait_until 20 test -S "$R/run/dovecot/lmtp" || { cat "$T/dovecot.log" >&2; fail "dovecot has no LMTP socket"; }
}
