#!/usr/bin/env bash
# tools/tarball.sh [FOLDER]: builds gatehouse-VERSION-PLATFORM.tar.gz in FOLDER (the current one unless told) and prints
# its path. In it is the gateway with all that it needs but Node.js, the embedded PostgreSQL of this platform, and a unit
# for systemd.
set -euo pipefail
folder="$(mkdir -p "${1:-.}" && cd "${1:-.}" && pwd)"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly PNPM="npx -y pnpm@10.34.9"
version="$(node -p 'require("./apps/gatehouse/package.json").version')"
name="gatehouse-$version-$(node -p 'process.platform + "-" + process.arch')"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# In a copy: what pnpm deploys without the developers' packages, it would from then on take for the repository's state.
mkdir "$work/source"
tar --exclude-vcs --exclude=node_modules --exclude=dist --exclude='*.tsbuildinfo' --exclude=./data --exclude=./secrets \
  --exclude='./.env*' -cf - . | tar -C "$work/source" -xf -
(
  cd "$work/source"
  export CI=true
  $PNPM install --frozen-lockfile --prefer-offline
  $PNPM run build:gatehouse
  $PNPM --filter @gatehouse/gatehouse deploy --prod "$work/$name"
) >&2
cp deploy/systemd/gatehouse.service LICENSE README.md "$work/$name/"
cp -R docs examples "$work/$name/"
# As root and as anybody else, the same files for everybody.
chmod -R u=rwX,go=rX "$work/$name"
tar -C "$work" --owner=0 --group=0 --sort=name -czf "$folder/$name.tar.gz" "$name"
echo "$folder/$name.tar.gz"
