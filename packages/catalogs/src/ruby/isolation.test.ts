import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RubyCompiler } from "./compiler.js";
import { compilerOf, requestFor, ruby, type TestOptions, versionOf } from "./ruby.test.helper.js";
import { accountOf } from "./run-folder.js";

const isRoot = process.getuid?.() === 0;

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(ruby === undefined)("modules' code", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-apart-"));
  const secret = path.join(dir, "instance.key");
  let compiler: RubyCompiler;
  beforeAll(async () => {
    writeFileSync(secret, "secret", { mode: 0o600 });
    process.env["GATEHOUSE_TOKEN"] = "secret";
    process.env["DATABASE_URL"] = "postgres://secret";
    compiler = await compilerOf({ keys: { "eyaml.pem": secret } });
    delete process.env["GATEHOUSE_TOKEN"];
    delete process.env["DATABASE_URL"];
  });
  afterAll(async () => {
    await compiler.close();
    rmSync(dir, { recursive: true });
  });

  let version = 0;
  /** What Ruby code in a module gets. */
  async function got(body: string): Promise<unknown> {
    const environment = versionOf(
      {
        "modules/m/lib/puppet/functions/m/get.rb": `Puppet::Functions.create_function(:'m::get') do\n  def get\n    ${body}\n  end\nend\n`,
        "manifests/site.pp": "notify { 'n': message => m::get() }",
      },
      { version: ++version },
    );
    const made = await compiler.compile(requestFor(environment));
    return made.catalog.resources.at(-1)?.parameters?.["message"];
  }

  it("finds nothing of ours in its environment", async () => {
    const names = (await got("ENV.keys.sort")) as string[];
    expect(names).toEqual(["HOME", "LANG", "LC_ALL", "PATH", "TZ"]);
  });

  it("is at home in a folder of its own, with the keys", async () => {
    expect(await got("[Dir.pwd == ENV['HOME'], Dir.children('.')]")).toEqual([true, ["keys"]]);
  });

  it.skipIf(!isRoot)("leaves nothing for the code of other environments to read", async () => {
    const [writable, refused] = (await got(
      "[Dir.glob('../**/*', File::FNM_DOTMATCH).select { |f| File.writable?(f) && !File.socket?(f) }, %w[hiera.yaml none var/lib conf].map { |f| (Dir.mkdir(f) rescue $!.class.name) }]",
    )) as [string[], string[]];
    expect([writable, new Set(refused)]).toEqual([[], new Set(["Errno::EACCES", "Errno::ENOENT"])]);
  });

  it("gains no rights by what it starts", async () => {
    expect(await got("File.read('/proc/self/status')[/NoNewPrivs:\\s+(\\d)/, 1]")).toBe("1");
  });

  it.skipIf(!isRoot)("does not read the memory, the environment and the files of its parent", async () => {
    const files = "%w[mem environ fd maps cwd/. root/.]";
    expect(
      await got(
        `${files}.map { |f| p = "/proc/#{Process.ppid}/#{f}"; File.directory?(p) ? (Dir.children(p) rescue 0) : (File.binread(p, 1) rescue 0) }`,
      ),
    ).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.skipIf(process.platform !== "linux")(
    "sends no signal to its parent, nor to us, where Linux keeps them apart",
    async () => {
      const [landlock, ...refused] = (await got(
        `[syscall(444, 0, 0, 1), *[Process.ppid, ${process.pid}].map { |pid| (Process.kill(0, pid) rescue $!.class.name) }]`,
      )) as [number, ...string[]];
      const isScoped = landlock >= 6;
      expect(refused).toEqual(isScoped || isRoot ? [isScoped ? "Errno::EPERM" : 1, "Errno::EPERM"] : [1, 1]);
    },
  );

  it.skipIf(process.platform !== "linux")("says what Linux keeps apart", async () => {
    const landlock = Number(await got("syscall(444, 0, 0, 1)"));
    expect(compiler.status().confinement).toBe(landlock >= 6 ? "signals" : landlock >= 1 ? "memory" : "none");
  });

  it.skipIf(!isRoot)("does not fork without an end", async () => {
    expect(await got("Process.getrlimit(:NPROC)")).toEqual([1024, 1024]);
  });

  it("ends what has left its group, and its worker", async () => {
    const pid = await got(
      "r, w = IO.pipe; one = fork { Process.setsid; fork { w.puts($$); sleep } }; Process.wait(one); r.gets.to_i",
    );
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isThere(Number(pid)), { timeout: 10_000 }).toBe(false);
  });

  it.skipIf(!isRoot)("is nobody, and reads no file of root's", async () => {
    expect(
      await got(
        `[Process.uid == 0, Process.euid == 0, Process.groups.include?(0), File.readable?(${JSON.stringify(secret)})]`,
      ),
    ).toEqual([...[false, false, false, false]]);
  });

  it.skipIf(!isRoot)("cannot change the code that others run", async () => {
    expect(await got("[__dir__, File.dirname(__dir__), __FILE__].map { |f| File.writable?(f) }")).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("reads the keys that are meant for it, by name", async () => {
    expect(await got("File.read('keys/eyaml.pem')")).toBe("secret");
  });

  it.runIf(process.platform === "linux")("has what others leave of the processor", async () => {
    // Field 41 of /proc/PID/stat, the policy: 5 is SCHED_IDLE. Field 6, the session, is the gateway's.
    const [session, policy] = (await got(
      "File.read('/proc/self/stat').split(') ').last.split.values_at(3, 38)",
    )) as string[];
    const own = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)?.split(" ")[3];
    expect([session, policy]).toEqual([own, "5"]);
  });

  it("has no connection but its own, dumps no core, and is nicer than we are", async () => {
    const [sockets, core, nice] = (await got(
      "[ObjectSpace.each_object(Socket).count + Dir.children('/proc/self/fd').count { |f| (File.readlink(\"/proc/self/fd/#{f}\") rescue '').start_with?('socket') }, Process.getrlimit(:CORE), Process.getpriority(Process::PRIO_PROCESS, 0)]",
    )) as [number, number[], number];
    // Its own, and the pipe of what it prints, which Node makes of a socket.
    expect([sockets <= 3, core, nice]).toEqual([true, [0, 0], 19]);
  });
});

describe.skipIf(ruby === undefined || process.platform !== "linux")("confinement", () => {
  const program = readFileSync(fileURLToPath(new URL("../../ruby/confinement.rb", import.meta.url)), "utf8");
  /** What a process finds of another of its user, once it has given up what one version of Landlock takes. */
  async function confined(version: string): Promise<string[]> {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-confined-"));
    mkdirSync(path.join(dir, "folder"));
    const account = await accountOf("nobody");
    for (const one of [dir, path.join(dir, "folder")])
      if (account !== undefined) chownSync(one, account.uid, account.gid);
    const other = spawn("sleep", ["100"], { cwd: "/", stdio: "ignore", ...account });
    const code = `${program}
      Confinement.prctl(Confinement::PR_SET_NO_NEW_PRIVS, 1)
      puts Confinement.landlock
      puts Confinement.scope(${version})
      puts %w[environ mem maps].map { |f| (File.open("/proc/${other.pid}/#{f}") { 1 } rescue $!.class) }
      puts (Process.kill(0, ${other.pid}) rescue $!.class)
      File.write('one', 'text')
      puts (File.rename('one', 'folder/one') rescue $!.class)`;
    const out = execFileSync(ruby?.ruby ?? "", ["-e", code], { cwd: dir, encoding: "utf8", ...account });
    other.kill();
    rmSync(dir, { recursive: true });
    return out.trim().split("\n");
  }
  it.each([
    ["6", 6, "signals"],
    ["5", 2, "memory"],
    ["2", 2, "memory"],
    ["1", 1, "memory"],
    ["0", 0, "none"],
  ])("of Landlock's version %s, where the system has %s", async (version, least, said) => {
    const [has, ...got] = await confined(version);
    if (Number(has) < least) return;
    const read = said === "none" ? "1" : "Errno::EACCES";
    const renamed = version === "1" ? "Errno::EXDEV" : "0";
    expect(got).toEqual([said, read, read, read, said === "signals" ? "Errno::EPERM" : "1", renamed]);
  });
});

describe.skipIf(ruby === undefined)("a hiera.yaml of the whole server", () => {
  it("comes before those of environments", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-hiera-"));
    chmodSync(dir, 0o755);
    writeFileSync(
      path.join(dir, "hiera.yaml"),
      "version: 5\nhierarchy:\n  - {name: all, path: all.yaml}\ndefaults: {datadir: ., data_hash: yaml_data}\n",
    );
    writeFileSync(path.join(dir, "all.yaml"), "a: server\n");
    const compiler = await compilerOf({ hiera: path.join(dir, "hiera.yaml") });
    const environment = versionOf({
      "hiera.yaml": "version: 5\nhierarchy:\n  - {name: all, path: all.yaml}\n",
      "data/all.yaml": "a: environment\nb: environment\n",
      "manifests/site.pp": "notify { 'n': message => [lookup('a'), lookup('b')] }",
    });
    const made = await compiler.compile(requestFor(environment));
    expect(made.catalog.resources.at(-1)?.parameters).toEqual({ message: ["server", "environment"] });
    await compiler.close();
    rmSync(dir, { recursive: true });
  });
});

describe.skipIf(ruby === undefined)("what a compiler leaves on disk", () => {
  it("is nothing, and what others have left goes with the next", async () => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-left-"));
    chmodSync(dir, 0o755);
    const alive = `gatehouse-ruby-${process.ppid}-alive`;
    for (const name of ["gatehouse-ruby-999999999-gone", alive, "other"]) mkdirSync(path.join(dir, name));
    const compiler = await compilerOf({ dir });
    await compiler.compile(requestFor(versionOf({ "manifests/site.pp": "" })));
    const names = readdirSync(dir).filter((name) => !name.startsWith(`gatehouse-ruby-${process.pid}-`));
    expect([readdirSync(dir).length, names]).toEqual([3, [alive, "other"]]);
    await compiler.close();
    expect(readdirSync(dir)).toHaveLength(2);
    rmSync(dir, { recursive: true });
  });

  const refusals: [string, Partial<TestOptions>, RegExp, number?][] = [
    ["a key that is not there", { keys: { a: "/nowhere" } }, /^The key a \(puppet\.compiler\.keys\) is not read/],
  ];
  if (isRoot)
    refusals.push(
      ["a user that is not there", { user: "no-such-user" }, /^There is no user no-such-user/],
      ["root", { user: "root" }, /^The compiler is not run as root/],
      ["a folder that is closed", {}, /^The compiler's account cannot enter \/.*gatehouse-left/, 0o700],
    );
  const closed = mkdtempSync(path.join(tmpdir(), "gatehouse-closed-"));
  const hiera = path.join(closed, "hiera.yaml");
  beforeAll(() => writeFileSync(hiera, "version: 5\n"));
  afterAll(() => rmSync(closed, { recursive: true }));
  refusals.push(
    ["a hiera.yaml that is not there", { hiera: "/nowhere/hiera.yaml" }, /^The hiera\.yaml of the server .* ENOENT/],
    ["a hiera.yaml that is a folder", { hiera: closed }, /^The hiera\.yaml of the server .* is no file: \/.*closed/],
  );
  if (isRoot)
    refusals.push([
      "a hiera.yaml in a folder that is closed",
      { hiera },
      /^The compiler's account .* cannot read .*closed/,
    ]);
  it.each(refusals)("is nothing where it does not start: %s", async (_, said, message, mode = 0o755) => {
    const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-left-"));
    chmodSync(dir, mode);
    const refused = { code: "config-invalid", message: expect.stringMatching(message) };
    await expect(compilerOf({ ...said, dir })).rejects.toMatchObject(refused);
    expect(readdirSync(dir)).toEqual([]);
    rmSync(dir, { recursive: true });
  });
});
