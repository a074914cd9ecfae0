# frozen_string_literal: true

module Puppet::Parser::Functions
  newfunction(:site_statement, type: :statement, doc: 'Adds a resource.') do |args|
    send(:function_create_resources, ['notify', { args[0] => { 'message' => 'by a statement' } }])
  end
end
