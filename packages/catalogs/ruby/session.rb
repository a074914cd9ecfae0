# frozen_string_literal: true

require_relative 'confinement'

# What the parent is among the gateway's processes. On Linux it has no session of its own: a processor is shared among
# sessions first, and these processes shall have what the others leave.
module Session
  LEAST = 19
  # Whoever else wakes up has the processor at once; the nicest may finish its turn first.
  SCHED_IDLE = 5
  TIOCNOTTY = 0x5422

  module_function

  # What a terminal sends to the gateway is for the gateway to pass on, and it is nothing for modules' code to write to.
  def leave_terminal
    return Process.setsid unless RUBY_PLATFORM.include?('linux') && given_up?

    Process.setpgid(0, 0)
  end

  def given_up?
    File.open('/dev/tty') { |terminal| terminal.ioctl(TIOCNOTTY) }
    true
  rescue Errno::ENXIO, Errno::ENOENT
    true # there is none
  rescue SystemCallError
    false
  end

  # From now on, with all that it starts, it gives way to whoever answers requests.
  def give_way
    Process.setpriority(Process::PRIO_PROCESS, 0, LEAST)
    Confinement.call('sched_setscheduler', 0, SCHED_IDLE, [0].pack('i'))
  rescue NotImplementedError, SystemCallError
    nil # not on this system
  end
end
