#!/bin/sh
# Puppet's agent. AGENT_NAME: its certname. AGENT_JOIN_TOKEN: the secret of an autosign rule.
set -eu
. "$(dirname "$0")/common.sh"

mkdir -p "$home/conf"
if [ -n "${AGENT_JOIN_TOKEN:-}" ]; then
  (umask 077 && printf 'custom_attributes:\n  challengePassword: "%s"\n' "$AGENT_JOIN_TOKEN" >"$home/conf/csr_attributes.yaml")
fi

# The authority is trusted as Puppet does it: its agent fetches the certificates itself, and holds them to
# AGENT_CA_SHA256 where that is given.
run() {
  status=0
  puppet agent --test --waitforcert 10 --color false \
    --confdir "$home/conf" --vardir "$home/var" --ssldir "$home/ssl" --rundir "$home/run" --logdir "$home/log" --publicdir "$home/public" \
    --server "$server" --serverport "$port" --certname "${AGENT_NAME:?a certname}" \
    ${AGENT_CA_SHA256:+--ca_fingerprint "$(ca_sha256)"} || status=$?
  # 2: it changed something.
  [ "$status" = 2 ] || return "$status"
}
every run
