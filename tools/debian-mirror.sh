# shellcheck shell=bash
# For other scripts to read in.

# Packages come from where this machine has them from; Debian's own where that is not to be told.
mirror() {
  local found
  found="$({ sed -n 's/^URIs: *\(http[^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null || true
    sed -n 's/^deb \(\[[^]]*\] \)\?\(http[^ ]*\) .*/\2/p' /etc/apt/sources.list 2>/dev/null || true
  } | { grep '/debian/\?$' || true; } | sed -n 1p)"
  echo "${found:-http://deb.debian.org/debian}"
}
