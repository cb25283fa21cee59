# Sendmail 8.17, with Dovecot's LMTP server for its local mailer, which is asked for each recipient only when
# it delivers.
packages="sendmail-bin dovecot-lmtpd"
. "$here/dovecot.bash"

mta_configure() {
  dovecot_configure
  cat >"$R/etc/mail/sendmail.mc" <<'C'
divert(-1)
include(`/usr/share/sendmail/cf/m4/cf.m4')
divert(0)
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
define(`confDOMAIN_NAME', `mail.example.jp')dnl
define(`confTO_QUEUEWARN', `1s')dnl
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confTO_IDENT', `0s')dnl
define(`confTO_HOSTSTATUS', `0s')dnl
define(`confLOCAL_MAILER', `cyrusv2')dnl
define(`CYRUSV2_MAILER_ARGS', `FILE /run/dovecot/lmtp')dnl
define(`confCR_FILE', `/etc/mail/relay-domains')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`use_cw_file')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=smtp')dnl
MAILER(`smtp')dnl
MAILER(`cyrusv2')dnl
C
  in_mta sh -c 'cd /etc/mail && m4 sendmail.mc >sendmail.cf'
  echo example.jp >"$R/etc/mail/local-host-names"
  echo 'hanako: hanako.old@example.com' >"$R/etc/mail/aliases"
  echo 198.51.100.7 >"$R/etc/mail/relay-domains"
  in_mta newaliases >"$T/aliases.log" 2>&1 || { cat "$T/aliases.log" >&2; fail "sendmail finds no aliases"; }
}
mta_start() {
  in_mta install -d -o smmta -g smmsp /run/sendmail/mta
  in_mta install -d -o smmsp -g smmsp /run/sendmail/msp
  dovecot_start
  in_mta sendmail -bD -q1m >"$T/start.log" 2>&1 &
  server_pids+=($!)
}
mta_push() { in_mta sendmail -q >/dev/null 2>&1 || true; }
mta_debug() { tail -n 10 "$T/start.log"; in_mta mailq; }
