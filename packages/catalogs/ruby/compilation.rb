# frozen_string_literal: true

# What a worker does for one environment. Every operation takes a Hash and returns one for the reply.
class Compilation
  # What was logged while one catalog was made.
  Puppet::Util::Log.newdesttype(:gatehouse) do
    match 'Compilation::Logs'
    def initialize(logs) = @logs = logs

    def handle(message) = @logs.add(message)
  end
  MOST_LOGS = 1000
  # Of one message, and of all together.
  MOST_CHARACTERS = 10_000
  MOST_LOGGED = 1_000_000

  # Puppet finds the kind of a destination by its name.
  class Logs
    attr_reader :list

    def initialize = clear
    def to_s = 'gatehouse'

    def clear
      @list = []
      @characters = 0
    end

    def add(message)
      text = Compilation.clean(message.message.to_s)[0, MOST_CHARACTERS]
      return if @list.length >= MOST_LOGS || @characters + text.length > MOST_LOGGED

      @characters += text.length
      @list << { 'level' => message.level.to_s, 'message' => text, 'file' => message.file, 'line' => message.line }.compact
    end
  end

  # Text that JSON can hold.
  def self.clean(text)
    text = text.dup.force_encoding(Encoding::UTF_8) unless text.encoding == Encoding::UTF_8
    text.valid_encoding? ? text : text.scrub('?')
  end

  # path: the folder with the environment's folder
  def initialize(name, path, asker)
    @name = name
    @path = path
    @logs = Logs.new
    Queries.asker = asker
    Puppet::Util::Log.close_all
    Puppet::Util::Log.newdestination(@logs)
  end

  def compile(request)
    begin_anew
    node = node_of(request)
    catalog, exported = inside(node, request) do
      whole = Puppet::Parser::Compiler.compile(node, request['codeId'])
      # What is virtual is left out, which takes a copy of the whole.
      own = whole.resources.any?(&:virtual?) ? whole.filter(&:virtual?) : whole
      text = written { JSON.generate(own.to_data_hash) }
      [text, whole.resources.select(&:exported).map { |one| export(one) }]
    ensure
      Puppet::Type.clear_misses
    end
    done('catalog' => true, 'exported' => exported, 'text' => catalog)
  end

  # Reads what there is to read before a node is known.
  def load(_request)
    begin_anew
    Puppet.override({ current_environment: environment }, 'load') { environment.known_resource_types }
    done({})
  end

  # What environment_classes tells of every manifest, by path.
  def classes(_request)
    begin_anew
    manifests = environment.modules.flat_map(&:all_manifests)
    site = environment.manifest
    manifests += File.directory?(site) ? Dir.glob(File.join(site, '**/*.pp')) : [site].select { |one| File.exist?(one) } unless site == Puppet::Node::Environment::NO_MANIFEST
    found = Puppet::InfoService::ClassInformationService.new.classes_per_environment(@name => manifests.uniq)[@name]
    done('files' => found.sort.map { |path, said| { 'path' => path, **said } })
  end

  # What an error says, as puppetserver would.
  def failure(error)
    message = Compilation.clean(said_by(error))[0, MOST_CHARACTERS]
    { 'ok' => false, 'message' => message, 'logs' => @logs.list }
  end

  # Numbers that are none, bytes that are no text, and lists in lists without an end.
  def written
    yield
  rescue JSON::JSONError, EncodingError => e
    raise Puppet::Error, "The catalog of #{@certname} has a value that JSON cannot hold: #{e.message}"
  end

  private

  def enter
    Setup.enter(@path)
    forget_what_modules_have
    Shortcuts.serve(environment)
    true
  end

  # Types of the library that the parent has loaded, and that a module of this environment has in its own way.
  def forget_what_modules_have
    folders = environment.modules.map { |one| File.join(one.plugin_directory, 'puppet/type') }
    names = folders.flat_map { |folder| Dir.glob('*.rb', base: folder) }.map { |file| File.basename(file, '.rb').to_sym }
    known = []
    Puppet::Type.eachtype { |type| known << type.name }
    (names & known).each { |name| Puppet::Type.rmtype(name) }
  end

  def begin_anew
    @logs.clear
    # Not before: an environment.conf that cannot be read is the code's failure, and is told as that.
    @entered ||= enter
    Puppet::Util::Warnings.clear_warnings
    @began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def done(reply)
    milliseconds = (Process.clock_gettime(Process::CLOCK_MONOTONIC) - @began) * 1000
    { 'ok' => true, 'milliseconds' => milliseconds.round(1), 'logs' => @logs.list }.merge(reply)
  end

  def environment
    Puppet.lookup(:environments).get!(@name)
  end

  def node_of(request)
    @certname = request['certname']
    facts = Shortcuts::Facts.new(@certname, facts_of(request))
    classes = request['classes']
    node = Puppet::Node.new(@certname, environment: environment, classes: classes, parameters: request['parameters'])
    node.fact_merge(facts)
    node.add_server_facts(request['serverFacts'])
    node
  end

  # Names that only a server may fill are no facts.
  def facts_of(request)
    text = request['factsText']
    text.nil? ? request['facts'] : JSON.parse(text)['values'].except('trusted', 'server_facts', 'facts')
  end

  def inside(node, request, &block)
    trusted = request['trusted']
    information = Puppet::Context::TrustedInformation.new(*trusted.values_at('authenticated', 'certname', 'extensions', 'external'))
    node.trusted_data = information.to_h
    context = { current_environment: node.environment, rich_data: true, trusted_information: information }
    Puppet.override(context, 'compile') { node.environment.with_text_domain(&block) }
  end

  # A resource for other nodes: what is sensitive stays so where it is collected.
  def export(resource)
    said = resource.to_data_hash
    parameters = said['parameters'] || {}
    (said['sensitive_parameters'] || []).each do |name|
      parameters[name] = { '__ptype' => 'Sensitive', '__pvalue' => parameters[name] } if parameters.key?(name)
    end
    said.slice('type', 'title', 'tags', 'file', 'line').merge('parameters' => parameters)
  end

  def said_by(error)
    case error
    when SystemExit then "The code of environment #{@name} called exit on node #{@certname}"
    when NoMemoryError then "The code of environment #{@name} took more memory than it may on node #{@certname}"
    when SystemStackError then "The code of environment #{@name} calls itself without an end on node #{@certname}"
    when StandardError then error.message
    else "#{error.message} on node #{@certname}"
    end
  end
end
