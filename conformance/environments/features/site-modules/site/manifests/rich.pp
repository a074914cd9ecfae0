# Values that plain JSON has no words for.
class site::rich {
  notify { 'rich':
    message => {
      'sensitive' => Sensitive('nested'),
      'timestamp' => Timestamp('2026-01-02T03:04:05.678 UTC'),
      'timespan'  => Timespan({ 'hours' => 1, 'minutes' => 2 }),
      'version'   => SemVer('1.2.3-rc1'),
      'range'     => SemVerRange('>=1.0.0 <2.0.0'),
      'regexp'    => /^a.*z$/,
      'binary'    => Binary('c2Vzc2lvbg==', '%B'),
      'type'      => Integer[1, 3],
      'typeset'   => Struct[{ 'a' => Optional[String] }],
      'class'     => Class['site'],
      'resource'  => File['/tmp/site'],
      'uri'       => URI('https://example.org/a?b=c'),
      'default'   => default,
      'undef'     => undef,
      'keys'      => { 1 => 'one', /x/ => [undef, default], [1, 2] => 'array' },
      'alias'     => Site::Port,
    },
  }
  notify { 'deferred': message => Deferred('sprintf', ['%s on %s', 'run', Deferred('site::on_agent', [{ 'a' => [1] }])]) }
  notify { 'deferred secret': message => Deferred('unwrap', [Sensitive('inside')]) }
  notify { 'sensitive': message => Sensitive('secret message') }
  notify { 'sensitive hash': message => Sensitive({ 'password' => ['x', 1] }) }
}
