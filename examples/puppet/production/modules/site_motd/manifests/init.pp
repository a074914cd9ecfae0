# What people read when they log in.
class site_motd (
  String $owner = 'root',
) {
  file { '/etc/motd':
    ensure => file,
    owner  => $owner,
    mode   => '0644',
    source => 'puppet:///modules/site_motd/motd',
  }
}
