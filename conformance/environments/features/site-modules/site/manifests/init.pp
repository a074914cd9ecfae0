# @param users who there is
class site (
  Hash[String, Site::User] $users,
  Array[String] $packages,
  Sensitive[String] $db_secret,
  Integer $retries,
  String $service,
  String $fallback,
  String $computed,
  Hash $json,
  String $globbed,
  String $from,
  String $backed = lookup('site::backed::value'),
  Site::Port $port = 8080,
) {
  contain site::install

  $users.each |$name, $user| {
    site::account { $name:
      uid    => $user['uid'],
      groups => $user['groups'],
    }
  }
  notify { 'data':
    message => [$packages, $retries, $service, $fallback, $computed, $globbed, $from, $backed, $port],
  }
  notify { 'json': message => $json['deep'] }
  notify { 'greeting': message => lookup('site::greeting') }
  notify { 'methods': message => lookup('site::methods', Array, 'unique') }
  notify { 'nothing': message => lookup('site::nowhere', { 'default_value' => 'a default' }) }
  notify { 'hash merge': message => String(lookup({ 'name' => 'site::users', 'merge' => 'hash' })) }
  file { '/tmp/site/secret': content => $db_secret, show_diff => false }
  site_thing { 'thing':
    ensure  => present,
    size    => 3,
    flavour => sweet,
    secret  => Sensitive('sweetened'),
  }
  notice("compiled for ${trusted['certname']}")
  warning('a warning of the code')
  debug('not kept')
}
