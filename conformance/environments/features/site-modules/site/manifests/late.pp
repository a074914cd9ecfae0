class site::late inherits site::late_base {
  Notify['inherited'] { message => 'overridden', tag +> 'more' }
}
