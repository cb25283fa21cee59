#!/usr/bin/env bash
# What --check finds of a relay: one that takes less, one that refuses, one that is not there; and what a campaign makes
# of a message that the relay's EHLO rules out.
. "$(dirname "$0")/lib/servers.bash"
cd "$T"
# relay PORT GREETING EHLO-LINES…: a server that offers these, refuses every login, and takes any message.
cat >relay.py <<'PY'
import socketserver, sys
port, greeting, offers = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
class Session(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")
    def handle(self):
        self.say(greeting)
        for raw in self.rfile:
            verb = raw.split()[0].upper() if raw.split() else b""
            if verb == b"EHLO":
                lines = ["relay.test"] + offers
                for i, line in enumerate(lines):
                    self.say(("250 " if i + 1 == len(lines) else "250-") + line)
            elif verb == b"AUTH":
                self.say("535 5.7.8 wrong password")
            elif verb == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() not in (b".\r\n", b""):
                    pass
                self.say("250 2.0.0 taken")
            elif verb == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 2.0.0 ok")
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("127.0.0.1", port), Session).serve_forever()
PY
relay() {
  /usr/bin/python3 relay.py "$@" 2>>relay.log &
  server_pids+=($!)
  wait_until 20 port_open "$1" || fail "the relay does not listen"
}
wide=$(free_port) && relay "$wide" "220 ready" PIPELINING 8BITMIME SMTPUTF8 "SIZE 1000000" "AUTH PLAIN"
narrow=$(free_port) && relay "$narrow" "220 ready" "SIZE 300" "AUTH PLAIN"
closed=$(free_port) && relay "$closed" "554 5.7.1 go away"
nobody=$(free_port)

printf 'From: shop@sender.test\nSubject: x\n\nHello, see https://sender.test/\n' >letter.eml
printf 'From: 店@sender.test\nSubject: x\n\nHello, see https://sender.test/\n' >utf8.eml
echo '{"email":"you@shop.example"}' >list.jsonl
# checked WANT PORT OPTION…: what --check says of the relay.
checked() {
  local want=$1 port=$2 status=0
  shift 2
  mail-send --check --json --transactional -t "${template:-letter.eml}" --helo client.test --relay "smtp://127.0.0.1:$port" "$@" >out 2>err || status=$?
  [ $status -le 1 ] || { cat err >&2; fail "port $port $*: mail-send ends with $status"; }
  expect "port ${want:-fine} $*" "$(jq -r 'select(.id | startswith("relay-")).id' out | sort | paste -sd' ')" "$want"
}
checked "" "$wide"
template=utf8.eml checked "" "$wide"
checked relay-size "$narrow"
template=utf8.eml checked "relay-no-smtputf8 relay-size" "$narrow"
checked relay-refuses "$closed"
checked relay-unreachable "$nobody"
checked relay-certificate "$wide" --tls require
(umask 077; echo wrong >password)
checked relay-login "$wide" --tls none --user me --password-file password

# --- the campaign itself: refused here, and not by the server
sent() {
  mail-send -q --transactional -t "$1" --campaign "$2" --helo client.test --tls none --attempts 1 --relay "smtp://127.0.0.1:$3" list.jsonl >out 2>err || true
  jq -r 'select(.type == "delivery") | [.event, .said_by, .status // ""] | join(" ")' out
}
expect "larger than SIZE" "$(sent letter.eml large "$narrow")" "failed local 5.3.4"
expect "a sender that needs SMTPUTF8" "$(sent utf8.eml utf8 "$narrow")" "failed local 5.6.7"
expect "where it is offered" "$(sent utf8.eml wide "$wide" | cut -d' ' -f1,2)" "delivered remote"
