#!/usr/bin/env bash
# POP before SMTP: a relay that takes mail only when somebody has just logged in to a real Dovecot's mailbox. A login that
# is refused is told before anybody is mailed.
. "$(dirname "$0")/lib/servers.bash"
. "$(dirname "$0")/lib/dovecot.bash"
needs dovecot openssl jq
cd "$T"
make_certificates
pop3s_port=$(free_port)
start_dovecot "$(free_port)" "$(free_port)" "$(free_port)" "$pop3s_port"
printf 'correct horse' >password
printf 'wrong' >wrong
chmod 600 password wrong

# The relay denies all while nobody has logged in there.
relay_port=$(free_port)
/usr/bin/python3 - "$relay_port" "$T/dovecot/log" sessions <<'PY' &
import os, socketserver, sys, time
port, log, noted = int(sys.argv[1]), sys.argv[2], sys.argv[3]
# Dovecot writes its log behind its answer: where a login was made the line is waited for.
def logged_in():
    for _ in range(100):
        if "pop3-login: Info: Login: user=<bounce>" in open(log).read(): return True
        if not os.path.exists("expected"): return False
        time.sleep(0.1)
    return False
class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())
    def handle(self):
        self.say("220 relay.example ESMTP")
        for line in self.rfile:
            word = line.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                open(noted, "a").write("session\n")
                self.say("250 relay.example")
            elif word == b"RCPT" and not logged_in(): self.say("554 5.7.1 relaying denied: log in to your mailbox first")
            elif word == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n": pass
                self.say("250 2.0.0 taken")
            elif word == b"QUIT": return self.say("221 bye")
            else: self.say("250 2.0.0 ok")
socketserver.ThreadingTCPServer.daemon_threads = True
socketserver.ThreadingTCPServer(("127.0.0.1", port), Session).serve_forever()
PY
server_pids+=($!)
wait_until 20 port_open "$relay_port" || fail "no relay"
printf 'From: Shop <news@shop.example>\nSubject: Hello\n\nHello\n' >spring.eml
for i in $(seq 20); do printf '{"email":"u%d@receiver.example"}\n' "$i"; done >list.jsonl
send() { # send NAME OPTION…
  timeout 60 mail-send --transactional --skip-preflight -t spring.eml --helo shop.example --tls none --ca-file ca.pem --once \
    --relay "smtp://127.0.0.1:$relay_port" --campaign "$1" --journal "$1.journal" "${@:2}" list.jsonl >"$1.jsonl" 2>"$1.err"
}
pop3s=pop3s://bounce@localhost:$pop3s_port

status=0
send refused --pop-before-smtp "$pop3s" --pop-password-file wrong || status=$?
expect "a login that is refused" "$status $(grep -c "$pop3s: the login before sending: login refused" refused.err)" "77 1"
expect "nobody was mailed" "$(wc -c <refused.jsonl) $(test -e sessions && echo sessions) $(test -e refused.journal && echo journal)" "0  "

status=0
send without || status=$?
expect "without the login the relay takes nothing" "$(jq -r 'select(.event == "delivered")' without.jsonl)" ""
[ "$status" != 0 ] || fail "no login, and all is well"

touch expected
send with --pop-before-smtp "$pop3s" --pop-password-file password || { cat with.err >&2; fail "with the login: $?"; }
expect "with it, it takes all" "$(jq -r 'select(.event == "delivered").email' with.jsonl | wc -l)" 20
expect "the login before the run is that of its first session too" "$(grep -c 'pop3-login: Info: Login: user=<bounce>' dovecot/log)" 1
check_records with.jsonl
