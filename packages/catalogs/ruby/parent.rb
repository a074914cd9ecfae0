# frozen_string_literal: true

# The parent of all workers: loads Puppet once and forks; it never runs the code of an environment.
# stdin: JSON lines, the first one the settings (see setup.rb), then {"fork": {"token", "environment", "path", "shown"}}
# stdout: {"ready": {"confinement"}}, {"forked": token, "pid"}, {"failed": token, "message"}, {"exited": pid, "status", "signal"}
# At the end of stdin every worker, with all that it started, is killed.

ORDERS = $stdin.dup
NEWS = $stdout.dup
ORDERS.close_on_exec = true
NEWS.close_on_exec = true
$stdin.reopen(File::NULL)
# Whatever a module prints is no part of a conversation.
$stdout.reopen($stderr)
File.umask(0o077)
# They were for the start of this process: programs that modules' code starts have their own.
ENV.delete_if { |name, _| name.start_with?('RUBY_GC_', 'MALLOC_') }

require 'json'
require_relative 'confinement'
require_relative 'session'
Session.leave_terminal
CONFINEMENT = Confinement.parent

def say(news)
  NEWS.write("#{JSON.generate(news)}\n")
  NEWS.flush
end

settings = JSON.parse(ORDERS.gets || exit(0))
require_relative 'setup'
require_relative 'worker'
Setup.load(settings)

deaths, death = IO.pipe
children = {}
trap('CHLD') { death.write_nonblock('.', exception: false) }
# Not before: while the library is loaded, whoever asks waits for it.
Session.give_way
say('ready' => { 'confinement' => CONFINEMENT })

begin_worker = lambda do |order|
  pid = fork do
    Confinement.scope
    trap('CHLD', 'DEFAULT')
    [ORDERS, NEWS, deaths, death].each(&:close)
    Worker.run(settings, order)
  end
  begin
    Process.setpgid(pid, pid)
  rescue SystemCallError
    nil # it has done so itself, or is gone
  end
  children[pid] = true
  say('forked' => order['token'], 'pid' => pid)
rescue SystemCallError, NoMemoryError => e
  say('failed' => order['token'], 'message' => e.message)
end

# What workers have left behind, and what has left its group, ends.
end_strays = lambda do
  ((Confinement.children || []) - children.keys).each { |pid| Process.kill(:KILL, pid) }
rescue Errno::ESRCH
  nil
end

reap = lambda do
  while (pid, status = Process.wait2(-1, Process::WNOHANG))
    # Others are what a worker started, and left behind.
    children.delete(pid) && say('exited' => pid, 'status' => status.exitstatus, 'signal' => status.termsig)
  end
rescue Errno::ECHILD
  nil
end

# Seconds between two looks for strays.
LOOK = 1
patience = lambda do |idle_work|
  return 0 unless idle_work.empty?

  children.empty? ? nil : LOOK
end
idle_work = Setup.idle_work
loop do
  ready, = IO.select([ORDERS, deaths], nil, nil, patience.call(idle_work))
  if ready.nil?
    (idle_work.shift || end_strays).call
    next
  end
  if ready.include?(deaths)
    deaths.read_nonblock(4096, exception: false)
    reap.call
    end_strays.call
  end
  next unless ready.include?(ORDERS)

  line = ORDERS.gets
  break if line.nil?

  order = JSON.parse(line)
  begin_worker.call(order['fork']) if order.key?('fork')
end

children.each_key do |pid|
  Process.kill(:KILL, -pid)
rescue SystemCallError
  nil
end
# Each that ends leaves its own children to this process.
children.clear
begin
  1000.times do
    end_strays.call
    Confinement.children.nil? ? break : Process.wait
  end
rescue Errno::ECHILD
  nil
end
exit!(0)
