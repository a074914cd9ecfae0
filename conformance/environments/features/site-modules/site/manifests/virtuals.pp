class site::virtuals {
  @notify { 'never realized': }
  @notify { ['realized', 'also realized']: tag => 'virtual' }
  realize(Notify['realized'], User['alice'])
  Notify <| tag == 'virtual' and title != 'realized' |> { message => 'collected' }
  User <| tag == 'gid-ops' or uid == 1002 |>
  File <| |> -> Site_thing <| |>
}
