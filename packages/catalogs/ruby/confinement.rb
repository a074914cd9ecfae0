# frozen_string_literal: true

# What Linux lets a process give up for good, and for all that it starts. Elsewhere nothing is done.
module Confinement
  PR_SET_DUMPABLE = 4
  PR_SET_CHILD_SUBREAPER = 36
  PR_SET_NO_NEW_PRIVS = 38
  LANDLOCK_CREATE_RULESET = 444
  LANDLOCK_ADD_RULE = 445
  LANDLOCK_RESTRICT_SELF = 446
  LANDLOCK_CREATE_RULESET_VERSION = 1
  LANDLOCK_RULE_PATH_BENEATH = 1
  LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1 << 11
  LANDLOCK_ACCESS_FS_REFER = 1 << 13
  LANDLOCK_SCOPE_SIGNAL = 2

  module_function

  # Of the parent, and of its forks: programs that change who runs them (sudo, su) change nothing; no other process of
  # this user reads its memory, its environment or its open files; what a worker leaves behind comes to the parent.
  # Returns what took effect, as scope does.
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

  # From now on this process and its forks look into the memory, the environment and the open files of nobody but
  # themselves, and send signals to nobody else: a worker neither to its parent nor to other workers, and none of them to
  # the gateway. It takes Landlock: its first version (Linux 5.13) for what they read, its sixth (6.12) for signals.
  # Returns 'signals' for both, 'memory' for the first alone, 'none' where there is no Landlock.
  def scope(version = landlock)
    return 'none' if version < 1

    file = version < 6 ? ruleset_of_paths(version) : ruleset(0, 0, LANDLOCK_SCOPE_SIGNAL)
    return 'none' if file.negative?

    refused = call('syscall', LANDLOCK_RESTRICT_SELF, file, 0, 0)
    IO.for_fd(file).close
    return 'none' unless refused.zero?

    version < 6 ? 'memory' : 'signals'
  end

  # The version of Landlock that the system has; 0 where it has none.
  def landlock
    [call('syscall', LANDLOCK_CREATE_RULESET, 0, 0, LANDLOCK_CREATE_RULESET_VERSION) || 0, 0].max
  end

  # A ruleset has to be about something: from the second version on about renaming into other folders, which is allowed
  # everywhere; before it is about block devices, which only root makes, and nobody renames into other folders.
  def ruleset_of_paths(version)
    return ruleset(LANDLOCK_ACCESS_FS_MAKE_BLOCK) if version < 2

    file = ruleset(LANDLOCK_ACCESS_FS_REFER)
    File.open('/') do |root|
      rule = [LANDLOCK_ACCESS_FS_REFER, root.fileno].pack('Ql')
      call('syscall', LANDLOCK_ADD_RULE, file, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    end
    file
  end

  def ruleset(*rules)
    rules = rules.pack('Q*')
    call('syscall', LANDLOCK_CREATE_RULESET, rules, rules.bytesize, 0) || -1
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
