#!/bin/sh
# Builds the image as ops/Containerfile says and runs its two commands, with a store of its own. Run by `unshare --mount` as root; ends with 77 where
# no container can be started here.
#   contain.sh CONTAINERFILE CONTEXT BASE WHEELS FOLDER
#     BASE    a root file system, taken for the base image that the file names; WHEELS  seen as /wheels while the image is built
#     FOLDER  holds papers/ and index/, the volumes; gets what was seen, a file each
set -e
file=$1 context=$2 base=$3 wheels=$4 folder=$5
cannot() { echo "no container here: $1" >&2; exit 77; }
mount --make-rprivate / || cannot "mounts cannot be private"
# crun takes control groups of one version only: where both are mounted, the newer is left out of sight.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = tmpfs ] && [ -d /sys/fs/cgroup/unified ]; then umount -l /sys/fs/cgroup/unified || true; fi
running=$(mktemp -d) # podman wants a short path here
trap 'rm -rf "$running"' EXIT
pod="podman --root $folder/store --runroot $running --cgroup-manager cgroupfs"
# Podman asks for more than the limits of this process, which only a machine's first root may raise.
limits="--ulimit nofile=4096:4096 --ulimit nproc=4096:4096"
quiet="--network none --cgroups=disabled $limits"

image=$(sed -n 's/^FROM \([^ ]*\).*/\1/p' "$file" | head -n 1)
tar -C "$base" -c . | $pod import --quiet --change "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" - "$image" >/dev/null || cannot "nothing is imported"
$pod run --rm $quiet "$image" /bin/sh -c 'exit 0' || cannot "nothing is run"
$pod build --pull=never --format docker --isolation chroot --volume "$wheels:/wheels:ro" --file "$file" --tag bangfu "$context" >&2

chown -R 10001 "$folder/index"
$pod run --rm $quiet --read-only --tmpfs /tmp --volume "$folder/papers:/papers:ro" --volume "$folder/index:/index" bangfu build /papers --index /index >&2
$pod run --detach --name served $quiet --read-only --tmpfs /tmp --volume "$folder/index:/index" bangfu >&2
for _ in $(seq 100); do $pod healthcheck run served >/dev/null 2>&1 && break; sleep 0.3; done
$pod healthcheck run served >"$folder/health" 2>&1 && echo healthy >"$folder/health"
$pod exec served id -u >"$folder/user"
$pod exec served python -c 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:8000/search?q=%E5%B8%AE%E6%89%B6").status)' >"$folder/search"
$pod exec served sh -c 'echo x > /anywhere' 2>"$folder/refused" && echo written >"$folder/refused"
$pod stop --time 20 served >/dev/null
$pod inspect --format '{{.State.ExitCode}}' served >"$folder/exit"
$pod rm served >/dev/null
