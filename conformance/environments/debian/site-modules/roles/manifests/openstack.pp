class roles::openstack {
  class { 'keystone': package_ensure => 'present', default_transport_url => 'rabbit://keystone:secret@10.0.0.1:5672/' }
  class { 'nova': default_transport_url => 'rabbit://nova:secret@10.0.0.1:5672/' }
  include nova::compute
}
