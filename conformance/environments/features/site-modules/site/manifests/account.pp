define site::account (
  Integer $uid,
  Optional[Array[String]] $groups = undef,
) {
  $primary = $groups ? {
    undef   => 'none',
    default => $groups[0],
  }
  @user { $title:
    ensure => present,
    uid    => $uid,
    gid    => $primary,
    groups => $groups,
    tag    => ['account', "gid-${primary}"],
  }
  file { "/home/${title}":
    ensure  => directory,
    owner   => $title,
    require => User[$title],
  }
  User <| title == $title |> { comment => "account of ${name}", }
}
