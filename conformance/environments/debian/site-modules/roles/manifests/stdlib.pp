class roles::stdlib {
  include stdlib
  file_line { 'line': path => '/etc/hosts', line => '127.0.0.1 made-up', match => 'made-up$' }
  ensure_packages(['curl', 'jq'], { 'ensure' => 'present' })
  ensure_resource('user', 'somebody', { 'ensure' => 'present' })
  notify { 'functions':
    message => {
      'yaml'    => to_yaml({ 'b' => [1, 2.5, undef], 'a' => { 'c' => true } }),
      'json'    => to_json_pretty({ 'a' => [1, 2] }),
      'parsed'  => parseyaml("---\na: [1, 1.0, ~]\n"),
      'merged'  => deep_merge({ 'a' => { 'b' => 1 } }, { 'a' => { 'c' => 2 } }),
      'picked'  => pick('', 'x'),
      'range'   => range('a01', 'a03'),
      'crypt'   => pw_hash('secret', 'SHA-512', 'salt'),
      'base64'  => base64('encode', 'ünï'),
      'seeded'  => [fqdn_rotate([1, 2, 3], 'x'), seeded_rand(10, 'x'), fqdn_uuid('example.org')],
      'numbers' => [min(1, 2.5), max(1, 2.5), round(2.5), to_bytes('4 kB')],
      'shell'   => shell_join(['a b', "c'd"]),
      'types'   => '10.0.0.1' =~ Stdlib::IP::Address and '/a' =~ Stdlib::Absolutepath,
    },
  }
}
