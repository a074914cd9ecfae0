#!/usr/bin/env bash
# Puppet 8 beside the Puppet of Debian 12: the agent and the library of Debian 13's packages, run by this machine's Ruby.
#
#   tools/puppet-8.sh FOLDER             lays it out
#   PATH="FOLDER/bin:$PATH" puppet …     is its agent; so does a gateway started with that PATH compile with its library
#
# Debian signs what is fetched; nothing is installed, and the machine's lists of packages stay as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=tools/debian-mirror.sh
. tools/debian-mirror.sh

folder="${1:?usage: tools/puppet-8.sh FOLDER}"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/bin"
folder="$(cd "$folder" && pwd)"

cat >"$folder/apt/sources.list" <<EOF
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) trixie main
EOF
apt() {
  apt-get -qq -o "Dir::Etc::SourceList=$folder/apt/sources.list" -o Dir::Etc::SourceParts=- \
    -o "Dir::State::Lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt/cache" -o APT::Sandbox::User= "$@"
}
apt update
(cd "$folder/apt" && apt download puppet-agent facter ruby-deep-merge ruby-puppet-resource-api ruby-semantic-puppet)
for package in "$folder"/apt/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
rm -rf "$folder/apt"

# Who starts Ruby may name a library too, and that one comes first. bash leaves PWD and the like behind: modules' code is
# to find nothing in its environment but what the gateway gives it.
cat >"$folder/bin/ruby" <<EOF
#!/bin/bash
own=()
if [ "\${1:-}" = -I ]; then own=(-I "\$2"); shift 2; fi
exec env -u PWD -u OLDPWD -u SHLVL -u _ $(command -v ruby) "\${own[@]}" -I "$folder/root/usr/lib/ruby/vendor_ruby" "\$@"
EOF
cat >"$folder/bin/puppet" <<EOF
#!/bin/bash
exec "$folder/bin/ruby" "$folder/root/usr/bin/puppet" "\$@"
EOF
chmod 0755 "$folder" "$folder/bin"/*
