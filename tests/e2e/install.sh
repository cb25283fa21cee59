#!/usr/bin/env bash
# What `cmake --install` and the Debian package hold: binaries, manuals, data files and completions; and that
# a completion completes.
. "$(dirname "$0")/lib/servers.bash"
build=$HAGAKI_BIN/..
cmake --install "$build" --prefix "$T/usr" >"$T/install.log" || fail "cmake --install"
(cd "$T" && cpack -G DEB -D CPACK_DEBIAN_COMPRESSION_TYPE=none --config "$build/CPackConfig.cmake" -B "$T/deb" >"$T/cpack.log" 2>&1) || { tail "$T/cpack.log"; fail "cpack"; }
dpkg-deb -c "$T"/deb/*.deb | awk '{print $6}' | sed 's|^\./usr/||' | grep -v '/$' | sort >"$T/in-package"
(cd "$T/usr" && find . -type f | sed 's|^\./||' | sort) >"$T/in-prefix"
for tool in mx-harvest list-prune mail-send bounce-parse dnsbl-check mail-rehearse; do
  for file in bin/$tool share/man/man1/$tool.1 share/bash-completion/completions/$tool \
    share/zsh/vendor-completions/_$tool share/fish/vendor_completions.d/$tool.fish; do
    grep -qx "$file" "$T/in-prefix" || fail "not installed: $file"
    grep -qx "$file" "$T/in-package" || fail "not in the package: $file"
  done
  "$T/usr/bin/$tool" --version | grep -q "^$tool (hagaki) " || fail "$tool --version"
done
for file in share/man/man5/hagaki-records.5 share/man/man5/hagaki-journal.5 share/man/man7/hagaki.7 share/hagaki/zones.json share/hagaki/reasons.json \
  share/hagaki/policy.toml share/doc/hagaki/LICENSE; do
  grep -qx "$file" "$T/in-package" || fail "not in the package: $file"
done
expect "the package names its libraries" "$(dpkg-deb -f "$T"/deb/*.deb Depends | grep -cE 'libcurl4.*libsqlite3-0|libsqlite3-0.*libcurl4')" 1

. "$T/usr/share/bash-completion/completions/mail-send"
COMP_WORDS=(mail-send --tls '') COMP_CWORD=2 COMPREPLY=()
_mail_send
expect "bash completes a choice" "${COMPREPLY[*]}" "none may require"
COMP_WORDS=(mail-send --rela) COMP_CWORD=1 COMPREPLY=()
_mail_send
expect "bash completes an option" "${COMPREPLY[*]}" "--relay"
