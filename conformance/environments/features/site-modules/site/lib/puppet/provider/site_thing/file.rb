# frozen_string_literal: true

require 'json'

Puppet::Type.type(:site_thing).provide(:file) do
  desc 'Keeps things as JSON.'

  def self.fields
    %w[size flavour]
  end

  def exists?
    File.exist?(place)
  end

  def create
    write('size' => resource[:size], 'flavour' => resource[:flavour])
  end

  def destroy
    File.delete(place)
  end

  fields.each do |field|
    define_method(field) { read[field].then { |value| value.is_a?(String) ? value.to_sym : value } }
    define_method("#{field}=") { |value| write(read.merge(field => value)) }
  end

  private

  def place
    resource[:path] || "/tmp/site/thing-#{resource[:name]}"
  end

  def read
    JSON.parse(File.read(place))
  end

  def write(thing)
    File.write(place, JSON.generate(thing))
  end
end
