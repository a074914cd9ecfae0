# frozen_string_literal: true

require 'json'
require 'socket'
require_relative 'compilation'

# One process, one version of one environment, one request at a time.
# It connects to the gateway's socket, says {"token", "pid"}, and then answers each JSON line with one line, or with two:
# {"ok": true, "catalog": true, ...} is followed by the catalog's text. Meanwhile it may ask: {"ask": ..., ...}, one line back.
# Whatever it says has the id of the request that it is about.
class Worker
  # Bytes: the gateway takes no longer line, and agents no such catalog.
  MOST_LINE = 20 << 20
  MOST_QUESTION = 256 << 10
  # Seconds between two looks whether anybody still waits.
  LOOK = 2
  # Seconds for which the memory that it has is as good as measured: small catalogs are made in less.
  WEIGHED = 0.05

  def self.run(settings, order)
    Process.setpgid(0, 0)
    limit(settings['memoryBytes'], settings['processes'])
    new(settings, order).serve
  rescue Errno::EPIPE, Errno::ECONNRESET
    nil # the gateway is gone, or has given it up
  ensure
    # Nothing that a module left to be done at the end is done.
    exit!(0)
  end

  # On top of what the parent takes up: what is counted is address space.
  def self.limit(bytes, processes)
    used = File.exist?('/proc/self/statm') ? File.read('/proc/self/statm').to_i * 4096 : 1 << 30
    Process.setrlimit(Process::RLIMIT_AS, used + bytes)
    Process.setrlimit(Process::RLIMIT_CORE, 0)
    Process.setrlimit(Process::RLIMIT_NPROC, processes) if processes
  rescue NotImplementedError, SystemCallError
    nil # not on this system
  end

  def initialize(settings, order)
    @pid = Process.pid
    @home = Dir.pwd
    @socket = UNIXSocket.new(settings['socket'])
    @socket.close_on_exec = true
    @socket.set_encoding(Encoding::UTF_8)
    hide(settings['home'], order)
    @compilation = Compilation.new(order['environment'], order['path'], method(:ask))
    say("#{JSON.generate('token' => order['token'], 'pid' => @pid)}\n")
    @watch = Thread.new do
      sleep(LOOK) until deserted?
      exit!(1)
    end
  end

  def serve
    while (line = @socket.gets)
      break if answer(line)
    end
  end

  private

  def answer(line)
    last = false
    lines = begin
      # Facts are bounded where they come from; this only has to be more.
      request = JSON.parse(line, max_nesting: 1000)
      @id = request.delete('id')
      reply = @compilation.public_send(request.delete('op'), request)
      text = reply.delete('text')
      lines_of(reply, text)
    rescue Errno::EPIPE, Errno::ECONNRESET
      raise
    rescue Exception => e # rubocop:disable Lint/RescueException
      # The library keeps what is half loaded (a type whose provider has failed), whatever of it is told to forget: the
      # process answers, and ends.
      last = true
      lines_of(@compilation.failure(e).merge('last' => true))
    end
    say(lines)
    leave_nothing
    last
  end

  # For the next request: what a module began and did not end goes on with nobody waiting for it.
  def leave_nothing
    others = Thread.list - [Thread.current, @watch]
    others.each(&:kill).each { |one| one.join(0.1) }
    Dir.chdir(@home)
    return unless children?

    (Confinement.children || []).each do |pid|
      Process.kill(:KILL, pid)
      Process.detach(pid)
    rescue SystemCallError
      nil # it has ended
    end
  end

  # Whether there may be some: what the system tells of them is read then, which takes longer than to ask.
  def children?
    Process.wait(-1, Process::WNOHANG)
    true
  rescue Errno::ECHILD
    false
  end

  # Whether the gateway is gone, which may be after the parent: nobody else ends code that has no end.
  def deserted?
    return true if @socket.closed?

    said = @socket.recv_nonblock(1, Socket::MSG_PEEK)
    said.nil? || said.empty?
  rescue IO::WaitReadable, IOError
    false # there is nothing to read, or it is being read
  rescue SystemCallError
    true
  end

  def lines_of(reply, text = nil)
    line = shown(@compilation.written { JSON.generate(reply.merge('id' => @id, 'rss' => rss)) })
    return "#{bounded('The answer', line, MOST_LINE)}\n" unless text

    "#{bounded('What it exports', line, MOST_LINE)}\n#{bounded('The catalog', shown(text), MOST_LINE)}\n"
  end

  # The paths of this machine are nobody's business, and change with every version and every start.
  def hide(home, order)
    folder = "#{File.dirname(home)}/"
    @shown = Setup::SHOWN.transform_keys { |name| "#{home}/#{name}" }.merge(order['path'] => order['shown'])
    names = Regexp.union(@shown.keys.map { |path| path.delete_prefix(folder) })
    # What all of them begin with is found fast.
    @hidden = /#{Regexp.escape(folder)}#{names}(?![\w.-])/
  end

  def shown(text)
    text.gsub(@hidden, @shown)
  end

  def bounded(what, text, most)
    return text if text.bytesize <= most

    raise Puppet::Error, "#{what} has #{text.bytesize} bytes; at most #{most} are taken"
  end

  def say(lines)
    # A module has forked, and this is its child.
    exit!(1) unless Process.pid == @pid
    @socket.write(lines)
  end

  def ask(question)
    line = shown(@compilation.written { JSON.generate(question.merge('id' => @id)) })
    say("#{bounded('A query', line, MOST_QUESTION)}\n")
    answer = JSON.parse(@socket.gets || raise(Errno::EPIPE), max_nesting: 1000)
    answer.key?('error') ? raise(Puppet::Error, answer['error']) : answer['found']
  end

  def rss
    now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    return @rss if @weighed && now - @weighed < WEIGHED

    @weighed = now
    @rss = File.read('/proc/self/statm').split[1].to_i * 4096
  rescue SystemCallError
    0
  end
end
