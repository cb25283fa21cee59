# Exim 4.96, with a configuration of its own. Recipients are not verified while the sender is connected, as on
# a backup MX; a full mailbox is a temporary error in Exim, and here one that is not tried again.
packages=exim4-daemon-light

mta_configure() {
  cat >"$R/etc/exim4/exim4.conf" <<'C'
primary_hostname = mail.example.jp
qualify_domain = example.jp
domainlist local_domains = example.jp
hostlist relay_from_hosts = 198.51.100.7
disable_ipv6
tls_advertise_hosts =
acl_smtp_rcpt = rcpt
acl_smtp_data = data
delay_warning = 1s
delay_warning_condition = true
rfc1413_query_timeout = 0s
never_users = root

begin acl
rcpt:
  accept hosts = +relay_from_hosts : 127.0.0.1
  accept domains = +local_domains
  deny message = relay not permitted
data:
  accept

begin routers
remote:
  driver = dnslookup
  domains = ! +local_domains
  transport = remote_smtp
  no_more
forward:
  driver = redirect
  check_local_user
  file = $home/.forward
  allow_fail
mailbox:
  driver = accept
  check_local_user
  transport = maildir
  cannot_route_message = Unknown user

begin transports
remote_smtp:
  driver = smtp
maildir:
  driver = appendfile
  directory = $home/Maildir
  maildir_format
  create_directory
  quota = 20K
  delivery_date_add
  return_path_add

begin retry
*  quota
*  *  F,2h,1s

begin rewrite
C
  chmod 640 "$R/etc/exim4/exim4.conf"
  in_mta chown root:Debian-exim /etc/exim4/exim4.conf
  mkdir -p "$R/home/full/Maildir/new" "$R/home/full/Maildir/cur" "$R/home/full/Maildir/tmp"
  head -c 20000 /dev/zero | tr '\0' 'x' >"$R/home/full/Maildir/new/1.full.mail"
  in_mta chown -R full: /home/full/Maildir
  echo hanako.old@example.com >"$R/home/hanako/.forward"
  in_mta chown hanako: /home/hanako/.forward
  mkdir -p "$R/run/exim4"
  in_mta chown Debian-exim:Debian-exim /run/exim4
}
mta_start() {
  in_mta exim4 -bdf -q1m -oP /run/exim4/pid >"$T/start.log" 2>&1 &
  server_pids+=($!)
}
mta_push() { in_mta exim4 -qf >/dev/null 2>&1 || true; }
mta_debug() { tail -n 30 "$R/var/log/exim4/mainlog"; in_mta exim4 -bp; }
