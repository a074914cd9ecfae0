class roles::ssh {
  class { 'ssh': storeconfigs_enabled => false }
}
