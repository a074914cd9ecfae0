# Harmless on any machine: a folder and a file below /var/tmp. Groups say what a node is for, by a parameter; not of all nodes.
node default {
  file { '/var/tmp/gatehouse-lab':
    ensure => directory,
    mode   => '0755',
  }
  file { '/var/tmp/gatehouse-lab/welcome':
    ensure  => file,
    content => "${trusted['certname']} is here for ${getvar('purpose', 'nothing in particular')}.\n",
  }
}
