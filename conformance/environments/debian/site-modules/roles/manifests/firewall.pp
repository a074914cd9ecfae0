class roles::firewall {
  include firewall
  firewall { '100 http': dport => [80, 443], proto => 'tcp', action => 'accept' }
  firewallchain { 'MADE:filter:IPv4': ensure => present }
}
