# A Debian root for each MTA, sourced by cause-bounces: a base made once with debootstrap, and the files that
# installing the MTA's packages adds or changes, as an overlay's upper folder.

# build_root MTA PACKAGE…: installs into $CAUSE_CACHE/MTA, unless an earlier run did.
build_root() {
  local mta=$1 dir=$CAUSE_CACHE/$1 base=$CAUSE_CACHE/base
  shift
  [ ! -f "$dir/done" ] || return 0
  if [ ! -f "$base.done" ]; then
    command -v debootstrap >/dev/null || { echo "cause-bounces: error: debootstrap is not installed" >&2; return 1; }
    echo "making a Debian root in $base" >&2
    rm -rf "$base"
    mkdir -p "$base"
    debootstrap --variant=minbase bookworm "$base" >"$base.log" 2>&1 || { tail "$base.log" >&2; return 1; }
    # The machine's own sources and trust: it may use a mirror.
    rm -f "$base/etc/apt/sources.list"
    cp -r /etc/apt/sources.list.d "$base/etc/apt/"
    touch "$base.done"
  fi
  echo "installing $*" >&2
  rm -rf "$dir"
  mkdir -p "$dir/up" "$dir/scratch" "$dir/tree"
  mount -t overlay overlay -o "lowerdir=$base,upperdir=$dir/up,workdir=$dir/scratch" "$dir/tree"
  mount -t proc proc "$dir/tree/proc"
  private_dev "$dir/tree"
  cp /etc/resolv.conf "$dir/tree/etc/resolv.conf"
  # The packages' scripts start no service and find the name of the scene.
  printf '#!/bin/sh\nexit 101\n' >"$dir/tree/usr/sbin/policy-rc.d"
  chmod 755 "$dir/tree/usr/sbin/policy-rc.d"
  hostname mail.example.jp
  echo '127.0.0.1 localhost mail.example.jp mail' >"$dir/tree/etc/hosts"
  echo mail.example.jp >"$dir/tree/etc/hostname"
  echo example.jp >"$dir/tree/etc/mailname"
  {
    in_root "$dir/tree" apt-get update &&
      in_root "$dir/tree" apt-get install -y --no-install-recommends "$@"
  } >"$dir/log" 2>&1 || { tail "$dir/log" >&2; return 1; }
  touch "$dir/done"
}

# private_dev ROOT: a /dev of its own, so that no socket or terminal is the machine's.
private_dev() {
  local row name major minor
  mount -t tmpfs -o mode=755 tmpfs "$1/dev"
  for row in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r name major minor <<<"$row"
    mknod -m 666 "$1/dev/$name" c "$major" "$minor"
  done
  ln -s /proc/self/fd "$1/dev/fd"
  mkdir -m 1777 "$1/dev/shm"
}

# in_root ROOT COMMAND…: runs it there with a bare environment.
in_root() {
  local root=$1
  shift
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/ LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
    chroot "$root" "$@"
}
