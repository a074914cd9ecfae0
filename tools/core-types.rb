# Writes the attributes of Puppet's core types as JSON, from Puppet's own library:
#   ruby tools/core-types.rb [MODULE…] > packages/catalogs/src/core-types.json && npx biome check --write packages/catalogs/src/core-types.json
# A MODULE is an unpacked one, such as puppetlabs-cron_core; those that AIO packages of the agent come with are core too.
require "json"
require "puppet"
require "tmpdir"

folder = Dir.mktmpdir
Puppet.initialize_settings(["--confdir", folder, "--vardir", folder])
modules = ARGV.map { |path| [path, JSON.parse(File.read(File.join(path, "metadata.json")))] }
modules.each { |path, _| $LOAD_PATH.unshift(File.join(path, "lib")) }
names = %w[exec file filebucket group notify package resources schedule service stage tidy user]
names += modules.flat_map { |path, _| Dir[File.join(path, "lib/puppet/type/*.rb")].map { |file| File.basename(file, ".rb") } }

# The values that a parameter takes, where it takes no others.
def values_of(attribute)
  collection = attribute.value_collection
  return nil if collection.nil? || collection.empty?
  # What has a check of its own may take more than it lists.
  return nil unless [Puppet::Parameter, Puppet::Property].include?(attribute.instance_method(:unsafe_validate).owner)
  return nil unless attribute.instance_method(:unsafe_munge).owner == Puppet::Parameter || attribute < Puppet::Property
  values = collection.instance_variable_get(:@regexes).empty? ? collection.instance_variable_get(:@strings) : []
  return nil if values.empty?
  values.flat_map { |value| [value.name.to_s, *value.aliases.map(&:to_s)] }.uniq.sort
end

types = names.sort.to_h do |name|
  type = Puppet::Type.type(name.to_sym) or abort "there is no type #{name}"
  attributes = (type.properties + type.parameters.map { |each| type.attrclass(each) }).uniq
  described = attributes.sort_by { |each| each.name.to_s }.to_h { |each| [each.name.to_s, values_of(each)] }
  [name.capitalize, described]
end
puts JSON.generate(
  "source" => ["puppet #{Puppet.version}", *modules.map { |_, metadata| "#{metadata["name"]} #{metadata["version"]}" }.sort],
  "license" => "Apache-2.0",
  "metaparameters" => Puppet::Type.metaparams.map(&:to_s).sort,
  "types" => types
)
