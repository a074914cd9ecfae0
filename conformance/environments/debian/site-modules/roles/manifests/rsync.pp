class roles::rsync {
  include rsync::server
  rsync::server::module { 'made': path => '/srv/made', require => Package['rsync'] }
}
