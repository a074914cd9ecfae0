# What a server says of itself, but for what a machine, a package or a test chooses. Its folders go by their names.
class site::settings {
  $own = [
    'autosign', 'basemodulepath', 'ca_name', 'ca_port', 'ca_server', 'certname', 'environment_timeout', 'external_nodes',
    'facts_terminus', 'catalog_cache_terminus', 'hostcert', 'hostcsr', 'hostprivkey', 'hostpubkey',
    'http_user_agent', 'keylength', 'lastrunfile', 'log_level', 'node_name_value', 'node_terminus', 'pidfile', 'publicdir',
    'report_port', 'report_server', 'server', 'serverport', 'storeconfigs', 'trace',
  ]
  $folders = ['environmentpath', 'vardir', 'codedir', 'logdir', 'rundir', 'cadir', 'confdir']
  # A catalog has no room for an infinite number.
  $said = $settings::all_local.filter |$name, $value| { !($name in $own) and !($name in $folders) and $value !~ Float }
  $named = $said.map |$name, $value| {
    $text = $folders.reduce("${value}") |$so_far, $folder| {
      regsubst($so_far, $settings::all_local[$folder], "<${folder}>", 'G')
    }
    [$name, $value ? { String => $text, default => $value }]
  }
  notify { 'settings': message => Hash($named) }
  notify { 'settings by name': message => [$settings::user, $settings::strict, $settings::digest_algorithm] }
  notify { 'settings of the environment': message => "${settings::environmentpath}/${environment}" }
}
