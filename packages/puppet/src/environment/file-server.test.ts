import { describe, expect, it } from "vitest";
import { FakeEnvironments, type Planted } from "../fake-v3.test.helper.js";
import { metadataOptionsOf, searchOptionsOf } from "./file-options.js";
import { FileServer } from "./file-server.js";

const TIME = "2025-11-21 04:40:00 +0000";
const plain = metadataOptionsOf(new URLSearchParams());
/** The parts of a path below `modules`. */
const inModules = (path = "") => path.split("/modules/")[1]?.split("/") ?? [];
const deep = (query = "") => searchOptionsOf(new URLSearchParams(`recurse=true&${query}`));

const lab: Readonly<Record<string, Planted>> = {
  "modules/lab/files/one.txt": { text: "plain file from module\n", mode: 0o640 },
  "modules/lab/files/tree/.hidden": "",
  "modules/lab/files/tree/ignored.bak": "bak\n",
  "modules/lab/files/tree/link.txt": { link: "top.txt" },
  "modules/lab/files/tree/sub/leaf.txt": "leaf\n",
  "modules/lab/files/tree/top.txt": "top\n",
};

function house(tree: Readonly<Record<string, Planted>> = lab, mounts: Readonly<Record<string, string>> = {}) {
  const environments = new FakeEnvironments();
  const server = new FileServer({ content: environments.content, mounts });
  const version = environments.deploy("production", tree);
  const names = async (key: string, query?: string) =>
    (await server.metadatas(version, key, deep(query)))?.map(({ relative_path }) => relative_path);
  return { environments, server, version, names };
}

describe("one thing", () => {
  it("is told of as p7-06 has it, in that order", async () => {
    const { server, version } = house();
    const file = await server.metadata(version, "modules/lab/one.txt", plain);
    expect(JSON.stringify(file)).toBe(
      '{"path":"/etc/puppetlabs/code/environments/production/modules/lab/files/one.txt","relative_path":null,"links":"manage","owner":0,' +
        '"group":0,"mode":420,"checksum":{"type":"sha256","value":"{sha256}105c692f304da88fa95df0e4736f5c861a6c5eb2882' +
        'cff2d2b798c48abb06c99"},"type":"file","destination":null}',
    );
    expect(await server.metadata(version, "modules/lab/tree", plain)).toMatchObject({
      ...{ mode: 0o644, type: "directory", checksum: { type: "ctime", value: `{ctime}${TIME}` } },
    });
  });

  it.each(["use", "use_when_creating"] as const)("has its own mode where permissions are to be %s", async (wanted) => {
    const { server, version } = house();
    const options = { ...plain, sourcePermissions: wanted };
    const modes = ["modules/lab/one.txt", "modules/lab/tree"].map((key) => server.metadata(version, key, options));
    expect((await Promise.all(modes)).map((metadata) => metadata?.mode)).toEqual([0o640, 0o755]);
  });

  it.each([
    ["md5", "{md5}3841fdae783c12436794066c117b2cb2"],
    ["md5lite", "{md5lite}3841fdae783c12436794066c117b2cb2"],
    ["sha1", "{sha1}85bbe3cfc8edd0b01fc1775772e1956256b4a92d"],
    ["mtime", `{mtime}${TIME}`],
    ["ctime", `{ctime}${TIME}`],
    ["none", "{none}"],
  ] as const)("has its %s", async (checksumType, value) => {
    const { server, version } = house();
    const file = await server.metadata(version, "modules/lab/one.txt", { ...plain, checksumType });
    expect(file?.checksum).toEqual({ type: checksumType, value });
  });
});

describe("a search", () => {
  it("lists the root first, then level by level", async () => {
    const { names } = house();
    expect(await names("modules/lab/tree")).toEqual([
      ...[".", ".hidden", "ignored.bak", "link.txt", "sub", "top.txt", "sub/leaf.txt"],
    ]);
  });
});

describe("links", () => {
  it("are told of as links with their target's sum, or as what they lead to", async () => {
    const { server, version } = house();
    const sum = "{sha256}f7de2947c64cb6435e15fb2bef359d1ed5f6356b2aebb7b20535e3772904e6db";
    const key = "modules/lab/tree/link.txt";
    expect(await server.metadata(version, key, plain)).toMatchObject({
      ...{ type: "link", links: "manage", destination: "top.txt", checksum: { value: sum } },
    });
    expect(await server.metadata(version, key, { ...plain, links: "follow" })).toMatchObject({
      ...{ type: "file", links: "follow", destination: null, checksum: { value: sum } },
    });
  });

  it("to a directory have no digest, and its time", async () => {
    const { server, version } = house({ ...lab, "modules/lab/files/to": { link: "tree" } });
    const sums = (["sha256", "sha1", "mtime", "none"] as const).map(async (checksumType) => {
      return (await server.metadata(version, "modules/lab/to", { ...plain, checksumType }))?.checksum.value;
    });
    expect(await Promise.all(sums)).toEqual([null, null, `{mtime}${TIME}`, "{none}"]);
  });

  it("are gone into where they are followed, and nowhere else", async () => {
    const { names } = house({ ...lab, "modules/lab/files/tree/to": { link: "sub" } });
    expect(await names("modules/lab/tree", "ignore=*.*")).toEqual([".", ".hidden", "sub", "to"]);
    expect(await names("modules/lab/tree", "ignore=.*&ignore=*.bak&ignore=[lt]*.txt&links=follow")).toEqual([
      ...[".", "sub", "to"],
    ]);
  });

  it("that lead to what is around them are listed once, and those that lead nowhere are not", async () => {
    const { names } = house({
      "modules/lab/files/a/again": { link: ".." },
      "modules/lab/files/a/b/top": { link: "../../a" },
      "modules/lab/files/a/lost": { link: "none" },
      "modules/lab/files/a/self": { link: "self" },
    });
    expect(await names("modules/lab", "links=follow")).toEqual([".", "a", "a/again", "a/b", "a/b/top"]);
    expect(await names("modules/lab")).toEqual([".", "a", "a/again", "a/b", "a/lost", "a/self", "a/b/top"]);
  });

  it("that make a directory of a few entries endless come to an end", async () => {
    const planted: Record<string, Planted> = {};
    for (const from of "abcdefghij") {
      planted[`modules/lab/files/${from}/x`] = "";
      for (const to of "abcdefghij") if (from !== to) planted[`modules/lab/files/${from}/${to}`] = { link: `../${to}` };
    }
    const { names } = house(planted);
    await expect(names("modules/lab", "links=follow")).rejects.toThrow(
      expect.objectContaining({ status: 500, message: expect.stringContaining("more than 100000 entries") }),
    );
  });
});

describe("what a search leaves out", () => {
  it("is what is too deep", async () => {
    const { names } = house();
    expect(await names("modules/lab", "recurselimit=0")).toEqual(["."]);
    expect(await names("modules/lab", "recurselimit=1")).toEqual([".", "one.txt", "tree"]);
    expect((await names("modules/lab", "recurselimit=infinite"))?.at(-1)).toBe("tree/sub/leaf.txt");
  });

  it("is what is ignored, with all that is in it", async () => {
    const { names } = house();
    expect(await names("modules/lab", "ignore=tree")).toEqual([".", "one.txt"]);
    expect(await names("modules/lab/tree", "ignore=*.bak&ignore=sub")).toEqual([".", ".hidden", "link.txt", "top.txt"]);
  });

  it("is everything where it does not recurse", async () => {
    const { server, version } = house();
    const options = searchOptionsOf(new URLSearchParams("recurse=false"));
    expect(await server.metadatas(version, "modules/lab/tree", options)).toHaveLength(1);
  });

  it("is nothing where there are more than max_files: that is an error", async () => {
    const { names } = house();
    await expect(names("modules/lab/tree", "max_files=5")).rejects.toThrow(
      expect.objectContaining({
        status: 500,
        message: expect.stringMatching(
          /^The directory '\/etc\/puppetlabs\/code\/environments\/production\/modules\/lab\/files\/tree' contains 6 entries, which exceeds the limit of 5 specified by the max_files parameter/,
        ),
      }),
    );
    for (const enough of ["6", "0", "-1"])
      expect(await names("modules/lab/tree", `max_files=${enough}`)).toHaveLength(7);
  });
});

describe("mounts in which the modules are merged", () => {
  const planted = {
    "modules/a/lib/facter/both.rb": "a",
    "modules/a/lib/facter/one.rb": "a",
    "modules/b/lib/facter/both.rb": "b",
    "modules/b/lib/puppet/two.rb": "b",
    "modules/c/files/x": "",
    "modules/b/facts.d/ext.yaml": "b",
    "modules/b/locales/ja/x.po": "b",
  };

  it("show the first of a path, each under its own module", async () => {
    const { server, version } = house(planted);
    const found = await server.metadatas(version, "plugins", deep());
    expect(found?.map(({ path, relative_path }) => `${inModules(path)[0]} ${relative_path}`)).toEqual([
      ...["a .", "a facter", "a facter/both.rb", "a facter/one.rb", "b puppet", "b puppet/two.rb"],
    ]);
  });

  it.each([
    ["pluginfacts", ["b/facts.d .", "b/facts.d ext.yaml"]],
    ["locales", ["b/locales .", "b/locales ja", "b/locales ja/x.po"]],
  ])("are searched whole: %s", async (mount, expected) => {
    const { server, version } = house(planted);
    for (const key of [mount, `${mount}/ja`]) {
      const found = await server.metadatas(version, key, deep());
      expect(found?.map(({ path, relative_path }) => `${inModules(path).join("/")} ${relative_path}`)).toEqual(
        expected,
      );
    }
  });

  it("find one thing in the first module that has it", async () => {
    const { server, version } = house(planted);
    const pathOf = async (key: string) => inModules((await server.metadata(version, key, plain))?.path)[0];
    expect(await Promise.all(["plugins", "plugins/facter/both.rb", "plugins/puppet"].map(pathOf))).toEqual([
      ...["a", "a", "b"],
    ]);
    expect(await pathOf("plugins/none")).toBeUndefined();
  });

  it("show a directory with nothing in it where no module has any", async () => {
    for (const [tree, path] of [
      [{ "modules/c/files/x": "" }, "/etc/puppetlabs/code/environments/production/modules"],
      [{}, "/etc/puppetlabs/code/environments/production"],
    ] as const) {
      const { server, version } = house(tree);
      expect(await server.metadatas(version, "plugins", deep())).toMatchObject([
        { path, relative_path: ".", type: "directory" },
      ]);
    }
  });
});

describe("other mounts", () => {
  const planted = {
    "modules/lab/scripts/run.sh": "x",
    "modules/lab/tasks/do.sh": "x",
    "site-files/deep/x.txt": "x",
    "hiera.yaml": "x",
  };
  const served = house(planted, { extra: "site-files/deep" });

  it.each(["scripts/lab/run.sh", "tasks/lab/do.sh", "tasks/lab", "extra/x.txt", "extra"])("have %s", async (key) => {
    expect(await served.server.metadata(served.version, key, plain)).toBeDefined();
  });

  it.each([
    ...["modules/lab", "modules/lab/none", "modules/none/x", "modules/lab/../../hiera.yaml/x", "extra/none"],
    ...["scripts/lab/do.sh", "modules/constructor", "extra/x.txt/x"],
  ])("have no %s", async (key) => {
    const answer = served.server.metadata(served.version, key, plain).catch(({ status }) => status);
    expect(await answer).toBe(key.includes("..") ? 500 : undefined);
  });

  it.each([
    ["modules", "No module specified"],
    ["scripts/", "No module specified"],
    ["tasks", "No task specified"],
    ["no mount/x", "Cannot find file: Invalid mount 'no mount'"],
    ["/x", "Cannot find file: Invalid mount ''"],
    ["modules/lab/../x", "Cannot find file: Invalid relative path 'lab/../x'"],
    [
      "constructor/one.txt",
      'Not authorized to call find on /file_metadata/constructor/one.txt with {:rest=>"constructor/one.txt"}',
    ],
  ])("answer for %s like puppetserver", async (key, message) => {
    await expect(served.server.metadata(served.version, key, plain)).rejects.toThrow(
      expect.objectContaining({ status: 500, message }),
    );
  });
});

it("a search of ten thousand files lets others have their turn in between", async () => {
  const planted = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`modules/a/files/${i}`, ""]));
  const { server, version } = house(planted);
  let turns = 0;
  let done = false;
  const others = (async () => {
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
  })();
  expect(await server.metadatas(version, "modules/a", deep())).toHaveLength(10_001);
  done = true;
  await others;
  expect(turns).toBeGreaterThan(8);
});
