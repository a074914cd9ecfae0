class roles::mongodb {
  class { 'mongodb::server': port => 27018, verbose => true }
  mongodb::db { 'app': user => 'app', password_hash => 'abc' }
}
