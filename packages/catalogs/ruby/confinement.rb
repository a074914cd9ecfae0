# frozen_string_literal: true

# What Linux lets a process give up for good, and for all that it starts. Elsewhere nothing is done.
module Confinement
  PR_SET_PDEATHSIG = 1
  PR_SET_DUMPABLE = 4
  PR_SET_CHILD_SUBREAPER = 36
  PR_SET_NO_NEW_PRIVS = 38

  module_function

  # Of the parent, and of its forks: programs that change who runs them (sudo, su) change nothing; no other process of
  # this user reads its memory, its environment or its open files; what a worker leaves behind comes to the parent.
  def parent
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_DUMPABLE, 0)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
  end

  # A worker does not outlive its parent, whatever it is busy with.
  def worker(parent)
    prctl(PR_SET_PDEATHSIG, Signal.list['KILL'])
    exit!(1) unless Process.ppid == parent
  end

  # The ids of this process's children, whoever started them; nil where the system does not tell.
  def children
    File.read("/proc/self/task/#{Process.pid}/children").split.map(&:to_i)
  rescue SystemCallError
    nil
  end

  def prctl(option, value)
    return if RUBY_PLATFORM !~ /linux/

    require 'fiddle'
    long = Fiddle::TYPE_LONG
    @prctl ||= Fiddle::Function.new(Fiddle::Handle::DEFAULT['prctl'], [Fiddle::TYPE_INT, long, long, long, long], Fiddle::TYPE_INT)
    @prctl.call(option, value, 0, 0, 0)
  rescue LoadError, Fiddle::DLError
    nil # a Ruby without it
  end
end
