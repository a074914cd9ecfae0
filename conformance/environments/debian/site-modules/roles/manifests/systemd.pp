class roles::systemd {
  include systemd
  systemd::unit_file { 'made.service': content => "[Service]\nExecStart=/bin/true\n", enable => true, active => true }
  systemd::dropin_file { 'made.conf': unit => 'made.service', content => "[Service]\nNice=5\n" }
  archive { '/tmp/made.tar.gz': source => 'https://example.org/made.tar.gz', extract => true, extract_path => '/srv', creates => '/srv/made' }
}
