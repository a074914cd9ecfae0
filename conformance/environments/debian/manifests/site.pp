# What of Debian's modules a node gets.
include "roles::${role}"
