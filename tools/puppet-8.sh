#!/usr/bin/env bash
# Puppet 8 beside the Puppet of Debian 12: the agent and the library of Debian 13's packages, run by this machine's Ruby.
#
#   tools/puppet-8.sh FOLDER             lays it out; ends with 3 where the packages are not to be had from here
#   PATH="FOLDER/bin:$PATH" puppet …     is its agent; so does a gateway started with that PATH compile with its library
#
# Debian signs what is fetched; nothing is installed, and the machine's lists of packages stay as they are.
set -euo pipefail
# shellcheck source=tools/debian-mirror.sh
. "$(dirname "${BASH_SOURCE[0]}")/debian-mirror.sh"

mkdir -p "${1:?usage: tools/puppet-8.sh FOLDER}"
folder="$(cd "$1" && pwd)"
# Not the one of an earlier time.
ruby="$(PATH="${PATH//"$folder/bin:"/}" command -v ruby)" || { echo "puppet-8.sh: there is no ruby" >&2; exit 1; }

from="$(mirror)"
[ -n "$from" ] || { echo "puppet-8.sh: apt's sources name no mirror of Debian" >&2; exit 3; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from trixie main" >"$work/sources.list"
apt() {
  apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- \
    -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User= -o APT::Default-Release= "$@"
}
apt update || exit 3
(cd "$work" && apt download puppet-agent facter ruby-deep-merge ruby-puppet-resource-api ruby-semantic-puppet) || exit 3
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$folder/root"; done

mkdir -p "$folder/bin"
# Who starts Ruby may name a library too, and that one comes first. bash leaves PWD and the like behind: modules' code is
# to find nothing in its environment but what the gateway gives it.
cat >"$folder/bin/ruby" <<EOF
#!/bin/bash
own=()
if [ "\${1:-}" = -I ]; then own=(-I "\$2"); shift 2; fi
exec env -u PWD -u OLDPWD -u SHLVL -u _ "$ruby" "\${own[@]}" -I "$folder/root/usr/lib/ruby/vendor_ruby" "\$@"
EOF
cat >"$folder/bin/puppet" <<EOF
#!/bin/bash
exec "$folder/bin/ruby" "$folder/root/usr/bin/puppet" "\$@"
EOF
chmod 0755 "$folder/bin"/*
