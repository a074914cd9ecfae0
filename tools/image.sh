#!/usr/bin/env bash
# The images of Dockerfile and deploy/agents/Dockerfile on a machine without a container engine: Debian 12, as root,
# with buildah and debootstrap.
#
#   tools/image.sh build FOLDER slim|runtime|agents     builds one; FOLDER keeps what the next build can use again
#   tools/image.sh run FOLDER slim|runtime [ARGS…]      runs it: its user, its command, a read-only root
#   tools/image.sh inspect FOLDER slim|runtime|agents   its configuration, as JSON
#   tools/image.sh clean FOLDER                         takes all of it away: what is mounted there, and the folder
#
# The bases are not those of a registry: Debian as debootstrap lays it out, and in it the Node.js of this machine, under
# the names that the Dockerfiles call them by. All else is built and run as the Dockerfile says.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/debian-mirror.sh
. tools/debian-mirror.sh

die() { echo "image.sh: $*" >&2; exit 2; }
usage="usage: tools/image.sh build|run|inspect FOLDER slim|runtime|agents, or clean FOLDER"
action="${1:?$usage}" folder="${2:?$usage}" target="${3:-}"
[ "$action" = clean ] || : "${target:?$usage}"
shift $(($# > 3 ? 3 : $#))
[ "$(id -u)" = 0 ] || die "needs root: it lays out file systems with their owners"
for program in buildah debootstrap; do
  command -v "$program" >/dev/null || die "needs $program (apt-get install $program)"
done
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
# What buildah makes of a running root is nobody's business but this folder's.
export BUILDAH_ISOLATION=chroot
buildah() { command buildah --root "$folder/storage" --runroot "$folder/run" "$@"; }

readonly DEBIAN=docker.io/library/debian:bookworm-slim
node_image() { sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile; }

lay_out_debian() {
  local root="$folder/debian"
  if [ -e "$root.done" ]; then return 0; fi
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$(mirror)" >"$folder/debootstrap.log" 2>&1 \
    || { tail -n 20 "$folder/debootstrap.log" >&2; return 1; }
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  # Where this machine trusts more than Debian does, packages come through that.
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  touch "$root.done"
}

# commit ROOT NAME [CONFIG…]
commit() {
  local root=$1 name=$2 container
  shift 2
  container="$(buildah from scratch)"
  buildah add -q "$container" "$root" / >/dev/null
  buildah config "$@" --cmd bash "$container"
  buildah commit -q --rm --format docker "$container" "$name" >/dev/null
}

base_of_agents() {
  if buildah inspect --type image "$DEBIAN" >/dev/null 2>&1; then return 0; fi
  lay_out_debian && commit "$folder/debian" "$DEBIAN"
}

base_of_gateway() {
  local root="$folder/debian-node" registry
  if buildah inspect --type image "$(node_image)" >/dev/null 2>&1; then return 0; fi
  lay_out_debian || return 1
  rm -rf "$root" && cp -a "$folder/debian" "$root"
  install -m 0755 "$(command -v node)" "$root/usr/local/bin/node"
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -a "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"
  chroot "$root" useradd --uid 1000 --create-home --shell /bin/bash node
  registry="$(npm config get registry)"
  commit "$root" "$(node_image)" --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    --env npm_config_registry="$registry"
  rm -rf "$root"
}

build() {
  local context=. options=()
  if [ "$target" = agents ]; then
    base_of_agents
    context=deploy/agents
  else
    base_of_gateway
    options=(--target "$target")
  fi
  # No layer of its own for each line: where there is no overlay, each would be a copy of the whole.
  buildah build --layers=false --pull-never --network host --format docker "${options[@]}" -t "gatehouse-image:$target" "$context"
  buildah images --format '{{.Name}}:{{.Tag}} {{.Size}}'
}

inspect() { buildah inspect --type image "gatehouse-image:$target" | node -e '
  const { Docker } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log(JSON.stringify(Docker.config));'; }

# of KEY: of the image's configuration, an item to a line.
of() { inspect | node -e '
  const config = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log([config[process.argv[1]] ?? []].flat().join("\n"));' "$1"; }

# As compose has it: read_only, cap_drop ALL, no-new-privileges, a tmpfs on /tmp, the volume for the data (FOLDER/data).
# GATEHOUSE_* and DATABASE_URL go in. The network and the users are this machine's: namespaces of mounts and processes
# with chroot are no container. SIGTERM is for the program itself, which is the child of this process.
run() {
  local container="gatehouse-run-$target" root env=() command=() volume="$folder/data"
  buildah inspect --type container "$container" >/dev/null 2>&1 ||
    buildah from --pull-never --name "$container" "gatehouse-image:$target" >/dev/null
  root="$(buildah mount "$container")"
  mapfile -t env < <(of Env)
  mapfile -t command < <(of Entrypoint)
  if [ "$#" -gt 0 ]; then command+=("$@"); else mapfile -t -O "${#command[@]}" command < <(of Cmd); fi
  install -d -o 1000 -g 1000 -m 0700 "$volume"
  # Settings of the caller go in, as `docker run -e` takes them.
  while IFS= read -r -d '' setting; do
    case "$setting" in GATEHOUSE_*=* | DATABASE_URL=*) env+=("$setting") ;; esac
  done < <(env -0)
  # shellcheck disable=SC2016 # expanded by the shell within
  exec unshare --mount --pid --fork --kill-child=SIGKILL --propagation private sh -euc '
    root=$1 volume=$2
    shift 2
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount --bind "$volume" "$root/var/lib/gatehouse"
    for file in /etc/resolv.conf /etc/hosts; do touch "$root$file" && mount --bind "$file" "$root$file"; done
    mount -o remount,bind,ro "$root"
    exec chroot "$root" env -i "$@"' sh "$root" "$volume" --chdir="$(of WorkingDir)" "${env[@]}" \
    setpriv --reuid=1000 --regid=1000 --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all "${command[@]}"
}

clean() {
  # Whatever else it is: a home, or this repository for `.`.
  if [ ! -d "$folder/storage" ] && [ ! -d "$folder/debian" ]; then
    rmdir "$folder" 2>/dev/null || die "$folder holds nothing that this made: it is left as it is"
    return 0
  fi
  if [ -d "$folder/storage" ]; then
    buildah umount --all >/dev/null
    buildah rm --all >/dev/null
    # Where the storage driver keeps a mount of its own.
    umount "$folder"/storage/overlay 2>/dev/null || true
  fi
  rm -rf "$folder"
}

case "$action" in build | run | inspect | clean) "$action" "$@" ;; *) die "$usage" ;; esac
