# frozen_string_literal: true

# What Linux lets a process give up for good, and for all that it starts. Elsewhere nothing is done.
module Confinement
  PR_SET_DUMPABLE = 4
  PR_SET_CHILD_SUBREAPER = 36
  PR_SET_NO_NEW_PRIVS = 38
  LANDLOCK_CREATE_RULESET = 444
  LANDLOCK_RESTRICT_SELF = 446
  LANDLOCK_SCOPE_SIGNAL = 2

  module_function

  # Of the parent, and of its forks: programs that change who runs them (sudo, su) change nothing; no other process of
  # this user reads its memory, its environment or its open files; what a worker leaves behind comes to the parent.
  def parent
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    scope
  end

  # The ids of this process's children, whoever started them; nil where the system does not tell.
  def children
    File.read("/proc/self/task/#{Process.pid}/children").split.map(&:to_i)
  rescue SystemCallError
    nil
  end

  # From now on this process and its forks send signals to, and look into, nobody but themselves: a worker neither its
  # parent nor other workers, and none of them the gateway. Linux 6.12 and later (Landlock's sixth version).
  def scope
    rules = [0, 0, LANDLOCK_SCOPE_SIGNAL].pack('Q3')
    file = call('syscall', LANDLOCK_CREATE_RULESET, rules, rules.bytesize, 0)
    return if file.nil? || file.negative?

    call('syscall', LANDLOCK_RESTRICT_SELF, file, 0, 0)
    IO.for_fd(file).close
  end

  def prctl(option, value)
    call('prctl', option, value, 0, 0, 0)
  end

  # What libc says; nil where there is no such function.
  def call(name, *arguments)
    return if RUBY_PLATFORM !~ /linux/

    require 'fiddle'
    types = arguments.map { |one| one.is_a?(String) ? Fiddle::TYPE_VOIDP : Fiddle::TYPE_LONG }
    Fiddle::Function.new(Fiddle::Handle::DEFAULT[name], types, Fiddle::TYPE_LONG).call(*arguments)
  rescue LoadError, Fiddle::DLError
    nil # a Ruby without it
  end
end
