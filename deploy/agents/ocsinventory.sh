#!/bin/sh
# OCS Inventory NG's agent for Unix. AGENT_USER, AGENT_PASSWORD: a login.
set -eu
. "$(dirname "$0")/common.sh"
fetch_ca

base64_of() { printf %s "$1" | base64 -w 0; }

run() {
  mkdir -p "$home/ocs"
  # It takes both in Base64 only, and has to be told the realm.
  if [ -n "${AGENT_USER:-}" ]; then
    set -- --realm=Gatehouse --user="$(base64_of "$AGENT_USER")" --password="$(base64_of "$AGENT_PASSWORD")"
  fi
  ocsinventory-agent --info --force --local=0 --basevardir="$home/ocs" --ca="$ca" "$@" --server="https://$server:$port/ocsinventory"
}
every run
