#!/usr/bin/env bash
# mx-harvest on a web site (nginx): what robots.txt forbids is never asked for, loops and redirections end, large,
# packed and slow pages are bounded, pages are read in whatever encoding, and each record says where it stood.
. "$(dirname "$0")/lib/servers.bash"
needs nginx curl
cd "$T"
port=$(free_port)
other=$(free_port)
odd=$(free_port)
mkdir -p site other logs temp
site=http://127.0.0.1:$port

cat >nginx.conf <<Z
daemon off;
worker_processes 1;
pid $T/nginx.pid;
error_log $T/logs/error.log;
events { worker_connections 64; }
http {
  access_log $T/logs/access.log;
  client_body_temp_path $T/temp/body; proxy_temp_path $T/temp/proxy; fastcgi_temp_path $T/temp/fastcgi;
  uwsgi_temp_path $T/temp/uwsgi; scgi_temp_path $T/temp/scgi;
  types { text/html html; text/plain txt; image/png png; }
  default_type "";
  server {
    listen 127.0.0.1:$port;
    root $T/site;
    location = /loop-a { return 302 /loop-b; }
    location = /loop-b { return 302 /loop-a; }
    location = /moved { return 301 /contact.html; }
    location = /away { return 302 http://127.0.0.1:$other/landing.html; }
    location = /to-file { return 302 file:///etc/passwd; }
    location = /to-private { return 302 http://192.168.255.254/; }
    location = /gone { return 410; }
    location = /broken { return 500; }
    location = /login { return 401; }
    location = /euc.html { add_header Content-Type "text/html; charset=EUC-JP"; types {} default_type ""; }
    location = /lie.html { types {} default_type "text/html; charset=iso-8859-1"; }
    location = /packed.html { add_header Content-Encoding gzip; types {} default_type text/html; }
    location = /bomb.html { add_header Content-Encoding gzip; types {} default_type text/html; }
    location = /slow.html { limit_rate 20; }
    location = /no-type { types {} default_type ""; }
  }
  server {
    listen 127.0.0.1:$odd;
    root $T/other;
    location = /robots.txt { return 302 ftp://127.0.0.1/robots.txt; }
  }
  server {
    listen 127.0.0.1:$other;
    root $T/other;
  }
}
Z

page() { cat >"site/$1"; }
cat >site/robots.txt <<'Z'
User-agent: *
Disallow: /

User-agent: hagaki
Disallow: /private/
Disallow: /*.cgi$
Allow: /private/open.html
Z
page index.html <<'Z'
<html><head><title>Shop &amp; Co</title></head><body>
<a href="contact.html">contact</a> <a href="/private/staff.html">staff</a> <a href="private/open.html#x">open</a>
<a href="/do.cgi">form</a> <a href="index.html">home</a> <a href="deep/a.html">deep</a> <a href="/gone">gone</a>
<a href="/x/%2e%2e/private/escaped.html">escaped</a> <a href="/contact%2Ehtml">again</a>
<a href="logo.png">logo</a> <a href="http://127.0.0.1:9/elsewhere">elsewhere</a> <a rel=nofollow href="nofollow.html">no</a>
<a href="mailto:first%40shop.example?cc=second@shop.example">mail</a>
</body></html>
Z
page contact.html <<'Z'
<html><title>Contact</title><p>info@shop.example<p>Info@Shop.Example again<p>sales [at] shop [dot] example</html>
Z
mkdir -p site/private site/deep
echo '<p>staff@shop.example' | page private/staff.html
echo '<p>escaped@shop.example' | page private/escaped.html
echo '<title>Open</title><p>open@shop.example' | page private/open.html
echo '<a href=b.html>b</a><p>a@deep.example' | page deep/a.html
echo '<a href=a.html>a</a><a href=../index.html>home</a><p>b@deep.example' | page deep/b.html
echo '<p>hidden@shop.example' | page nofollow.html
echo 'PNG info@png.example' | page logo.png
echo '<title>Landing</title><p>landing@other.example' >other/landing.html
# Encodings: by the header, by meta, by a byte order mark, by themselves; a header that lies.
japanese='<title>会社概要</title><p>お問い合わせは窓口@までinfo@ENC.exampleへ。<p>営業メールはお断りいたします。'
enc() { printf '%s' "${japanese/ENC/$1}"; }
enc euc | iconv -t euc-jp | page euc.html
{ echo '<meta charset="Shift_JIS">'; enc sjis; } | iconv -t cp932 | page sjis.html
{ echo '<meta http-equiv=Content-Type content="text/html; charset=iso-2022-jp">'; enc jis; } | iconv -t iso-2022-jp | page jis.html
{ printf '\377\376'; enc utf16 | iconv -t utf-16le; } | page utf16.html
enc utf8 | page utf8.html
enc lie | page lie.html
printf '<title>x</title><p>packed@shop.example' | gzip -c | page packed.html
{ printf '<p>bomb@shop.example<p>'; head -c 200000000 /dev/zero | tr '\0' ' '; } | gzip -c | page bomb.html
printf '<p>large@shop.example<p>' | page large.html
truncate -s 1G site/large.html
{ printf '<p>slow@shop.example'; head -c 4000 /dev/zero | tr '\0' ' '; } | page slow.html
echo '<p>no-type@shop.example' | page no-type
echo 'text@shop.example. Unsolicited commercial e-mail is not welcome.' | page plain.txt

nginx -c "$T/nginx.conf" -p "$T" 2>logs/start &
server_pids+=($!)
wait_until 10 curl -sf -o /dev/null "http://127.0.0.1:$other/landing.html"

harvest() { timeout 60 mx-harvest --no-dns --allow-private --pause 0 --at 2026-11-21T09:00:00Z "$@"; }
told() { jq -r '[.email, (.provenance.ref | sub("^http://127.0.0.1:[0-9]+"; "")), .provenance.title // "-", .provenance.no_ads_notice] | map(tostring) | join(" | ")' "$1"; }
is() { told out >got; diff want got >differ || { cat differ err >&2; fail "$1"; }; echo "ok: $1"; }
asked() { grep -c "\"GET $1 " logs/access.log || true; }

# --- one page
: >logs/access.log
harvest "$site/contact.html" >out 2>err || fail "one page: exit $?: $(cat err)"
cat >want <<'Z'
info@shop.example | /contact.html | Contact | false
sales@shop.example | /contact.html | Contact | false
Z
is "a page, and each address once"
check_records out
expect "provenance" "$(jq -c '.provenance | del(.ref)' out | head -1)" '{"method":"web","at":"2026-11-21T09:00:00.000Z","title":"Contact","no_ads_notice":false}'
expect "who asks" "$(grep -c 'hagaki/[0-9.]* (mx-harvest)' logs/access.log)" 2

# --- a site
: >logs/access.log
harvest --depth 3 "$site/" >out 2>err || fail "a site: exit $?: $(cat err)"
cat >want <<'Z'
first@shop.example | / | Shop & Co | false
second@shop.example | / | Shop & Co | false
info@shop.example | /contact.html | Contact | false
sales@shop.example | /contact.html | Contact | false
open@shop.example | /private/open.html | Open | false
first@shop.example | /index.html | Shop & Co | false
second@shop.example | /index.html | Shop & Co | false
a@deep.example | /deep/a.html | - | false
b@deep.example | /deep/b.html | - | false
Z
is "a site, breadth first"
for forbidden in /private/escaped.html /x/%2e%2e/private/escaped.html /private/staff.html /do.cgi /nofollow.html /elsewhere; do
  expect "never asked for: $forbidden" "$(asked "$forbidden")" 0
done
expect "each page once" "$(awk '{ print $7 }' logs/access.log | sort | uniq -d)" ""
grep -q 'private/staff.html: robots.txt forbids it' err || fail "forbidden pages are told: $(cat err)"
grep -q 'gone: the web server answers with status 410' err || fail "a page that is gone is told"
grep -q 'logo.png: it is image/png' err || fail "a picture is told"
harvest --depth 3 --max-pages 2 "$site/" 2>err | jq -r .email | sort -u | wc -l >n
expect "no more pages than wanted" "$(cat n) $(grep -c 'pages known and not read' err)" "4 1"

# --- redirections
harvest "$site/moved" >out 2>err || fail "moved: $(cat err)"
expect "where a page was in the end" "$(jq -r .provenance.ref out | head -1)" "$site/contact.html"
harvest "$site/away" >out 2>err || fail "away: $(cat err)"
expect "to another host, for a page that was named" "$(jq -r .email out)" landing@other.example
wrong() { # NAME URL EXIT MESSAGE [OPTION…]
  local name=$1 url=$2 want=$3 message=$4 got=0
  shift 4
  harvest "$@" "$url" >out 2>err || got=$?
  expect "$name" "$got $(grep -c -- "$message" err) $(wc -c <out)" "$want 1 0"
}
wrong "a loop" "$site/loop-a" 69 'more than 5 redirections'
wrong "to a file" "$site/to-file" 69 'redirects to file:///etc/passwd: neither an http nor an https URL'
wrong "gone" "$site/gone" 66 'status 410'
wrong "not there" "$site/nothing" 66 'status 404'
wrong "behind a login" "$site/login" 66 'status 401'
wrong "broken" "$site/broken" 75 'status 500'
wrong "forbidden" "$site/private/staff.html" 77 'robots.txt forbids it'
wrong "nobody there" "http://127.0.0.1:$(free_port)/" 75 'robots.txt cannot be read'
wrong "a robots.txt that leads nowhere" "http://127.0.0.1:$odd/landing.html" 69 'robots.txt cannot be read'
wrong "a password with a slash in it" "http://me:sec/ret@127.0.0.1:$port/" 65 'Port number'
expect "which nobody reads either" "$(grep -c 'sec/' err)" 0
wrong "a password in a URL" "http://me:secret@127.0.0.1:$port/" 69 'user or password'
expect "which nobody reads" "$(grep -c secret err)" 0
got=0
timeout 60 mx-harvest --no-dns --pause 0 "$site/contact.html" "http://localhost:$port/" "http://[::1]:$port/" >out 2>err || got=$?
expect "private addresses" "$got $(grep -c 'private network' err) $(wc -c <out)" "77 3 0"
: >logs/access.log
got=0
timeout 60 mx-harvest --no-dns --pause 0 "$site/to-private" >out 2>err || got=$?
expect "nothing was asked of them" "$got $(wc -l <logs/access.log)" "77 0"

# --- a host that fails
{ for i in 1 2 3 4 5 6 7 8; do echo "<a href=/broken?$i>$i</a>"; done; echo '<p>info@failing.example'; } | page failing.html
: >logs/access.log
harvest --depth 1 "$site/failing.html" >out 2>err || fail "a host that fails: exit $?: $(cat err)"
expect "five failures in a row end it" "$(grep -c 'GET /broken' logs/access.log) $(grep -c '3 more are not asked for' err) $(wc -l <out)" "5 1 1"

# --- encodings, packing, size
harvest "$site/euc.html" "$site/sjis.html" "$site/jis.html" "$site/utf16.html" "$site/utf8.html" "$site/lie.html" \
  >out 2>err || fail "encodings: exit $?: $(cat err)"
for name in euc sjis jis utf16 utf8 lie; do echo "info@$name.example | /$name.html | 会社概要 | true"; done >want
is "a page in each encoding, with its notice"
harvest "$site/packed.html" "$site/no-type" "$site/plain.txt" >out 2>err || fail "packed: $(cat err)"
cat >want <<'Z'
packed@shop.example | /packed.html | x | false
no-type@shop.example | /no-type | - | false
text@shop.example | /plain.txt | - | true
Z
is "a packed page, one without a type, and a text"
for name in large bomb; do
  got=0
  /usr/bin/env time -f %M -o peak timeout 60 mx-harvest --no-dns --allow-private --pause 0 --max-page 4 "$site/$name.html" >out 2>err || got=$?
  expect "$name" "$got $(jq -r .email out) $(grep -c 'longer than --max-page' err)" "65 $name@shop.example 1"
  [ "$(tail -1 peak)" -lt 300000 ] || fail "$name: $(cat peak) KiB"
done
wrong "slow" "$site/slow.html" 75 'no answer in time'
