class roles::monitoring {
  include collectd
  include collectd::plugin::cpu
  include collectd::plugin::df
  class { 'filebeat': outputs => { 'logstash' => { 'hosts' => ['logs.example.org:5044'] } } }
}
