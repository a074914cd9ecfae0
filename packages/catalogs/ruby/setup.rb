# frozen_string_literal: true

require 'puppet'
require 'puppet/application_support'
require 'puppet/indirector/catalog/compiler'
require 'puppet/info_service'
require_relative 'queries'
require_relative 'shortcuts'

# Puppet as a server has it, for a process that compiles and does nothing else.
module Setup
  # An environment's version never changes: what environment.conf says of reading it again is for servers that watch folders.
  module NeverReadAgain
    def environment_timeout = Float::INFINITY
  end

  # Bytes, says this Ruby of a password's hash, and catalogs have bytes as Binary. stdlib's pw_hash makes text of it where
  # it knows that it is on puppetserver (from 9.3 on), and agents before 6 know no Binary.
  module HashIsText
    def crypt(salt)
      hashed = super
      hashed.ascii_only? ? hashed.force_encoding(Encoding::UTF_8) : hashed
    end
  end

  # Manifests of no environment: what compilations need is in memory before the fork. The first is for all of them; the
  # others, which load types with all their providers, are for when nobody waits.
  COMMON = [
    <<~'MANIFEST',
      class gatehouse_common(String $a = 'x') {
        file { '/nowhere': ensure => file, mode => '0644', content => "${a} ${facts['os']}" }
        [1].each |$i| { notify { "n${i}": message => inline_epp('<%= $x %>', {x => inline_template('<%= 1 %>')}) } }
        if $a =~ /x/ { exec { '/bin/true': refreshonly => true, subscribe => File['/nowhere'] } }
        $value = lookup('none', Optional[String], 'first', undef)
        case $a { 'y': {} default: { $h = {'a' => [1, 2]}.map |$k, $v| { $v.join(',') } } }
        @notify { $a: } Notify <| title == $a |> -> Exec['/bin/true']
      }
      include gatehouse_common
    MANIFEST
    "service { 'a': }",
    "group { 'a': }",
    "user { 'a': }",
    "package { 'a': }"
  ].freeze

  # What stands in the place of folders of the home in what gets out ($settings::vardir): what the packages of
  # puppetserver have. They are not given to the library, which would read what a machine has there.
  SHOWN = {
    'conf' => '/etc/puppetlabs/puppet', 'code' => '/etc/puppetlabs/code', 'none' => '/etc/puppetlabs/code/modules',
    'var' => '/opt/puppetlabs/server/data/puppetserver', 'run' => '/var/run/puppetlabs/puppetserver',
    'log' => '/var/log/puppetlabs/puppetserver', 'public' => '/opt/puppetlabs/puppet/public'
  }.freeze

  module_function

  # settings: home (a folder of its own), memoryBytes, processes (of this user, or null), socket, servername, hiera (a
  # file, or null)
  def load(settings)
    home = settings['home']
    Puppet.settings.preferred_run_mode = :server
    Puppet.initialize_settings(arguments(home, settings))
    Puppet::Settings::EnvironmentConf.prepend(NeverReadAgain)
    String.prepend(HashIsText)
    Shortcuts.install
    Puppet[:always_retry_plugins] = false
    Queries.install
    enter("#{home}/none")
    Puppet::Util::Log.level = :notice
    warm_up(COMMON.first)
  end

  # What may be done before the next fork, each a moment's work. Pieces of memory that were freed are put in order here: it
  # would be done in each fork by itself, which writes to a third of what it shares with the parent.
  def idle_work
    COMMON.drop(1).map { |code| -> { warm_up(code) } } +
      [-> { GC.start }, -> { GC.compact if GC.respond_to?(:compact) }, -> { Confinement.call('malloc_trim', 0) }]
  end

  def arguments(home, settings)
    said = {
      'confdir' => "#{home}/conf", 'codedir' => "#{home}/code", 'vardir' => "#{home}/var", 'rundir' => "#{home}/run",
      'logdir' => "#{home}/log", 'publicdir' => "#{home}/public",
      'environmentpath' => "#{home}/none", 'environment_timeout' => 'unlimited',
      # Without it the library loads Facter, for the name of this machine.
      'certname' => settings['servername'].downcase, 'user' => 'puppet', 'group' => 'puppet',
      'basemodulepath' => "#{home}/none", 'hiera_config' => settings['hiera'] || "#{home}/conf/hiera.yaml"
    }
    said.flat_map { |name, value| ["--#{name}", value] } + ['--no-storeconfigs']
  end

  # Environments are looked for in this folder from now on.
  def enter(path)
    Puppet[:environmentpath] = path
    Shortcuts::SettingsOnce.known = {}
    Puppet::ApplicationSupport.push_application_context(Puppet::Util::RunMode[:server])
  end

  def warm_up(code)
    Puppet[:code] = code
    environment = Puppet::Node::Environment.create(:gatehouse_none, [])
    node = Puppet::Node.new('none', environment: environment, facts: Puppet::Node::Facts.new('none', 'os' => {}))
    node.trusted_data = {}
    node.add_server_facts({})
    Puppet.override({ current_environment: environment, rich_data: true }, 'warm up') do
      JSON.generate(Puppet::Parser::Compiler.compile(node).filter(&:virtual?).to_data_hash)
    end
  rescue StandardError => e
    # A release of the library that takes it otherwise is slower at first, and no worse.
    warn "the library was not warmed up: #{e.message}"
  ensure
    Puppet[:code] = ''
  end
end
