class roles::rabbitmq {
  class { 'rabbitmq': port => 5672, config_variables => { 'vm_memory_high_watermark' => '0.4' } }
  rabbitmq_user { 'app': password => 'secret' }
  rabbitmq_vhost { 'app': ensure => present }
  rabbitmq_user_permissions { 'app@app': configure_permission => '.*' }
}
