class roles::postgresql {
  class { 'postgresql::globals': version => '15', encoding => 'UTF-8', locale => 'C.UTF-8' }
  class { 'postgresql::server': listen_addresses => '*', ip_mask_allow_all_users => '10.0.0.0/8' }
  postgresql::server::db { 'app': user => 'app', password => postgresql::postgresql_password('app', 'secret') }
  postgresql::server::config_entry { 'shared_buffers': value => '256MB' }
  postgresql::server::pg_hba_rule { 'app': type => 'host', database => 'app', user => 'app', address => '10.0.0.0/8', auth_method => 'scram-sha-256' }
  postgresql::server::role { 'reader': password_hash => 'md5abc' }
  postgresql::server::extension { 'pg_trgm': database => 'app' }
}
