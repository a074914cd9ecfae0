node default {
  notify { 'a node without a block of its own': }
}

node 'facts.example.org' {
  notify { 'facts': message => $facts }
  notify { 'trusted': message => $trusted }
  notify { 'variables': message => [$clientcert, $environment, $title, $module_name, $::kernel] }
}

node 'exporter.example.org' {
  include site::exports
}

node 'collector.example.org' {
  include site::collects
}

node /^features\d*\.example\.org$/ {
  include site
  include site::language
  include site::rich
  include site::settings
  include site::templates
  include site::virtuals
  stage { 'after': require => Stage['main'] }
  class { 'site::late': stage => 'after' }
}
