class roles::mysql {
  class { 'mysql::server':
    root_password    => 'root secret',
    override_options => { 'mysqld' => { 'max_connections' => 100, 'skip-name-resolve' => true } },
  }
  mysql::db { 'app': user => 'app', password => 'secret', host => 'localhost', grant => ['SELECT', 'UPDATE'] }
  include mysql::client
}
