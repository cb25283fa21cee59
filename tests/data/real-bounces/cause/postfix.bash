# Postfix 3.7. local(8) takes mail for any user here, as a site does that has local_recipient_maps empty, and
# bounces what it cannot deliver.
packages=postfix

mta_configure() {
  cat >"$R/etc/postfix/main.cf" <<'C'
compatibility_level = 3.6
myhostname = mail.example.jp
myorigin = example.jp
mydestination = example.jp, localhost
mynetworks = 127.0.0.0/8, 198.51.100.7
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
recipient_delimiter = +
mailbox_size_limit = 60000
message_size_limit = 60000
delay_warning_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
maillog_file = /var/log/mail.log
C
  install -d -m 2775 -g 8 "$R/var/mail"
  head -c 59900 /dev/zero | tr '\0' 'x' >"$R/var/mail/full"
  in_mta chown full:mail /var/mail/full
  echo hanako.old@example.com >"$R/home/hanako/.forward"
  in_mta chown hanako: /home/hanako/.forward
}
mta_start() {
  local file
  for file in resolv.conf hosts nsswitch.conf services; do cp "$R/etc/$file" "$R/var/spool/postfix/etc/"; done
  in_mta postfix start >"$T/start.log" 2>&1 || { cat "$T/start.log" >&2; fail "postfix does not start"; }
}
mta_push() { in_mta postqueue -f >/dev/null 2>&1 || true; }
mta_debug() { tail -n 25 "$R/var/log/mail.log"; in_mta postqueue -p; }
