# frozen_string_literal: true

# Called by agents only.
Puppet::Functions.create_function(:'site::on_agent') do
  dispatch :call_it do
    param 'Hash', :options
  end

  def call_it(options)
    "an agent, with #{options.inspect}"
  end
end
