class roles::inifile {
  ini_setting { 'one': ensure => present, path => '/etc/made.ini', section => 'a', setting => 'b', value => 'c' }
  ini_subsetting { 'two': ensure => present, path => '/etc/made.ini', section => 'a', setting => 'args', subsetting => '-Xmx', value => '1g' }
  create_ini_settings({ 'sec' => { 'x' => 'y', 'gone' => { 'ensure' => 'absent' } } }, { 'path' => '/etc/made.ini' })
}
