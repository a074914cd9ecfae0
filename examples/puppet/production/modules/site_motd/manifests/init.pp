# What people read when they log in, and before.
# @param owner who has the files, and the machine
# @param contacts whom people may ask
class site_motd (
  String $owner = 'root',
  Array[String] $contacts = [],
) {
  file { '/etc/motd':
    ensure => file,
    owner  => $owner,
    mode   => '0644',
    source => 'puppet:///modules/site_motd/motd',
  }
  file { '/etc/issue.net':
    ensure  => file,
    owner   => $owner,
    mode    => '0644',
    content => epp('site_motd/issue.epp', { 'owner' => $owner, 'contacts' => $contacts }),
  }
}
