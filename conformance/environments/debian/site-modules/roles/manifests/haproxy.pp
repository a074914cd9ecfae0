class roles::haproxy {
  class { 'haproxy': global_options => { 'maxconn' => '4000' } }
  haproxy::listen { 'web': ipaddress => '*', ports => '80', options => { 'option' => ['tcplog'], 'balance' => 'roundrobin' } }
  haproxy::balancermember { 'one': listening_service => 'web', server_names => 'one', ipaddresses => '10.0.0.1', ports => '8080', options => 'check' }
}
