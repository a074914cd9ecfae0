class roles::apt {
  class { 'apt': update => { 'frequency' => 'daily' }, purge => { 'sources.list.d' => true } }
  apt::source { 'made': location => 'https://apt.example.org/debian', release => 'stable', repos => 'main', key => { 'id' => '0123456789ABCDEF0123456789ABCDEF01234567', 'server' => 'keys.example.org' } }
  apt::pin { 'made': packages => ['a', 'b'], priority => 900 }
  apt::conf { 'made': priority => 20, content => 'Acquire::Retries "3";' }
}
