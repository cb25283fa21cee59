# Mail hosts with certificates, for tests of what receivers ask for TLS: sourced behind servers.bash.

# make_certificate FILE NAME…: $T/FILE.pem and $T/FILE.key for these names, from the test's CA.
make_certificate() {
  local file=$1 names
  shift
  make_certificates
  names=$(printf ',DNS:%s' "$@")
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/$file.key" -out "$T/$file.csr" \
    -subj /CN=host 2>/dev/null
  openssl x509 -req -in "$T/$file.csr" -CA "$T/ca.pem" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
    -extfile <(echo "subjectAltName=${names#,}") -out "$T/$file.pem" 2>/dev/null
}

# make_self_signed FILE NAME: the same, of nobody's CA.
make_self_signed() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/$1.key" -out "$T/$1.pem" \
    -days 2 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" 2>/dev/null
}

# start_mail_hosts PORT [ADDRESS FILE]…: one Postfix that takes and forgets all mail: at 127.0.0.1 without TLS, at
# each ADDRESS with the certificate in FILE.
start_mail_hosts() {
  local port=$1 i
  make_postfix mx "$port"
  postconf -c "$T/mx/etc" 'default_transport = discard:' 'smtpd_tls_security_level = none'
  for ((i = 2; i < $#; i += 2)); do
    local file=$T/${@:i+1:1}
    printf '%s:%s inet n - n - - smtpd\n' "${!i}" "$port" >>"$T/mx/etc/master.cf"
    printf '  -o %s\n' smtpd_tls_security_level=may "smtpd_tls_cert_file=$file.pem" "smtpd_tls_key_file=$file.key" \
      >>"$T/mx/etc/master.cf"
  done
  start_postfix mx "$port"
  for ((i = 2; i < $#; i += 2)); do
    wait_until 20 port_open "$port" "${!i}" || fail "nobody listens on ${!i}:$port"
  done
}

# show_tls: of the events on stdin, what concerns TLS, a line each, by recipient.
show_tls() {
  jq -r 'select(.type == "delivery") | [.email, .event, .mx // "-", .tls // "-", .tls_policy // "-", .tls_failure // "-"]
    | join(" ")' | sort
}
