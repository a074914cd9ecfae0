#!/bin/sh
# FusionInventory Agent. AGENT_USER, AGENT_PASSWORD: a login; letters and digits, for it stands in a URL.
set -eu
. "$(dirname "$0")/common.sh"
fetch_ca

run() {
  # In the URL it is sent at once, and not only to a gateway that asks.
  fusioninventory-agent --config=none --logger=stderr --no-httpd --force --ca-cert-file="$ca" \
    --server="https://${AGENT_USER:+$AGENT_USER:$AGENT_PASSWORD@}$server:$port/"
}
every run
