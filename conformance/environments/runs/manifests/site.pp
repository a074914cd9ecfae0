# What agents apply to the machine that they run on: all of it below a folder that a group names. The module is that of
# the environment `features`.
File { mode => '0644' }
$top = 'the top'
$site_tiers = []

case $kind {
  'whole': {
    $list = ['one', 'two']
    $user = 'somebody'
    $found = [lookup('site::packages'), lookup('site::from'), lookup('site::backed::value')].flatten
    $deferred = Deferred('sprintf', ["%s\n", Deferred('site::on_agent', [{ 'a' => 1 }])])
    file {
      "${root}/erb": content => template('site/config.erb');
      "${root}/epp": content => epp('site/config.epp', { 'list' => $list, 'user' => $user });
      "${root}/hiera": content => "${found.join(', ')}\n";
      "${root}/function": content => "${site::shout('loud', 2)} ${site_legacy('old')} ${facts['site_color']}\n";
      "${root}/deferred": content => $deferred;
      "${root}/secret": content => Sensitive("hush\n"), mode => '0600';
      "${root}/sourced": source => 'puppet:///modules/site/motd';
    }
    site_thing { 'thing':
      ensure  => present,
      path    => "${root}/thing",
      size    => 3,
      flavour => sour,
      require => File["${root}/erb"],
    }
    warning("compiled for ${trusted['certname']} of ${trusted['extensions']['pp_role']}")
  }
  'exports': {
    @@file { "${root}/from-${trusted['certname']}":
      content => "exported by ${trusted['certname']}\n",
      tag     => 'shared',
    }
    @@file { "${root}/secret-from-${trusted['certname']}": content => Sensitive("hush\n") }
  }
  'collects': {
    File <<| tag == 'shared' |>> { mode => '0600' }
    File <<| title == "${root}/secret-from-${exporter}" |>>
  }
  'asks': {
    $from = puppetdb_query('resources[certname, title] { exported = true and tag = "shared" order by certname }')
    $kernels = puppetdb_query(['from', 'facts', ['extract', ['certname', 'value'], ['=', 'name', 'kernel']]])
    $lines = $from.map |$one| {
      $kernel = $kernels.filter |$fact| { $fact['certname'] == $one['certname'] }
      "${one['certname']} on ${kernel[0]['value']}: ${one['title']}\n"
    }
    file { "${root}/asked": content => $lines.join('') }
  }
  'failing': {
    fail("no catalog for ${trusted['certname']}")
  }
  'slow': {
    file { "${root}/slow": content => "${slow::wait($root)}\n" }
  }
  default: {
    file { "${root}/${kind}": content => "in ${environment}\n" }
  }
}
