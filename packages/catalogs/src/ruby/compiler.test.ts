import type { CatalogQueries, CatalogRequest } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Compiled } from "./compiled.js";
import type { RubyCompiler } from "./compiler.js";
import { compilerOf, requestFor, ruby, versionOf } from "./ruby.test.helper.js";

const asked: unknown[] = [];
const queries: CatalogQueries = {
  exported: async (type, askedBy, filter) => {
    asked.push({ type, askedBy, filter });
    if (filter?.[2] === "broken") throw new GatehouseError("request-malformed", "No such filter.");
    const secret = { __ptype: "Sensitive", __pvalue: "hush" };
    const at = { file: "/f", line: 1, tags: ["notify", "greet"], certname: "db01", type };
    return [{ ...at, title: "from db01", parameters: { message: secret, tag: "greet", loglevel: "warning" } }];
  },
  puppetdb: async (query) => {
    asked.push(query);
    return [{ certname: "db01", value: null }];
  },
};

describe.skipIf(ruby === undefined)("catalogs of Puppet code", () => {
  let compiler: RubyCompiler;
  let version = 0;
  beforeAll(async () => {
    compiler = await compilerOf({ queries, serverFacts: { servername: "gate.example.org", serverip: "192.0.2.9" } });
  });
  afterAll(() => compiler.close());

  const compile = (files: Parameters<typeof versionOf>[0], said: Partial<CatalogRequest> = {}): Promise<Compiled> =>
    compiler.compile(requestFor(versionOf(files, { version: ++version }), said));
  /** Parameters by reference, of what is not in every catalog. */
  const of = ({ catalog }: Compiled) =>
    Object.fromEntries(
      catalog.resources
        .filter(({ title, type }) => !["main", "Settings"].includes(title) && type !== "Node")
        .map(({ type, title, parameters }) => [`${type}[${title}]`, parameters]),
    );
  const site = (code: string, said: Partial<CatalogRequest> = {}) => compile({ "manifests/site.pp": code }, said);
  const message = async (text: string, said: Partial<CatalogRequest> = {}) =>
    of(await site(`notify { 'n': message => ${text} }`, said))["Notify[n]"]?.["message"];

  it.each([true, false])("are made by machine code where Ruby can and may: %s", async (jit) => {
    const own = await compilerOf({ jit });
    const code = "notify { 'n': message => inline_template('<%= defined?(RubyVM::YJIT) && RubyVM::YJIT.enabled? %>') }";
    const files = { "manifests/site.pp": code };
    const made = await own.compile(requestFor(versionOf(files, { version: ++version }))).finally(() => own.close());
    expect(of(made)["Notify[n]"]?.["message"] === "true").toBe(jit && ruby?.hasYjit === true);
  });

  it("are in the wire's form, and their text is what was read", async () => {
    const made = await site("notify { 'hello': }\n");
    expect(JSON.parse(made.json.toString())).toEqual(made.catalog);
    expect(Object.keys(made.catalog)).toEqual([
      ...["tags", "name", "version", "code_id", "catalog_uuid", "catalog_format", "environment"],
      ...["resources", "edges", "classes"],
    ]);
    expect(made.catalog).toMatchObject({ name: "web01.example.org", environment: "production", code_id: `${version}` });
    expect(made.catalog.resources.map(({ type, title }) => `${type}[${title}]`)).toEqual([
      ...["Stage[main]", "Class[Settings]", "Class[main]", "Notify[hello]"],
    ]);
    expect(made.catalog.resources.at(-1)).toMatchObject({
      file: "/etc/puppetlabs/code/environments/production/manifests/site.pp",
      line: 1,
      kind: "compilable_type",
    });
    expect([made.logs, made.exported]).toEqual([[], []]);
  });

  it("know facts, what the certificate says, and the server", async () => {
    const trusted = {
      authenticated: "remote",
      certname: "web01.example.org",
      extensions: { pp_role: "db" },
      external: {},
    };
    const facts = { os: { family: "RedHat" }, trusted: "false", mtu: 1500 };
    const text = `"\${facts['os']['family']} \${facts['mtu'] + 1} \${trusted['extensions']['pp_role']} \${trusted['hostname']} \${trusted['domain']} \${server_facts['servername']} \${serverip} \${environment} \${server_facts['serverversion']}"`;
    expect(await message(text, { trusted, facts })).toBe(
      `RedHat 1501 db web01 example.org gate.example.org 192.0.2.9 production ${ruby?.libraryVersion}`,
    );
  });

  it("know facts without null, which is an empty text, and cannot be changed by code", async () => {
    const factsText =
      '{"name":"x","values":{"none":null,"deep":{"none":null,"list":[null,{"none":null},1]},"os":{"a":"b"}}}';
    const kinds =
      "[$facts['none'], $facts['deep']['none'], $facts['deep']['list'][0], $none, $facts['deep']['list'][1]['none']]";
    expect(await message(`"\${${kinds}.map |$one| { type($one) }}"`, { factsText })).toBe(
      "[String, String, String, String, String]",
    );
    const change = 'inline_template(\'<%= scope["facts"]["os"]["a"] << "c" %>\')';
    await expect(message(change, { factsText })).rejects.toThrow("frozen");
  });

  it("know numbers as the agent wrote them, where it has just done so", async () => {
    const factsText =
      '{"name":"x","values":{"load":1.0,"big":12345678901234567890,"trusted":{"certname":"no"},"facts":1}}';
    const text = `"\${facts['load']} \${facts['big']} \${trusted['certname']} \${facts['facts']}"`;
    expect(await message(text, { facts: { load: 1 }, factsText })).toBe("1.0 12345678901234567890 web01.example.org ");
    expect(await message(text, { facts: { load: 1 } })).toBe("1  web01.example.org ");
  });

  it("have the classes and parameters of the node's groups", async () => {
    const made = await compile(
      {
        "manifests/site.pp": `notify { "top \${role}": }`,
        "modules/web/manifests/init.pp": `class web(Integer $port, $name_of = "x") { notify { "\${name_of} \${port}": } }`,
      },
      { settings: { "puppet.classes": { web: { port: 8080 } }, "puppet.parameters": { role: "front" } } },
    );
    expect(made.catalog.classes).toEqual(["web", "settings", "web"]);
    expect(Object.keys(of(made))).toEqual(["Notify[top front]", "Class[Web]", "Notify[x 8080]"]);
  });

  it("look values up in the layers of the environment and of modules", async () => {
    const made = await compile({
      "hiera.yaml":
        'version: 5\nhierarchy:\n  - {name: node, path: "%{trusted.certname}.yaml"}\n  - {name: os, path: "os/%{facts.os.family}.yaml"}\n  - {name: code, lookup_key: app::answer}\n',
      "data/web01.example.org.yaml": "app::list: [node]\n",
      "data/os/Debian.yaml": "app::list: [os]\napp::where: debian\nlookup_options:\n  app::list: {merge: unique}\n",
      "modules/app/hiera.yaml": "version: 5\nhierarchy:\n  - {name: common, path: common.yaml}\n",
      "modules/app/data/common.yaml": "app::list: [module]\napp::only: 'from module'\n",
      "modules/app/functions/answer.pp":
        "function app::answer($key, $options, $context) { if $key == 'app::key' { 42 } else { $context.not_found } }",
      "modules/app/manifests/init.pp":
        "class app($list, $where, $only, $key) { notify { 'n': message => [$list, $where, $only, $key] } }",
      "manifests/site.pp": "class { 'app': list => lookup('app::list') }",
    });
    expect(of(made)["Notify[n]"]).toEqual({ message: [["node", "os", "module"], "debian", "from module", 42] });
  });

  it("come of functions, types, facts and templates out of modules", async () => {
    const made = await compile({
      "modules/m/lib/puppet/functions/m/four.rb":
        "Puppet::Functions.create_function(:'m::four') do\n  dispatch(:x) { param 'String', :a }\n  def x(a) = a.upcase\nend\n",
      "modules/m/lib/puppet/parser/functions/three.rb":
        "module Puppet::Parser::Functions\n  newfunction(:three, type: :rvalue) { |args| args[0].reverse }\nend\n",
      "modules/m/functions/own.pp": `function m::own(String $a) >> String { "<\${a}>" }`,
      "modules/m/lib/puppet/type/gadget.rb":
        "Puppet::Type.newtype(:gadget) do\n  newparam(:name, namevar: true)\n  newproperty(:size)\nend\n",
      "modules/m/lib/puppet/type/notify.rb":
        "Puppet::Type.newtype(:notify) do\n  newparam(:name, namevar: true)\n  newparam(:message)\n  newparam(:color)\nend\n",
      "modules/m/templates/a.erb": "erb <%= @facts['os']['name'] %> <%= scope['m::x'] %>",
      "modules/m/templates/b.epp": "<%- | $v | -%>epp <%= $v %>",
      "modules/m/types/port.pp": "type M::Port = Integer[1, 65535]",
      "modules/m/manifests/init.pp":
        "class m(M::Port $port = 80) {\n  $x = 'X'\n  notify { 'n': message => [m::four('a'), three('abc'), m::own('o'), template('m/a.erb'), epp('m/b.epp', {v => 1})], color => 'red' }\n  gadget { 'g': size => $port }\n  m::part { 'p': }\n}",
      "modules/m/manifests/part.pp": `define m::part { file { "/\${title}": source => 'puppet:///modules/m/f' } }`,
      "manifests/site.pp": "include m\nnotify { 'made': message => generate('/bin/echo', '-n', 'x') }",
    });
    expect(of(made)).toMatchObject({
      "Notify[made]": { message: "x" },
      "Notify[n]": { message: ["A", "cba", "<o>", "erb Debian X", "epp 1"], color: "red" },
      "Gadget[g]": { size: 80 },
      "M::Part[p]": undefined,
      "File[/p]": { source: "puppet:///modules/m/f" },
    });
    expect(made.catalog.resources.find(({ title }) => title === "p")?.kind).toBe("defined_type");
  });

  it("have hashes of passwords as text, which Ruby has as bytes", async () => {
    const code = "Puppet::Parser::Functions.newfunction(:hashed, type: :rvalue) { |args| args[0].crypt('$6$salt') }\n";
    const made = await compile({
      "manifests/site.pp": "user { 'a': password => hashed('secret') }\n",
      "modules/m/lib/puppet/parser/functions/hashed.rb": code,
    });
    expect(of(made)["User[a]"]?.["password"]).toBe(
      "$6$salt$egUxKNxDs8kPfh8iPMNcosMhb2eWah6d3R44JDm5Rj/j/XWR5E33QPd0YmHXoDHOIDR6kL5D3JcQcz0O8FHE00",
    );
  });

  it("have functions of the older kind as methods of all scopes, those that are first used later, too", async () => {
    const old = (name: string, body: string) =>
      `Puppet::Parser::Functions.newfunction(:${name}, type: :rvalue) { |args| ${body} }\n`;
    const said = "<%= (scope.singleton_class.ancestors - scope.class.ancestors).length %>";
    const from = versionOf(
      {
        "modules/m/lib/puppet/parser/functions/first.rb": old("first", "'first ' + function_second(args)"),
        "modules/m/lib/puppet/parser/functions/second.rb": old("second", "lookupvar('x').to_s + args[0]"),
        "modules/m/lib/puppet/parser/functions/later.rb": old("later", "'later ' + self.class.name"),
        "modules/m/manifests/init.pp": `class m {\n  $x = 'X'\n  notify { 'n': message => [first('a'), inline_template('<%= scope.function_second(["b"]) %> ${said}')] }\n}`,
        "manifests/site.pp":
          "include m\nif $facts['more'] { notify { 'more': message => [later(), [1].map |$i| { later() }] } }",
      },
      { version: ++version },
    );
    const first = { message: ["first Xa", "Xb 1"] };
    expect(of(await compiler.compile(requestFor(from)))).toEqual({ "Class[M]": undefined, "Notify[n]": first });
    expect(of(await compiler.compile(requestFor(from, { facts: { more: true } })))).toMatchObject({
      "Notify[n]": first,
      "Notify[more]": { message: ["later Puppet::Parser::Scope", ["later Puppet::Parser::Scope"]] },
    });
  });

  it("know a resource by the parts of its title, which is parsed once", async () => {
    const type =
      "$parsed = 0\nPuppet::Type.newtype(:gadget) do\n  newparam(:site, namevar: true)\n  newparam(:port, namevar: true)\n" +
      '  def self.title_patterns\n    [[/\\A(\\w+):(\\d+)\\z/, [[:site], [:port, ->(port) { "#{port}.#{$parsed += 1}" }]]], [/\\A(\\w+)\\z/, [[:site]]]]\n  end\nend\n';
    const gadgets = (more: string) =>
      compile({
        "modules/m/lib/puppet/type/gadget.rb": type,
        "manifests/site.pp": `gadget { 'a:1': }\ngadget { 'b:1': }\n${more}`,
      });
    expect(of(await gadgets("file { '/d/': mode => '0600' }"))).toEqual({
      "Gadget[a:1]": { site: "a", port: "1.1" },
      "Gadget[b:1]": { site: "b", port: "1.2" },
      "File[/d/]": { path: "/d", mode: "0600" },
    });
    await expect(gadgets("gadget { 'c': site => 'b', port => '1.2' }")).rejects.toThrow(
      'Cannot alias Gadget[c] to ["1.2", "b"]',
    );
  });

  it("carry rich data, what is deferred, and what is sensitive", async () => {
    const made = await site(
      "file { '/s': content => Sensitive('hush'), mode => '0600' }\nnotify { 'n': message => [Deferred('upper', ['a']), /x/, SemVer('1.2.3'), Timespan(1), { 1 => default }, Sensitive('in') ], noop => undef }",
    );
    expect(made.catalog.resources.find(({ title }) => title === "/s")).toMatchObject({
      parameters: { content: "hush", mode: "0600" },
      sensitive_parameters: ["content"],
    });
    expect(of(made)["Notify[n]"]).toEqual({
      message: [
        { __ptype: "Deferred", name: "upper", arguments: ["a"] },
        { __ptype: "Regexp", __pvalue: "x" },
        { __ptype: "SemVer", __pvalue: "1.2.3" },
        { __ptype: "Timespan", __pvalue: "0-00:00:01.0" },
        { __ptype: "Hash", __pvalue: [1, { __ptype: "Default" }] },
        { __ptype: "Sensitive", __pvalue: "in" },
      ],
    });
  });

  it("take manifest, modules and version from environment.conf", async () => {
    const made = await compile({
      "environment.conf":
        "manifest = site\nmodulepath = dist:modules\nconfig_version = scripts/version $environment\nenvironment_timeout = 0\n",
      "scripts/version": '#!/bin/sh\necho "v7-$1"\n',
      "site/a.pp": "include thing",
      "site/b.pp": "notify { 'b': }",
      "dist/thing/manifests/init.pp": "class thing { notify { 'dist': } }",
      "modules/thing/manifests/init.pp": "class thing { notify { 'modules': } }",
      "link.pp": { link: "site/b.pp" },
    });
    expect(Object.keys(of(made))).toEqual(["Class[Thing]", "Notify[dist]", "Notify[b]"]);
    expect(made.catalog.version).toBe("v7-production");
  });

  it("come with what the code logs, and where", async () => {
    const made = await site("notice('quiet')\nwarning('loud')\ninfo('not heard')\n$x = \"\\q\"\n");
    const file = "/etc/puppetlabs/code/environments/production/manifests/site.pp";
    expect(made.logs).toEqual([
      { level: "warning", message: "Unrecognized escape sequence '\\q'", file, line: 4 },
      { level: "notice", message: "quiet" },
      { level: "warning", message: "loud" },
    ]);
  });

  it("say what they export, and collect what others do", async () => {
    asked.length = 0;
    const made = await site(
      "@@notify { 'own': message => Sensitive('s'), tag => 'greet', require => File['/a'] }\nfile { '/a': }\n@notify { 'virtual': }\nNotify <<| tag == 'greet' and title != 'x' |>> { withpath => true }\n@@file { '/not-collected': mode => '0600' }",
    );
    expect(asked).toEqual([
      { type: "Notify", askedBy: "web01.example.org", filter: [["tag", "==", "greet"], "and", ["title", "!=", "x"]] },
    ]);
    expect(made.exported).toEqual([
      {
        type: "Notify",
        title: "own",
        tags: ["greet", "notify", "own", "class"],
        file: "/etc/puppetlabs/code/environments/production/manifests/site.pp",
        line: 1,
        parameters: {
          message: { __ptype: "Sensitive", __pvalue: "s" },
          tag: "greet",
          require: "File[/a]",
          withpath: true,
        },
      },
      expect.objectContaining({ type: "File", title: "/not-collected", parameters: { mode: "0600" } }),
    ]);
    expect(made.catalog.resources.find(({ title }) => title === "from db01")).toMatchObject({
      exported: false,
      parameters: { message: "hush", tag: "greet", loglevel: "warning", withpath: true },
      sensitive_parameters: ["message"],
    });
    expect(Object.keys(of(made))).toEqual(["Notify[own]", "File[/a]", "Notify[from db01]"]);
  });

  it("fail where a collector or a query cannot be answered", async () => {
    await expect(site("Notify <<| tag == 'broken' |>>")).rejects.toThrow(/No such filter\..* on node web01/);
  });

  it("ask puppetdb_query in PQL and in AST", async () => {
    asked.length = 0;
    expect(await message("puppetdb_query('nodes { }')")).toEqual([{ certname: "db01", value: null }]);
    expect(await message("puppetdb_query(['from', 'nodes', ['=', 'certname', 'a']])[0]['certname']")).toBe("db01");
    expect(asked).toEqual(["nodes { }", ["from", "nodes", ["=", "certname", "a"]]]);
  });

  it("are of the version that is asked for, while another one is served too", async () => {
    const site = (text: string) => ({
      "modules/m/manifests/init.pp": `class m { notify { '${text}': } }`,
      "manifests/site.pp": "include m",
    });
    const [old, next] = ["old", "next"].map((text) => versionOf(site(text), { version: ++version }));
    const other = versionOf(site("other"), { name: "staging", version });
    const asked = [old, next, other, next, old, other, old].map((one) => compiler.compile(requestFor(one)));
    const titles = (await Promise.all(asked)).map(({ catalog }) => catalog.resources.at(-1)?.title);
    expect(titles).toEqual(["old", "next", "other", "next", "old", "other", "old"]);
  });

  it("are one at a time in each of many processes, whoever asks", async () => {
    const environment = versionOf({ "manifests/site.pp": "notify { $facts['n']: }" }, { version: ++version });
    const asked = Array.from({ length: 30 }, (_, i) =>
      compiler.compile(requestFor(environment, { certname: `n${i}.example.org`, facts: { n: `is ${i}` } })),
    );
    for (const [i, { catalog }] of (await Promise.all(asked)).entries())
      expect([catalog.name, catalog.resources.at(-1)?.title]).toEqual([`n${i}.example.org`, `is ${i}`]);
  });

  it("need an environment that was deployed", async () => {
    await expect(compiler.compile(requestFor(undefined))).rejects.toMatchObject({
      code: "catalog-failed",
      message: expect.stringContaining("'nowhere'"),
    });
  });

  it("tell the classes of a version, and which manifest is broken", async () => {
    const described = versionOf(
      {
        "manifests/site.pp": "node default {}",
        "modules/a/manifests/init.pp": "class a(Integer $n = 1 + 1, $m = 'x') {}",
        "modules/b/manifests/init.pp": "class b {",
      },
      { version: ++version },
    );
    const root = "/etc/puppetlabs/code/environments/production";
    expect(await compiler.classes(described)).toEqual([
      { path: `${root}/manifests/site.pp`, classes: [] },
      {
        path: `${root}/modules/a/manifests/init.pp`,
        classes: [
          {
            name: "a",
            params: [
              { name: "n", type: "Integer", default_source: "1 + 1" },
              { name: "m", default_literal: "x", default_source: "'x'" },
            ],
          },
        ],
      },
      {
        path: `${root}/modules/b/manifests/init.pp`,
        error: expect.stringMatching(/^Syntax error at end of input \(file: .*\/b\/manifests\/init\.pp/),
      },
    ]);
  });

  it("are warm before they are asked for", async () => {
    const next = versionOf(
      { "manifests/site.pp": `notify { "warm \${trusted['certname']}": }` },
      { version: ++version },
    );
    await compiler.warm(next);
    expect(Object.keys(of(await compiler.compile(requestFor(next))))).toEqual(["Notify[warm web01.example.org]"]);
    const broken = versionOf({ "manifests/site.pp": "notify {" }, { version: ++version });
    await expect(compiler.warm(broken)).rejects.toMatchObject({ code: "catalog-failed" });
  });

  it("are warmed with what agents get, not with what an operator tries", async () => {
    const name = "tried";
    const first = versionOf({ "manifests/site.pp": "" }, { name, version: 1 });
    await compiler.compile(requestFor(first));
    await compiler.compile(requestFor(first, { facts: { tried: true }, isTrial: true }));
    const code = "if $facts['tried'] { fail('tried') }";
    await compiler.warm(versionOf({ "manifests/site.pp": code }, { name, version: 2 }));
    await compiler.compile(requestFor(first, { facts: { tried: true } }));
    const next = versionOf({ "manifests/site.pp": `${code} ` }, { name, version: 3 });
    await expect(compiler.warm(next)).rejects.toThrow("tried");
  });
});
