class roles::mail {
  include postfix
  postfix::config { 'relayhost': value => 'mail.example.org' }
  postfix::hash { '/etc/postfix/virtual': ensure => present, content => "a b\n" }
  include chrony
}
