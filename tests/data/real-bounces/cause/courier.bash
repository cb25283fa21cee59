# Courier 1.0.16. It knows its users, and refuses others before it takes a mail. Over quota, a mailbox is tried
# again ("brimful"); where deliverquota(1) delivers, the mail comes back at once ("full").
packages=courier-mta
refuses=unknown-user-local
more_kinds="mailbox-full-retried brimful@example.jp
"

mta_configure() {
  local etc=$R/etc/courier
  echo mail.example.jp >"$etc/me"
  echo example.jp >"$etc/defaultdomain"
  printf 'localhost\nexample.jp\n' >"$etc/locals"
  echo example.jp >"$etc/esmtpacceptmailfor"
  echo 1s >"$etc/warntime"
  echo 1s >"$etc/retryalpha"
  echo 1s >"$etc/retrybeta"
  printf '198.51.100.7\tallow,RELAYCLIENT\n*\tallow\n' >"$etc/smtpaccess/default"
  rm -f "$etc/esmtpacceptmailfor.dir"/*
  echo example.jp >"$etc/esmtpacceptmailfor.dir/default"
  echo 'postmaster: taro' >"$etc/aliases/system"
  echo 'hanako: hanako.old@example.com' >>"$etc/aliases/system"
  # The root knows no service by name.
  sed -i 's/^PORT=smtp$/PORT=25/' "$etc/esmtpd"
  in_mta sh -c 'makesmtpaccess; makeacceptmailfor; makealiases' || fail "courier has no tables"
  local user
  for user in full brimful; do
    in_mta su $user -c "maildirmake /home/$user/Maildir; printf '20000S\n19990 1\n' >/home/$user/Maildir/maildirsize"
    head -c 19990 /dev/zero | tr '\0' 'x' >"$R/home/$user/Maildir/cur/1.full.mail,S=19990:2,S"
    in_mta chown $user: "/home/$user/Maildir/cur/1.full.mail,S=19990:2,S"
  done
  echo '| /usr/bin/deliverquota ./Maildir' >"$R/home/full/.courier"
  in_mta chown full: /home/full/.courier
  in_mta su taro -c 'maildirmake /home/taro/Maildir'
}
mta_start() {
  in_mta install -d -o courier -g courier /run/courier /run/courier/authdaemon
  in_mta sh -c 'authdaemond start; courier start; esmtpd start' >"$T/start.log" 2>&1 || { cat "$T/start.log" >&2; fail "courier does not start"; }
}
mta_push() { in_mta courier flush >/dev/null 2>&1 || true; }
mta_debug() { tail -n 10 "$T/start.log"; in_mta mailq -batch; }
