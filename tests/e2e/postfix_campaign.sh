#!/usr/bin/env bash
# The campaign of quickstart through real servers: NSD answers for the scenario's domains, three Postfixes
# carry the mail in a network of their own, port 25 and MX and all.
#   shop     the sender's: takes the first mailing by STARTTLS and AUTH, looks up the MX of everybody,
#            tries again, gives up, and collects all bounces in a Maildir
#   mx       the hosts of the receivers, each under its own name at its own address
#   forward  the host that sends its graduates' mail on
# The second mailing goes straight to the receivers.
. "$(dirname "$0")/lib/servers.bash"
. "$HAGAKI_ROOT/scripts/lib/campaign.bash"
[ "$(id -u)" = 0 ] || skip "Postfix's master needs root"
needs postfix nsd saslpasswd2 openssl unshare
own_network "$0"
cd "$T"

# --- the world of the scenario, for all addresses of the list
iconv -f cp932 -t utf-8 "$campaign_data/customers.csv" | grep -Eo '[^,@]+@[^,@]+' >people
"$HAGAKI_ROOT/tests/e2e/lib/postfix-world" "$campaign_data/scenario.toml" people shop.example "$T"
mapfile -t zones <zones.list
start_nsd 53 "${zones[@]}"
mkdir -m 1777 mailboxes
shop_mx=$(sed -n 's/ mx.shop.example$//p' hosts)

# campaign_postfix NAME PORT: an instance of this world; it asks the DNS and keeps what is stuck 12 seconds.
campaign_postfix() {
  make_postfix "$1" "$2"
  postconf -c "$T/$1/etc" 'smtp_dns_support_level = enabled' 'smtp_host_lookup = dns' 'mynetworks =' \
    "virtual_mailbox_base = $T/mailboxes" 'virtual_uid_maps = static:65534' 'virtual_gid_maps = static:65534' \
    'message_size_limit = 100000' 'virtual_mailbox_limit = 100000' 'initial_destination_concurrency = 5' \
    'maximal_backoff_time = 2s' 'maximal_queue_lifetime = 12s' 'bounce_queue_lifetime = 12s'
}

campaign_postfix mx 2501
campaign_postfix forward 2502
for name in mx forward; do
  mapfile -t settings <$name.main
  postconf -c $name/etc "${settings[@]}"
  cat $name.master >>$name/etc/master.cf
  # A mailbox that is full as a real one is: it has reached its limit.
  while read -r box; do
    mkdir -p "mailboxes/${box%/*}"
    truncate -s 100000 "mailboxes/$box"
    chown -R 65534:65534 "mailboxes/${box%/*}"
  done <$name.full
done

campaign_postfix shop 587
postfix_submission shop sender shop.example 'correct horse'
postconf -c shop/etc 'myhostname = mx.shop.example' 'delay_warning_time = 3s' \
  'virtual_mailbox_domains = shop.example' "virtual_mailbox_base = $T/returned" 'virtual_mailbox_maps = static:bounces/'
mkdir -m 1777 returned
printf '%s\n' "$shop_mx:25 inet n - n - - smtpd" '  -o smtpd_sasl_auth_enable=no' >>shop/etc/master.cf
start_postfix mx 2501 forward 2502 shop 587
wait_until 20 port_open 25 "$shop_mx" || fail "nobody takes bounces"

# --- the campaign
dns=127.0.0.1:53
bounces=returned/bounces
printf 'correct horse' >password
chmod 600 password
route() {
  case $1 in
    1) printf '%s' "--relay smtp://localhost:587 --tls require --ca-file ca.pem --user sender@shop.example --password-file password" ;;
    2) printf '%s' "--direct --resolver $dns --attempts 2 --retry-after 2" ;;
  esac
}
settled() {
  # A message that is deferred while the queue is being looked through stays in incoming until somebody
  # asks for it ("skipped, still being delivered").
  for name in shop mx forward; do postkick -c "$T/$name/etc" public qmgr I; done
  postfix_queues_empty shop mx forward
}
settle() {
  wait_until 150 settled || fail "mail is stuck in the queues of Postfix"
}
play_campaign
judge_campaign

# --- what the list is known to hold, and where real servers end it otherwise than a rehearsal
expect_known_faults
# The sender's Postfix tries what is put off again, says that it waits, and gives up; live it stays put off.
expect_fate 1 'bounced: mailboxfull' full.sugi@gmail.example
expect_fate 2 'put off: mailboxfull' full.sugi@gmail.example
expect_fate 1 'bounced: networkerror' soumu@broken.example
expect_fate 2 'put off: networkerror' soumu@broken.example
bounce_of() { jq -r --arg email "$1" "select(.type == \"bounce\" and .email == \$email) | [$2] | join(\" \")" bounces-1.jsonl | sort; }
expect "a delay, then the end" "$(bounce_of full.sugi@gmail.example .action,.status | paste -sd ';')" \
  "delayed 4.2.2;failed 4.2.2"
# A header check refuses the message, once it is there.
expect_fate 2 'bounced: spamdetected' filter.doi@au.example
# Who wrote the bounce, and the address it names.
expect "refused in the session" "$(bounce_of gone.sato@docomo.example .reporting_mta)" mx.shop.example
expect "returned by the receiver" "$(bounce_of gone.kudo@nifty.example .reporting_mta)" mx.test
expect "returned by the forward's host" "$(bounce_of h10.takeda@alumni.example .reporting_mta,.final_recipient)" \
  "mail.alumni.example gone.takeda@docomo.example"
expect "over verified TLS" "$(jq -r 'select(.event == "delivered").tls' sent-1.jsonl | sort | uniq -c | xargs)" "281 verified"
for words in 'Greylisted, please try again later' '421 4.3.2'; do
  grep -q "status=deferred .*$words" shop/log || wrong "nobody was told '$words'"
done
check_records ./*.jsonl
exit $failed
