class site::templates {
  $list = ['one', 'two']
  $user = 'somebody'
  file { '/tmp/site/erb': content => template('site/config.erb', 'site/more.erb') }
  file { '/tmp/site/epp': content => epp('site/config.epp', { 'list' => $list, 'user' => $user }) }
  file { '/tmp/site/sourced': source => ['puppet:///modules/site/motd', 'puppet:///modules/site/none'] }
  file { '/tmp/site/tree': ensure => directory, source => 'puppet:///modules/site/tree', recurse => true, purge => true }
}
