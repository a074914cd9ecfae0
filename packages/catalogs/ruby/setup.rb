# frozen_string_literal: true

require 'puppet'
require 'puppet/application_support'
require 'puppet/indirector/catalog/compiler'
require 'puppet/info_service'
require_relative 'queries'

# Puppet as a server has it, for a process that compiles and does nothing else.
module Setup
  # An environment's version never changes: what environment.conf says of reading it again is for servers that watch folders.
  module NeverReadAgain
    def environment_timeout = Float::INFINITY
  end

  # Settings stay as they are while a worker lives: they are read for its first catalog, and not again for each.
  module SettingsOnce
    class << self
      # By environment: what the library made of them, by their qualified names.
      attr_accessor :known
    end

    ALL = 'settings::all_local'

    def merge_settings(env_name, set_in_this_scope = true)
      qualified = compiler.qualified_variables
      known = SettingsOnce.known[env_name]
      if known.nil? || !set_in_this_scope
        super
        SettingsOnce.known[env_name] = qualified.select { |name, _| name.start_with?('settings::') } if set_in_this_scope
        return
      end
      qualified.update(known)
      # Templates are Ruby, and might change it.
      local = qualified[ALL] = known[ALL].dup
      table = effective_symtable(false)
      local.each { |name, value| table[name] = value }
      nil
    end
  end

  # On its way into a catalog a resource's title is parsed by its type's patterns three times, the last two for its copy,
  # and says the same each time.
  module TitleOnce
    attr_reader :parsed_title

    def initialize(type, *)
      super
      @parsed_title = type.parsed_title if type.is_a?(Puppet::Resource)
    end

    def parse_title
      # A type that is not known yet may be known later.
      @parsed_title || super.tap { |parsed| @parsed_title = parsed if resource_type }
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
    Puppet::Parser::Scope.prepend(SettingsOnce)
    Puppet::Resource.prepend(TitleOnce)
    Puppet[:always_retry_plugins] = false
    Queries.install
    enter("#{home}/none")
    Puppet::Util::Log.level = :notice
    warm_up(COMMON.first)
  end

  # What may be done before the next fork, each a moment's work.
  def idle_work
    COMMON.drop(1).map { |code| -> { warm_up(code) } } + [-> { GC.start }, -> { GC.compact if GC.respond_to?(:compact) }]
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
    SettingsOnce.known = {}
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
