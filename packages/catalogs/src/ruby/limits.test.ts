import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { CompileLate } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import type { RubyCompiler } from "./compiler.js";
import { deferred } from "./deferred.js";
import { compilerOf, requestFor, ruby, type TestOptions, versionOf } from "./ruby.test.helper.js";

describe.skipIf(ruby === undefined)("a compiler with tight limits", () => {
  const loop = (body: string, version = 1) =>
    versionOf(
      {
        "modules/m/lib/puppet/functions/m/bad.rb": `Puppet::Functions.create_function(:'m::bad') do\n  def bad = (${body})\nend\n`,
        "manifests/site.pp": "if $facts['bad'] { $x = m::bad() }\nnotify { 'good': }",
      },
      { version },
    );
  async function using(said: Partial<TestOptions>, use: (compiler: RubyCompiler) => Promise<void>): Promise<void> {
    const compiler = await compilerOf({ workers: 1, ...said });
    try {
      await use(compiler);
    } finally {
      await compiler.close();
    }
  }
  const bad = { facts: { bad: true } };

  it.each([
    ["without an end", "loop {}"],
    ["that waits without an end, and ignores signals", "%w[TERM INT].each { |s| trap(s) {} }; sleep"],
    ["of a process that it started", "system('sleep 1000')"],
  ])("gives up a catalog %s", (_, body) =>
    using({ timeoutSeconds: 2 }, async (compiler) => {
      const environment = loop(body);
      await compiler.warm(environment);
      const message = "Puppet code: the catalog of web01.example.org took longer than 2 s to make, and was given up";
      const failed = await compiler.compile(requestFor(environment, bad)).catch((thrown: unknown) => thrown);
      expect([failed, failed instanceof CompileLate]).toMatchObject([{ code: "catalog-failed", message }, true]);
      const next = await compiler.compile(requestFor(environment));
      expect(next.catalog.resources.at(-1)?.title).toBe("good");
      expect(compiler.status()).toMatchObject({ busy: 0, waiting: 0, lost: 1 });
    }),
  );

  it("sends who comes when the queue is full away, for a time", () =>
    using({ queue: 1, timeoutSeconds: 2 }, async (compiler) => {
      const environment = loop("loop {}");
      await compiler.warm(environment);
      const first = compiler.compile(requestFor(environment, bad));
      first.catch(() => {});
      await expect.poll(() => compiler.status().busy, { timeout: 10_000 }).toBe(1);
      const second = compiler.compile(requestFor(environment));
      await expect.poll(() => compiler.status().waiting, { timeout: 10_000 }).toBe(1);
      await expect(compiler.compile(requestFor(environment))).rejects.toMatchObject({
        code: "overloaded",
        retryAfterSeconds: expect.any(Number),
      });
      await expect(first).rejects.toMatchObject({ code: "catalog-failed" });
      expect((await second).catalog.resources.at(-1)?.title).toBe("good");
    }));

  it("replaces a worker after so many catalogs", () =>
    using({ recycleAfter: 2 }, async (compiler) => {
      const environment = versionOf({
        "modules/m/lib/puppet/functions/m/pid.rb":
          "Puppet::Functions.create_function(:'m::pid') do\n  def pid = $$\nend\n",
        "manifests/site.pp": "notify { 'n': message => m::pid() }",
      });
      const pids: unknown[] = [];
      for (let i = 0; i < 5; i++)
        pids.push((await compiler.compile(requestFor(environment))).catalog.resources.at(-1)?.parameters?.["message"]);
      expect(pids).toEqual([pids[0], pids[0], pids[2], pids[2], pids[4]]);
      expect(new Set(pids).size).toBe(3);
    }));

  it("goes on when a worker is killed, in mid-work and at rest", () => {
    const { promise: isAsked, resolve: ask } = deferred<void>();
    const { promise: isKilled, resolve: answer } = deferred<void>();
    const puppetdb = async () => {
      ask();
      await isKilled;
      return [];
    };
    return using({ queries: { exported: async () => [], puppetdb } }, async (compiler) => {
      const environment = versionOf({ "manifests/site.pp": "notify { 'good': message => puppetdb_query('x') }" });
      const worker = () => childrenOf(compiler.status().parentPid ?? 0)[0] ?? 0;
      const first = compiler.compile(requestFor(environment));
      await isAsked;
      process.kill(worker(), "SIGKILL");
      answer();
      expect((await first).catalog.resources.at(-1)?.title).toBe("good");
      expect(compiler.status()).toMatchObject({ lost: 1, idle: 1, restarts: 0 });
      process.kill(worker(), "SIGKILL");
      await expect.poll(() => compiler.status().idle, { timeout: 10_000 }).toBe(0);
      await compiler.compile(requestFor(environment));
      expect(compiler.status().lost).toBe(1);
    });
  });

  it("goes on when somebody has removed the code that is laid out", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-removed-"));
    chmodSync(dir, 0o755);
    await using({ dir }, async (compiler) => {
      const environment = versionOf({
        "modules/m/templates/t.epp": "text",
        "manifests/site.pp": "notify { 'n': message => epp('m/t.epp') }",
      });
      await compiler.compile(requestFor(environment));
      const [run = ""] = readdirSync(dir);
      rmSync(path.join(dir, run, "code", "1"), { recursive: true });
      const next = await compiler.compile(requestFor(environment));
      expect(next.catalog.resources.at(-1)?.parameters).toEqual({ message: "text" });
    });
    rmSync(dir, { recursive: true });
  });

  it.each([
    ["fails with it", "notify { 'n': message => puppetdb_query('x') }"],
    ["goes on without it", "notify { 'n': message => m::try() }"],
  ])("makes no catalog without an answer of ours, where the code %s", async (_, site) => {
    const away = new GatehouseError("database-unavailable", "The database is away; try again later.");
    const puppetdb = () => Promise.reject(away);
    await using({ queries: { exported: async () => [], puppetdb } }, async (compiler) => {
      const environment = versionOf({
        "modules/m/lib/puppet/functions/m/try.rb":
          "Puppet::Functions.create_function(:'m::try') do\n  def try = (call_function('puppetdb_query', 'x') rescue 'none')\nend\n",
        "manifests/site.pp": site,
      });
      await expect(compiler.compile(requestFor(environment))).rejects.toBe(away);
    });
  });

  it("goes on when the parent is killed, with who waits and who comes", () =>
    using({ workers: 2 }, async (compiler) => {
      const environment = versionOf({ "manifests/site.pp": "notify { 'good': }" });
      await compiler.compile(requestFor(environment));
      const { parentPid = 0 } = compiler.status();
      const asked = Array.from({ length: 20 }, (_, i) =>
        compiler.compile(requestFor(environment, { certname: `n${i}` })),
      );
      process.kill(parentPid, "SIGKILL");
      for (const [i, made] of (await Promise.all(asked)).entries()) expect(made.catalog.name).toBe(`n${i}`);
      await expect.poll(() => compiler.status().restarts, { timeout: 10_000 }).toBe(1);
      const other = versionOf({ "manifests/site.pp": "notify { 'good': }" }, { name: "other" });
      expect((await compiler.compile(requestFor(other))).catalog.environment).toBe("other");
      expect(compiler.status().parentPid).not.toBe(parentPid);
    }));

  it("passes on what modules print, and little of what has no end", async () => {
    const printed: string[] = [];
    const debug = (_: string, fields?: Record<string, unknown>) => printed.push(String(fields?.["text"]));
    const log = { debug, info: () => {}, warn: () => {}, error: () => {} };
    await using({ log }, async (compiler) => {
      const said = (body: string, version: number) => compiler.compile(requestFor(loop(body, version), bad));
      await said("puts 'hello from a module'", 1);
      await expect.poll(() => printed, { timeout: 10_000 }).toContain("hello from a module");
      await said("100_000.times { puts 'x' * 200 }", 2);
      expect(printed.join("").length).toBeLessThan(1 << 20);
    });
  });

  it("says why no process starts, and tells who asks at once after a while", () => {
    const found = { ...(ruby as NonNullable<typeof ruby>), ruby: "/bin/false" };
    return using({ found }, async (compiler) => {
      const request = requestFor(versionOf({ "manifests/site.pp": "" }));
      await expect(compiler.compile(request)).rejects.toMatchObject({
        code: "internal",
        message: "No process for the compiler starts.",
      });
      expect(compiler.status()).toMatchObject({ busy: 0, problem: expect.stringMatching(/^the parent ended with 1/) });
    });
  });

  it("leaves no process behind when it is closed in mid-work", async () => {
    const compiler = await compilerOf({ workers: 1 });
    const made = compiler.compile(requestFor(loop("spawn('sleep 1000'); sleep"), bad));
    const refused = expect(made).rejects.toMatchObject({ code: "overloaded", message: "The compiler ends." });
    const parent = () => compiler.status().parentPid ?? 0;
    await expect.poll(() => childrenOf(parent()).flatMap(childrenOf).length, { timeout: 20_000 }).toBe(1);
    const pids = [parent(), ...childrenOf(parent()), ...childrenOf(parent()).flatMap(childrenOf)];
    expect(pids).toHaveLength(3);
    await compiler.close();
    await refused;
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  it("begins each catalog where it began the first, with nothing of a module's going on", () =>
    using({}, async (compiler) => {
      const environment = versionOf({
        "modules/m/lib/puppet/functions/m/leave.rb": `Puppet::Functions.create_function(:'m::leave') do
  def leave
    before = [Dir.pwd == ENV['HOME'], Thread.list.count { |one| one[:left] }]
    Thread.new { loop { sleep 1 } }[:left] = true
    $left ||= spawn('sleep 1000')
    Dir.chdir('/')
    before << $left
  end
end
`,
        "manifests/site.pp": "notify { 'n': message => m::leave() }",
      });
      const leave = async () =>
        (await compiler.compile(requestFor(environment))).catalog.resources.at(-1)?.parameters?.["message"];
      const [first, second] = [(await leave()) as unknown[], (await leave()) as unknown[]];
      expect(first).toEqual([true, 0, expect.any(Number)]);
      expect(second).toEqual(first);
      // A signal is on its way until the process that it ends gets a turn.
      await expect.poll(() => isAlive(Number(first[2])), { timeout: 10_000 }).toBe(false);
    }));
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}
const stateOf = (pid: number) => {
  try {
    return /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
  } catch {
    return undefined;
  }
};
const isAlive = (pid: number) => ![undefined, "Z", "X"].includes(stateOf(pid));
