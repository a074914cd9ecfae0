# frozen_string_literal: true

module Puppet::Parser::Functions
  newfunction(:site_legacy, type: :rvalue, arity: 1, doc: 'A function as Puppet 3 had them.') do |args|
    "legacy #{args[0]} for #{lookupvar('::clientcert')}"
  end
end
