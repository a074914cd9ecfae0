# The language, by what it leaves in resources.
class site::language {
  $heredoc = @("END"/tL)
    a ${facts['kernel']}\tline
      and \
    another
    |- END
  $plain = @(END)
    not ${interpolated}
    | END
  notify { 'heredoc': message => "${heredoc}|${plain}" }

  $numbers = [1, 0x1F, 0755, 1.5, 1e3, -3, 10 / 3, 10 % 3, 2 << 4, 9223372036854775807]
  notify { 'numbers': message => $numbers }
  notify { 'slices': message => $numbers[1, 3] + [$numbers[-1]] }
  notify { 'lambdas':
    message => {
      'map'     => $numbers.filter |$n| { $n =~ Integer[-5, 1000] }.map |$n| { $n * 2 },
      'reduce'  => [1, 2, 3].reduce(10) |$memo, $n| { $memo + $n },
      'slice'   => undef.lest || { 'none' },
      'sorted'  => { 'b' => 1, 'a' => 2 }.map |$k, $v| { "${k}${v}" }.sort,
      'grouped' => [1, 2, 3, 4].group_by |$n| { $n % 2 ? { 0 => 'even', default => 'odd' } },
      'tree'    => [[1, [2]], 3].flatten,
    },
  }
  case $facts['os']['family'] {
    'RedHat': { $family = 'red' }
    /^(Deb)ian$/: { $family = "${1}!" }
    default: { $family = 'other' }
  }
  unless $family == 'red' { notify { "family ${family}": } } else { notify { 'red': } }
  if 'a' in ['A', 'b'] and 'x' !~ /y/ { notify { 'in is case blind': } }

  # Resource expressions.
  $defaults = { 'loglevel' => 'info', 'withpath' => true }
  notify {
    default: * => $defaults;
    'splat one': message => 'one';
    ['splat two', 'splat three']: message => 'more', loglevel => 'notice';
  }
  create_resources('notify', { 'created' => { 'message' => 'by a function' } }, { 'withpath' => false })
  Notify['splat one'] -> Notify['splat two'] ~> [Notify['splat three'], Notify['created']]
  Notify['created'] { loglevel => 'info' }
  $made = notify { 'returned': }
  notify { 'references': message => String($made[0]), require => Class['site'] }

  tag 'tagged-by-function'
  if tagged('site') { notify { 'tagged': } }
  notify { 'metaparameters':
    alias    => 'nicknamed',
    tag      => ['mine', 'Two::Parts'],
    schedule => 'nightly',
    audit    => 'all',
    before   => Notify['tagged'],
    noop     => false,
  }
  schedule { 'nightly': range => '2 - 4' }

  notify { 'functions':
    message => [
      site::greeting('world'),
      site::shout('loud', 2),
      site::shout(['a', 'b']),
      site_legacy('old'),
      inline_template('<%= @top.inspect %> <%= scope["facts"]["kernel"] %> <%= scope.function_site_legacy(["x"]) %>'),
      inline_epp('<%= $who %>!', { 'who' => 'epp' }),
      md5('x'), sha256('x'), fqdn_rand(100, 'seed'), sprintf('%05.1f|%-4s|%x', 3.14159, 'a', 255),
      regsubst('abc', '(b)', '<\1>', 'G'), split('a,b', ','), versioncmp('1.10', '1.9'),
      file('site/motd'), module_directory('site'),
    ],
  }
  notify { 'scopes': message => [$top, $::top, $module_name, $title, $site::port, $environment] }
  notify { 'trusted': message => String($trusted) }
  notify { 'server': message => [$server_facts['environment'], $server_facts['serverversion'], $serverversion] }
  notify { 'legacy facts': message => [$::kernel, $facts['hostname'], $facts['nowhere']] }
  notify { 'ünïcödé ✓ 🐘': message => "tab\tquote\" back\\slash \u{1F600} nul-free" }
  site_statement('said by a statement')
}
