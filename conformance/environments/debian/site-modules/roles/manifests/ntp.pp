class roles::ntp {
  class { 'ntp': restrict => ['default kod nomodify', '-6 ::1'], panic => 0 }
}
