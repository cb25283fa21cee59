# OpenSMTPD 6.8, with Dovecot's mailboxes behind it: OpenSMTPD itself refuses users that do not exist before it
# takes a mail, so a catch-all alias leaves that to who has the mailboxes. What dovecot-lda(1) says is final; any
# error of an LMTP server is tried again.
packages="opensmtpd dovecot-lmtpd"
. "$here/dovecot.bash"
more_kinds="mailbox-full-retried full@lmtp.example.jp
unknown-user-retried ghost@lmtp.example.jp
"

mta_configure() {
  dovecot_configure
  cat >"$R/etc/smtpd.conf" <<'C'
table people file:/etc/people
bounce warn-interval 1s
listen on eth0 port 25 hostname mail.example.jp
action "mailbox" mda "/usr/lib/dovecot/dovecot-lda -e -f %{sender} -d %{rcpt.user}" virtual <people>
action "server" lmtp "/run/dovecot/lmtp" rcpt-to virtual <people>
action "out" relay helo mail.example.jp
match from any for domain "example.jp" action "mailbox"
match from any for domain "lmtp.example.jp" action "server"
match from any for any action "out"
C
  {
    echo 'hanako@example.jp hanako.old@example.com'
    echo '@example.jp vmail'
    echo '@lmtp.example.jp vmail'
  } >"$R/etc/people"
  chmod 644 "$R/etc/people"
  echo mail.example.jp >"$R/etc/mailname"
}
mta_start() {
  dovecot_start
  in_mta smtpd -d >"$T/start.log" 2>&1 &
  server_pids+=($!)
}
mta_push() { in_mta smtpctl schedule all >/dev/null 2>&1 || true; }
mta_debug() { tail -n 40 "$T/start.log"; in_mta smtpctl show queue; }
