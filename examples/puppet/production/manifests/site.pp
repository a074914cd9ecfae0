node default {
  include site_motd
}
