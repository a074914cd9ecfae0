import type { Tree } from "../run-site.js";

/** Code that gives no catalog: what it is, and the environment's files. */
export const FAILURES: Readonly<Record<string, Tree>> = {
  "a syntax error": { "manifests/site.pp": "notify { 'a': }\nnotify { 'b' }\n" },
  "a syntax error in a module": {
    "manifests/site.pp": "include broken\n",
    "modules/broken/manifests/init.pp": "class broken {\n  file { '/x': ensure => }\n}\n",
  },
  "a text without an end": { "manifests/site.pp": "notify { 'a: }\n" },
  "a class that is not there": { "manifests/site.pp": "# one\ninclude nowhere\n" },
  "a class in the wrong file": {
    "manifests/site.pp": "include misplaced\n",
    "modules/misplaced/manifests/init.pp": "class other { }\n",
  },
  "a type that is not there": { "manifests/site.pp": "nowhere { 'a': }\n" },
  "a parameter that is not there": { "manifests/site.pp": "notify { 'a': nowhere => 1 }\n" },
  "a parameter of a wrong type": {
    "manifests/site.pp": "class { 'typed': count => 'many' }\n",
    "modules/typed/manifests/init.pp": "class typed(Integer $count) { }\n",
  },
  "a parameter that is missing": {
    "manifests/site.pp": "class needy(String $name_of_it, $other) { }\ninclude needy\n",
  },
  "a resource twice": { "manifests/site.pp": "notify { 'a': }\n\n  notify { 'a': }\n" },
  "a relation to nothing": { "manifests/site.pp": "notify { 'a': require => File['/nowhere'] }\n" },
  "fail()": { "manifests/site.pp": "if true {\n  fail(\"no catalog for \u0024{trusted['certname']}\")\n}\n" },
  "a function that is not there": { "manifests/site.pp": "$x = nowhere(1)\n" },
  "a function called wrongly": { "manifests/site.pp": "$x = split(1)\n" },
  "a function that raises": {
    "manifests/site.pp": "notice(broken::raises(1))\n",
    "modules/broken/lib/puppet/functions/broken/raises.rb":
      "Puppet::Functions.create_function(:'broken::raises') do\n  def raises(x)\n    raise ArgumentError, \"not #{x}\"\n  end\nend\n",
  },
  "a function of Puppet 3 that raises": {
    "manifests/site.pp": "notice(old_raises())\n",
    "modules/broken/lib/puppet/parser/functions/old_raises.rb":
      "Puppet::Parser::Functions.newfunction(:old_raises, type: :rvalue) { |args| raise Puppet::ParseError, 'old and broken' }\n",
  },
  "a template that is not there": { "manifests/site.pp": "$x = template('nowhere/x.erb')\n" },
  "a template that fails": {
    "manifests/site.pp": "$x = template('broken/x.erb')\n",
    "modules/broken/templates/x.erb": "one\n<%= raise 'broken' %>\n",
  },
  "a template with a syntax error": {
    "manifests/site.pp": "$x = epp('broken/x.epp')\n",
    "modules/broken/templates/x.epp": "<%- | String $a | -%>\n<% if { %>\n",
  },
  "a file that is not there": { "manifests/site.pp": "$x = file('broken/nowhere')\n" },
  "Hiera without the key": { "manifests/site.pp": "$x = lookup('nowhere')\n" },
  "a wrong hiera.yaml": { "manifests/site.pp": "$x = lookup('a')\n", "hiera.yaml": "---\nversion: 5\nnonsense: 1\n" },
  "a node that has no definition": { "manifests/site.pp": "node 'somebody.else' { }\n" },
  "a division by zero": { "manifests/site.pp": "$x = [1, 2].map |$i| {\n  $i / 0\n}\n" },
  "a variable twice": { "manifests/site.pp": "$x = 1\n$x = 2\n" },
  "a wrong override": {
    "manifests/site.pp": "class a { file { '/x': } }\nclass b { include a\n  File['/x'] { mode => '1' } }\ninclude b\n",
  },
  "a type that is an error": { "manifests/site.pp": "$x = assert_type(Integer[1, 2], 3)\n" },
  "a config_version that fails": {
    "environment.conf": "config_version = /bin/false\n",
    "manifests/site.pp": "notify { 'a': }\n",
  },
  "a wrong resource title": { "manifests/site.pp": "file { 'relative': ensure => file }\nnotify { [undef]: }\n" },
};

/**
 * What JRuby says in words of its own; for the first three puppetserver's handler gives up, and answers with a text that
 * is no JSON.
 */
export const RUBY_FAILURES: Readonly<Record<string, Tree>> = {
  "a Ruby syntax error in a function": {
    "manifests/site.pp": "notice(broken::syntax())\n",
    "modules/broken/lib/puppet/functions/broken/syntax.rb":
      "Puppet::Functions.create_function(:'broken::syntax') do\n  def (\nend\n",
  },
  "a library that is not there": {
    "manifests/site.pp": "notice(broken::library())\n",
    "modules/broken/lib/puppet/functions/broken/library.rb":
      "require 'nowhere_at_all'\nPuppet::Functions.create_function(:'broken::library') { def library; end }\n",
  },
  "a template that calls what is not implemented": {
    "manifests/site.pp": "$x = template('broken/x.erb')\n",
    "modules/broken/templates/x.erb": "<%= tags %>\n",
  },
  "a type that raises": {
    "manifests/site.pp": "picky { 'a': }\n",
    "modules/broken/lib/puppet/type/picky.rb": "Puppet::Type.newtype(:picky) do\n  nonsense\nend\n",
  },
  "Hiera with broken YAML": {
    "manifests/site.pp": "$x = lookup('a')\n",
    "hiera.yaml": "---\nversion: 5\nhierarchy:\n  - name: a\n    path: a.yaml\n",
    "data/a.yaml": "a: [1\nb: 2\n",
  },
};

/** What agents get once it is mended. */
export const MENDED: Tree = { "manifests/site.pp": "notify { 'mended': }\n" };
