function site::greeting(String $who, String *$more) >> String {
  $all = [$who] + $more
  "hello ${all.join(' and ')}"
}
