#!/usr/bin/env bash
# A network that lets nobody connect to port 25 looks like servers that are silent there: the end of the run says so, once.
. "$(dirname "$0")/lib/servers.bash"
own_network "$0"
cd "$T"
# A server whose queue of connections is full says nothing to those who come.
/usr/bin/python3 - 127.0.0.8 127.0.0.9 <<'PY' &
import signal, socket, sys
kept = []
for address in sys.argv[1:]:
    server = socket.socket()
    server.bind((address, 25))
    server.listen(0)
    kept.append(server)
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex((address, 25))
        kept.append(client)
open("full", "w").close()
signal.pause()
PY
server_pids+=($!)
wait_until 20 test -e full || fail "no silent servers"
printf 'From: Shop <news@shop.example>\nSubject: Hello\n\nHello\n' >spring.eml
for i in 1 2 3 4; do printf '{"email":"u%d@receiver.example"}\n' $i; done >list.jsonl
send() { # send CAMPAIGN OPTION…
  mail-send --transactional --skip-preflight -t spring.eml --campaign "$1" --helo shop.example --tls none --once \
    --journal "$1.journal" "${@:2}" list.jsonl >"$1.jsonl" 2>"$1.err" || true
}
send silent --timeout 1 --relay smtp://127.0.0.8 --relay smtp://127.0.0.9
expect "told once" "$(grep -c 'no connection to port 25 came about (2 servers tried, all silent)' silent.err)" 1
expect "with what to do" "$(grep -c 'port 587 or 465' silent.err)" 1
expect "nobody was mailed" "$(jq -r 'select(.event == "delivered")' silent.jsonl)" ""

# A server that refuses the connection is no such network.
send refused --timeout 3 --relay smtp://127.0.0.8 --relay smtp://127.0.0.10
expect "not told" "$(grep -c 'no connection to port 25' refused.err || true)" 0
