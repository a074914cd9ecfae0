class site::install {
  package { 'site': ensure => installed }
  -> file { ['/tmp/site', '/tmp/site/sub']: ensure => directory, mode => '0755' }
  ~> exec { 'refreshed':
    command     => '/bin/true',
    refreshonly => true,
    noop        => true,
    loglevel    => debug,
  }
}
