class roles::logging {
  include sysctl::base
  sysctl::value { 'net.ipv4.ip_forward': value => '1' }
  class { 'memcached': max_memory => '10%' }
  include xinetd
  xinetd::service { 'made': port => '873', server => '/usr/bin/made' }
  vcsrepo { '/srv/repo': ensure => present, provider => git, source => 'https://git.example.org/made.git' }
}
