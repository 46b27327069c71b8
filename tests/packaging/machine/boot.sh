#!/bin/sh
# Boots systemd as the first process of namespaces of its own, over this machine's root with everything written kept in memory, and with the unit
# enabled. Run by `unshare` as root; ends with 77 where that cannot be done here.
#   boot.sh UNIT ENVIRONMENT BORROWED PAPERS PROOF
#     ENVIRONMENT  seen as /opt/bangfu, BORROWED (its dependencies) as /opt/bangfu/borrowed, PAPERS (the index) as /var/lib/bangfu
#     PROOF        seen as /proof: holds witness.py, which is run after the unit and leaves told.json there
set -e
unit=$1 environment=$2 borrowed=$3 index=$4 proof=$5
memory=$proof/memory root=$proof/memory/root
cannot() { echo "cannot boot here: $1" >&2; exit 77; }
mount --make-rprivate / || cannot "mounts cannot be private"
mkdir -p "$memory" && mount -t tmpfs bangfu "$memory" || cannot "no file system in memory"
mkdir "$memory/up" "$memory/work" "$root"
mount -t overlay bangfu -o "lowerdir=/,upperdir=$memory/up,workdir=$memory/work" "$root" || cannot "no overlay over /"
mount -t proc proc "$root/proc" && mount -t sysfs sysfs "$root/sys" || cannot "no proc or sys"
mount -t cgroup2 cgroup "$root/sys/fs/cgroup" || cannot "no control groups"
mount -t tmpfs run "$root/run" && mount -t tmpfs tmp "$root/tmp" && mount --rbind /dev "$root/dev" || cannot "no run, tmp or dev"

mkdir -p "$root/opt/bangfu" "$root/var/lib/bangfu" "$root/proof"
mount --bind "$environment" "$root/opt/bangfu"
mkdir -p "$root/opt/bangfu/borrowed"
mount --bind "$borrowed" "$root/opt/bangfu/borrowed"
mount --bind "$proof" "$root/proof"
chroot "$root" useradd --system --no-create-home bangfu
cp -R "$index/." "$root/var/lib/bangfu/"
chroot "$root" chown -R bangfu: /var/lib/bangfu

# Only what is under test, its witness and what systemd itself needs: no service of this machine is started a second time.
rm -rf "$root/etc/systemd/system" && mkdir -p "$root/etc/systemd/system"
cp "$unit" "$root/etc/systemd/system/bangfu.service"
cat >"$root/etc/systemd/system/witness.service" <<X
[Unit]
After=bangfu.service
Wants=bangfu.service
[Service]
Type=oneshot
ExecStart=/usr/bin/python3 -I /proof/witness.py
ExecStopPost=/bin/systemctl --force --force poweroff
X
cat >"$root/etc/systemd/system/witness.target" <<X
[Unit]
Requires=basic.target witness.service
X
exec env -i container=bangfu PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
    /usr/lib/systemd/systemd --system --unit=witness.target --log-target=console --show-status=no
