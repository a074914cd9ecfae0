import type { CatalogRequest, CompileFailed } from "@gatehouse/core/catalogs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RubyCompiler } from "./compiler.js";
import { compilerOf, requestFor, ruby, versionOf } from "./ruby.test.helper.js";

const root = "/etc/puppetlabs/code/environments/production";
const NODE = "web01.example.org";

describe.skipIf(ruby === undefined)("Puppet code that fails", () => {
  let compiler: RubyCompiler;
  let version = 0;
  beforeAll(async () => {
    compiler = await compilerOf({ workers: 1, memoryMb: 256 });
  });
  afterAll(() => compiler.close());

  const made = (files: Parameters<typeof versionOf>[0]) => versionOf(files, { version: ++version });
  /** A version whose code does something in Ruby, for nodes that have a fact of that. */
  const ruled = (body: string) =>
    made({
      "modules/m/lib/puppet/functions/m/bad.rb": `Puppet::Functions.create_function(:'m::bad') do\n  def bad\n${body}\n  end\nend\n`,
      "manifests/site.pp": "if $facts['bad'] { $x = m::bad() }\nnotify { 'good': }",
    });
  const bad: Partial<CatalogRequest> = { facts: { bad: true } };
  const failing = async (environment: ReturnType<typeof versionOf>, said = bad) => {
    const error = (await compiler
      .compile(requestFor(environment, said))
      .then(({ catalog }) => catalog)
      .catch((thrown) => thrown)) as CompileFailed;
    expect(error.code).toBe("catalog-failed");
    return error;
  };
  /** The next node gets its catalog. */
  const works = async (environment: ReturnType<typeof versionOf>) => {
    const next = await compiler.compile(requestFor(environment, { certname: "db01.example.org", facts: {} }));
    expect(next.catalog.resources.at(-1)).toMatchObject({ title: "good", tags: ["notify", "good", "class"] });
  };

  it.each([
    [
      "a syntax error",
      "notify { 'a':\n  message => }",
      `Could not parse for environment production: Syntax error at '}' (file: ${root}/manifests/site.pp, line: 2, column: 14) on node ${NODE}`,
    ],
    [
      "a class that is not there",
      "include nowhere",
      `Evaluation Error: Error while evaluating a Function Call, Could not find class ::nowhere for ${NODE} (file: ${root}/manifests/site.pp, line: 1, column: 1) on node ${NODE}`,
    ],
    [
      "what the code itself says",
      "\n  fail('not today')",
      `Evaluation Error: Error while evaluating a Function Call, not today (file: ${root}/manifests/site.pp, line: 2, column: 3) on node ${NODE}`,
    ],
    [
      "a duplicate declaration",
      "notify { 'a': }\nnotify { 'a': }",
      `Evaluation Error: Error while evaluating a Resource Statement, Duplicate declaration: Notify[a] is already declared at (file: ${root}/manifests/site.pp, line: 1); cannot redeclare (file: ${root}/manifests/site.pp, line: 2) (file: ${root}/manifests/site.pp, line: 2, column: 1) on node ${NODE}`,
    ],
    [
      "a text that is none",
      'notify { \'a\': message => "\xff" }\nfail("\u2028 ü")',
      expect.stringContaining("\u2028 ü"),
    ],
  ])("is told as agents print it: %s", async (_, code, message) => {
    const error = await failing(made({ "manifests/site.pp": code }), {});
    expect(error.message).toEqual(message);
  });

  it("fails again when it is compiled again, though the library has half of it loaded", async () => {
    const broken = made({ "manifests/a.pp": "class one {}\nnotify { 'x': }", "manifests/b.pp": "class one { }" });
    const first = await failing(broken, {});
    expect(first.message).toMatch(/Class 'one' is already defined/);
    for (const _ of [1, 2]) expect((await failing(broken, {})).message).toBe(first.message);
  });

  it("fails again where a provider of a type is broken: the library has the type by then", async () => {
    const broken = made({
      "modules/m/lib/puppet/type/picky.rb": "Puppet::Type.newtype(:picky) do\n  newparam(:name, namevar: true)\nend\n",
      "modules/m/lib/puppet/provider/picky/ruby.rb":
        "Puppet::Type.type(:picky).provide(:ruby) do\n  raise 'no provider today'\nend\n",
      "manifests/site.pp": "if $facts['bad'] { picky { 'a': } }\nnotify { 'good': }",
    });
    for (const _ of [1, 2, 3]) expect((await failing(broken)).message).toContain("no provider today");
    await works(broken);
  });

  it("tells what was logged before", async () => {
    const { logs } = await failing(made({ "manifests/site.pp": "warning('careful')\nfail('over')" }), {});
    expect(logs[0]).toEqual({ level: "warning", message: "careful" });
    expect(logs[1]).toMatchObject({ level: "err", message: expect.stringContaining("over") });
  });

  it.each([
    ["calls exit", "exit 3", /^The code of environment production called exit on node web01/],
    [
      "calls exit!",
      "exit! 3",
      /^The process that made the catalog of web01\.example\.org ended in mid-work: status 3$/,
    ],
    ["aborts", "abort 'bye'", /called exit/],
    ["kills its process", "Process.kill(:KILL, $$); sleep", /ended in mid-work: signal 9$/],
    ["crashes it", "Process.kill(:SEGV, $$); sleep", /ended in mid-work: signal/],
    ["raises what is no StandardError", "raise NotImplementedError, 'never'", /^never on node/],
    ["raises an Exception", "raise Exception, 'plain'", /^plain on node/],
    ["throws what nobody catches", "throw :ball", /uncaught throw :ball.* on node/],
    ["calls itself without an end", "bad", /(calls itself without an end|stack level too deep)/],
    ["needs a library that is not there", "require 'no/such/library'", /cannot load such file -- no\/such\/library/],
    ["prints", "puts 'x' * 100; $stdout.puts '{}'; STDOUT.puts 'y'; system('echo z'); raise 'printed'", /printed/],
    ["takes a string of 10 GB", "'x' * 10_000_000_000", /took more memory than it may on node/],
    [
      "takes more and more",
      "a = []; loop { a << 'x' * 1_000_000 }",
      /took more memory than it may on node|ended in mid-work/,
    ],
    ["forks", "fork { raise 'child' }; Process.wait; raise 'parent'", /parent/],
    [
      "asks without an end",
      `ObjectSpace.each_object(UNIXSocket) { |s| s.write("{\\"id\\":1,\\"ask\\":\\"puppetdb\\",\\"query\\":\\"#{'x' * 300_000}\\"}\\n") }; sleep`,
      /said what is no answer$/,
    ],
    [
      "plays with the socket",
      'ObjectSpace.each_object(UNIXSocket) { |s| s.write("nonsense\\n") }; sleep',
      /said what is no answer$/,
    ],
    [
      "answers in its own words",
      `ObjectSpace.each_object(UNIXSocket) { |s| s.write("{\\"id\\":1,\\"ok\\":true,\\"catalog\\":true}\\n{}\\n") }`,
      /gave is no catalog/,
    ],
    ["ends, and leaves its socket to another", "fork { Process.setsid; sleep }; exit!(4)", /in mid-work: status 4$/],
    [
      "writes a line without an end",
      "70.times { ObjectSpace.each_object(UNIXSocket) { |s| s.write('x' * 1_000_000) } }; sleep",
      /answered with more than 20 MiB$/,
    ],
  ])("ends nothing but its own catalog when it %s", async (_, body, message) => {
    const environment = ruled(body);
    expect((await failing(environment)).message).toMatch(message);
    await works(environment);
  });

  it.each([
    ["in a resource", "notify { 'a': message => $x }"],
    ["in an exported resource", "@@notify { 'a': message => $x }"],
    ["in a question", "$y = puppetdb_query([$x])"],
  ])("tells of a value that JSON cannot hold, %s", async (_, code) => {
    const environment = made({
      "modules/m/lib/puppet/functions/m/nan.rb":
        "Puppet::Functions.create_function(:'m::nan') do\n  def nan = 0.0 / 0\nend\n",
      "manifests/site.pp": `if $facts['bad'] {\n  $x = m::nan()\n  ${code}\n}\nnotify { 'good': }`,
    });
    expect((await failing(environment)).message).toContain("a value that JSON cannot hold: ");
    await works(environment);
  });

  it.each([
    ["environment.conf", "what is this", `Could not match line what is this (file: ${root}/environment.conf, line: 1)`],
    ["modules/m/metadata.json", "[1]", "no implicit conversion of String into Integer"],
  ])("is told of a broken %s, each time", async (file, text, message) => {
    const broken = made({ [file]: text, "manifests/site.pp": "" });
    for (const _ of [1, 2]) expect((await failing(broken, {})).message).toBe(message);
    expect(compiler.status().restarts).toBe(0);
  });

  it("ends nothing but its own catalog when a function has no Ruby syntax", async () => {
    const environment = made({
      "modules/m/lib/puppet/functions/m/bad.rb": "Puppet::Functions.create_function(:'m::bad') do\n  def bad(\nend\n",
      "manifests/site.pp": "if $facts['bad'] { $x = m::bad() }\nnotify { 'good': }",
    });
    expect((await failing(environment)).message).toMatch(
      new RegExp(
        `^(Server Error: )?${root}/modules/m/lib/puppet/functions/m/bad\\.rb:\\d+: syntax error.* on node ${NODE}$`,
        "s",
      ),
    );
    await works(environment);
  });

  it.each([
    ["the catalog", "notify { 'n': message => $a }", /^The catalog has \d+ bytes; at most 20971520 are taken$/],
    [
      "what it exports",
      "@@notify { 'n': message => $a }",
      /^What it exports has \d+ bytes; at most 20971520 are taken$/,
    ],
    ["a query", "$b = puppetdb_query($a)", /A query has \d+ bytes; at most 262144 are taken/],
  ])("has a limit for what it says: %s", async (_, code, message) => {
    const doubled = "$a = Integer[1, 25].reduce('x') |$memo, $i| { \"$memo$memo\" }";
    const huge = made({ "manifests/site.pp": `if $facts['bad'] {\n${doubled}\n${code}\n}\nnotify { 'good': }` });
    expect((await failing(huge)).message).toMatch(message);
    await works(huge);
  });

  it("keeps what is logged up to a limit", async () => {
    const { logs } = await failing(
      made({ "manifests/site.pp": "Integer[1, 200].each |$i| { warning(sprintf('%020000d', $i)) }\nfail('over')" }),
      {},
    );
    expect([logs.length, logs[0]?.message]).toEqual([100, "0".repeat(10_000)]);
  });
});
