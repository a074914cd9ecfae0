class roles::cluster {
  class { 'corosync': enable_secauth => false, bind_address => '10.0.0.1', multicast_address => '239.1.1.2' }
  cs_property { 'no-quorum-policy': value => 'ignore' }
  class { 'zookeeper': id => '1', servers => ['10.0.0.1', '10.0.0.2'] }
}
