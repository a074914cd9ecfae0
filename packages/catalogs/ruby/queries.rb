# frozen_string_literal: true

require 'puppet/indirector/code'
require 'puppet/resource/catalog'
require 'puppet/node/facts'

# What stands in the place of PuppetDB: collectors and puppetdb_query ask the gateway, while a catalog is compiled.
module Queries
  class << self
    # Takes {"ask" => ...} and returns what was found.
    attr_accessor :asker

    def install
      Puppet[:storeconfigs] = true
      Puppet::Resource::Catalog.indirection.cache_class = nil
      Puppet::Node::Facts.indirection.cache_class = nil
      Puppet::Resource.indirection.terminus_class = :gatehouse
      root = Puppet.lookup(:root_environment)
      Puppet::Parser::Functions.newfunction(:puppetdb_query, type: :rvalue, arity: 1, environment: root) do |arguments|
        Queries.asker.call('ask' => 'puppetdb', 'query' => arguments[0])
      end
    end

    # A stored resource in the compiler that collects it, as PuppetDB's terminus makes one; its values come back rich.
    def resource(stored, scope)
      values = Puppet::Pops::Serialization::FromDataConverter.convert(stored['parameters'] || {})
      parameters = values.map { |name, value| Puppet::Parser::Resource::Param.new(name: name, value: value) }
      made = Puppet::Parser::Resource.new(stored['type'], stored['title'], parameters: parameters, scope: scope)
      made.collector_id = "#{stored['certname']}|#{stored['type']}|#{stored['title']}"
      made
    end
  end
end

# The name is the terminus's, and Puppet looks for it here.
class Puppet::Resource::Gatehouse < Puppet::Indirector::Code
  desc 'Exported resources of other nodes, from the gateway.'

  def allow_remote_requests? = false

  def find(_request) = nil

  def search(request)
    found = Queries.asker.call('ask' => 'exported', 'type' => request.key, 'filter' => request.options[:filter])
    found.map { |stored| Queries.resource(stored, request.options[:scope]) }
  end
end
