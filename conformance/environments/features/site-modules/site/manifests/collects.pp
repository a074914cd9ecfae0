class site::collects {
  File <<| tag == 'shared' |>> { mode => '0600' }
  Site_thing <<| size == 4 |>>
  Notify <<| tag == 'shared' and tag != 'quiet' |>>
}
