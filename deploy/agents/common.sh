# What the agents' scripts share. GATEHOUSE_SERVER: the name of the balancer. GATEHOUSE_PORT: 8140 unless told.
# AGENT_HOME: a folder for what the agent keeps. AGENT_SECONDS: until the next run; 0 runs once and ends with its status.
server="${GATEHOUSE_SERVER:?the name of the gateway}"
port="${GATEHOUSE_PORT:-8140}"
home="${AGENT_HOME:-/var/lib/agent}"
ca="$home/gatehouse-ca.pem"

# fetch_ca: the authority's certificates. The first call trusts whoever answers: where the network is not yours, give
# AGENT_CA_SHA256, the `ca_fingerprint` that `gatehouse ca show` prints, and another authority is refused. It is the SHA-256
# of all that is sent, as Puppet's agent takes it: the fingerprint of one certificate says nothing of others beside it.
fetch_ca() {
  mkdir -p "$home"
  if [ -s "$ca" ]; then return 0; fi
  # -k: this is where trust comes from.
  until curl -fsSk --max-time 10 -o "$ca.new" "https://$server:$port/puppet-ca/v1/certificate/ca"; do
    echo "no answer of $server:$port yet" >&2
    sleep 2
  done
  if [ -n "${AGENT_CA_SHA256:-}" ]; then
    found="$(sha256sum "$ca.new" | cut -d ' ' -f 1)"
    wanted="$(ca_sha256)"
    if [ "$found" != "$wanted" ]; then
      echo "another authority than AGENT_CA_SHA256 says: $found" >&2
      return 1
    fi
  fi
  mv "$ca.new" "$ca"
}

# ca_sha256: AGENT_CA_SHA256 in the form in which programs print it: no colons, small letters.
ca_sha256() { printf %s "$AGENT_CA_SHA256" | tr -d : | tr A-F a-f; }

# every COMMAND...: runs it, and again after AGENT_SECONDS; a run that failed is tried again sooner.
every() {
  if [ "${AGENT_SECONDS:-1800}" = 0 ]; then "$@"; return; fi
  while true; do
    if "$@"; then sleep "${AGENT_SECONDS:-1800}"; else echo "that run failed: $?" >&2; sleep 10; fi
  done
}
