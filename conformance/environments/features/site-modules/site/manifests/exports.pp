class site::exports {
  @@file { "/tmp/site/from-${facts['clientcert']}":
    content => "exported by ${trusted['certname']}\n",
    tag     => 'shared',
    noop    => false,
  }
  @@notify { "hello from ${trusted['certname']}": message => Sensitive('kept apart'), tag => ['shared', 'quiet'] }
  @@site_thing { 'exported thing': ensure => present, size => 4, tag => 'things' }
  @@notify { 'exported, and collected here': tag => 'own' }
  Notify <<| tag == 'own' |>>
}
