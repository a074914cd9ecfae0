# frozen_string_literal: true

# What the library does again and again with the same outcome, done once: none of it changes what a catalog says.
module Shortcuts
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
      effective_symtable(false).set_all(local)
      nil
    end
  end

  # Two hundred settings, without a call for each.
  module SetAll
    def set_all(values)
      @symbols.update(values)
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

  # Facts as the library would make them of what was JSON: without null, and frozen; once, where it copies all of them to
  # clean the copy, and goes through that once more to freeze it.
  class Facts < Puppet::Node::Facts
    # values: a Hash that JSON was parsed to, which it keeps
    def initialize(name, values)
      super(name, Facts.settle(values))
    end

    def self.settle(value)
      case value
      when String then value.freeze
      when Hash
        value.each { |name, one| one.nil? ? value[name] = '' : settle(one) }
        value.freeze
      when Array
        value.map! { |one| one.nil? ? '' : settle(one) }
        value.freeze
      else value
      end
    end

    def sanitize; end
  end

  # They are frozen as they come.
  module SettledFacts
    def set_facts(values)
      compiler.node.facts.is_a?(Facts) ? setvar('facts', values, privileged: true) : super
    end
  end

  # Which method evaluates a node of the code is looked up by the node's class, hundreds of times for each catalog: a class
  # as a key is asked for its hash, and it is a call.
  module KnownClasses
    def initialize(*)
      super
      @cache.compare_by_identity
    end
  end

  # A resource is equal to none but itself, as a vertex of the graph, too.
  module Vertices
    def initialize(*)
      super
      @in_to.compare_by_identity
      @out_from.compare_by_identity
    end
  end

  # The line of a resource's declaration: it is searched for among the lines' offsets whenever another one was asked for
  # before.
  module LineOnce
    def line_for_offset(offset)
      (@lines ||= {})[offset] ||= super
    end
  end

  # Of one thread: the name of the place that it is kept in is not written anew for each look.
  module PlaceOnce
    def singleton
      @place ||= "#{name}.singleton".intern
      Thread.current.thread_variable_get(@place) || super
    end
  end

  # Functions of the older kind are methods of scopes. The library extends each scope by those of its environment: each has
  # a class of its own then, and whatever Ruby remembers of a class's methods is of no use for the next scope.
  module FunctionsOnce
    class << self
      # All scopes have its functions.
      attr_reader :environment

      # For a process that serves one environment: what it defines later is there, too.
      def of(environment)
        return unless Puppet::Parser::Scope.include?(self)

        modules = [Puppet.lookup(:root_environment), environment].map { |one| Puppet::Parser::Functions.environment_module(one) }
        modules.each { |one| Puppet::Parser::Scope.prepend(one) }
        @environment = environment
      end
    end

    def extend_with_functions_module
      super unless environment.equal?(FunctionsOnce.environment)
    end
  end

  STEPS = [
    -> { Puppet::Parser::Scope.prepend(FunctionsOnce) },
    lambda do
      Puppet::Parser::Scope::LocalScope.include(SetAll)
      Puppet::Parser::Scope.prepend(SettingsOnce)
    end,
    -> { Puppet::Parser::Scope.prepend(SettledFacts) },
    -> { Puppet::Resource.prepend(TitleOnce) },
    -> { Puppet::Graph::SimpleGraph.prepend(Vertices) },
    lambda do
      # They were made when the library was loaded.
      ObjectSpace.each_object(Puppet::Pops::Visitor) { |one| one.cache.compare_by_identity }
      Puppet::Pops::Visitor.prepend(KnownClasses)
    end,
    -> { Puppet::Pops::Parser::Locator::AbstractLocator.prepend(LineOnce) },
    -> { Puppet::Concurrent::ThreadLocalSingleton.prepend(PlaceOnce) }
  ].freeze

  module_function

  def install
    STEPS.each { |step| attempt(&step) }
  end

  # environment: the only one that this process will serve
  def serve(environment)
    attempt { FunctionsOnce.of(environment) }
  end

  # A release of the library that has no such class, or has it otherwise, is slower, and no worse.
  def attempt
    yield
  rescue NameError => e
    warn "the library goes its own way: #{e.message}"
  end
end
