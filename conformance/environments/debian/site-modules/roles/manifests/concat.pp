class roles::concat {
  concat { '/etc/made': ensure => present, mode => '0640', warn => "# made\n" }
  concat::fragment { 'second': target => '/etc/made', content => 'b', order => '20' }
  concat::fragment { 'first': target => '/etc/made', content => 'a', order => 10 }
  concat { '/etc/made.json': format => 'json-pretty' }
  concat::fragment { 'json': target => '/etc/made.json', content => '{"a": 1}' }
}
