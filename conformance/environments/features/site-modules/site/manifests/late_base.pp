class site::late_base {
  notify { 'inherited': message => 'from the base', tag => 'base' }
}
