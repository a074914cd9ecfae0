import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Planted } from "../../fake-v3.test.helper.js";
import { nobody, serve, verified } from "../../puppet.test.helper.js";

const NODE = verified("web01.example.org");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const boss = verified("boss");
const rules = [
  { name: "boss", "sort-order": 1, allow: "boss", "match-request": { path: "/puppet/v3/plans", type: "path" } },
] as const;

async function house(planted: Readonly<Record<string, Planted>>) {
  const served = await serve({ config: { authorization: { rules } } });
  served.environments.deploy("production", planted);
  const get = (url: string) => served.send("GET", `/puppet/v3/${url}?environment=production`, { peer: NODE });
  const details = async (url: string) => {
    const { status, text } = await get(url);
    return [status, status === 404 ? text : JSON.parse(text)];
  };
  return { ...served, get, details };
}

const lab: Readonly<Record<string, Planted>> = {
  "modules/lab/tasks/init.rb": "init",
  "modules/lab/tasks/run.sh": "run",
  "modules/lab/tasks/run.json": '{"description":"Runs","private":true,"files":["lab/files/","other/lib/x.rb"]}',
  "modules/lab/tasks/README.md": "",
  "modules/lab/tasks/Upper.sh": "",
  "modules/lab/tasks/run.conf": "",
  "modules/lab/files/deep/one.txt": "one",
  "modules/lab/files/.hidden": "",
  "modules/other/lib/x.rb": "x",
};

describe("tasks", () => {
  it("are listed for nodes, with what their metadata says", async () => {
    const { get, send } = await house(lab);
    const place = [{ name: "production", code_id: null }];
    expect(JSON.parse((await get("tasks")).text)).toEqual([
      { name: "lab", private: false, description: "", environment: place },
      { name: "lab::run", private: true, description: "Runs", environment: place },
    ]);
    expect((await send("GET", "/puppet/v3/tasks?environment=production", { peer: nobody })).status).toBe(403);
  });

  it("have details with every file, to be fetched as it was then", async () => {
    const { details } = await house(lab);
    const uri = (path: string) => ({
      path: `/puppet/v3/static_file_content/modules/${path}`,
      params: { environment: "production", code_id: "1" },
    });
    const file = (filename: string, text: string, path: string) => ({
      ...{ filename, sha256: sha256(text), size_bytes: text.length, uri: uri(path) },
    });
    expect(await details("tasks/lab/run")).toEqual([
      200,
      {
        metadata: JSON.parse((lab["modules/lab/tasks/run.json"] as string) ?? ""),
        name: "lab::run",
        files: [
          file("run.sh", "run", "lab/tasks/run.sh"),
          file("lab/files/deep/one.txt", "one", "lab/files/deep/one.txt"),
          file("other/lib/x.rb", "x", "other/lib/x.rb"),
        ],
      },
    ]);
    expect(await details("tasks/lab/init")).toMatchObject([200, { name: "lab", metadata: {} }]);
  });

  it("can be fetched from where the details say", async () => {
    const { get, send } = await house(lab);
    const { files } = JSON.parse((await get("tasks/lab/run")).text);
    for (const { uri, sha256: sum } of files) {
      const url = `${uri.path}?${new URLSearchParams(uri.params)}`;
      expect(sha256((await send("GET", url, { peer: NODE })).text)).toBe(sum);
    }
  });

  it("of a module that is deeper down come from the file service", async () => {
    const { details, send } = await house({
      "environment.conf": "modulepath = deep/er",
      "deep/er/lab/tasks/run.sh": "run",
      "deep/er/lab/tasks/run.json": '{"files":["lab/files/a.txt","lab/lib/b.rb","lab/scripts/c.sh"]}',
      "deep/er/lab/files/a.txt": "a",
      "deep/er/lab/lib/b.rb": "b",
      "deep/er/lab/scripts/c.sh": "c",
    });
    const [, { files }] = (await details("tasks/lab/run")) as [number, { files: { uri: { path: string } }[] }];
    expect(files.map(({ uri }) => uri.path.replace("/puppet/v3/file_content/", ""))).toEqual([
      ...["tasks/lab/run.sh", "modules/lab/a.txt", "plugins/b.rb", "scripts/lab/c.sh"],
    ]);
    for (const { uri } of files) {
      const headers = { Accept: "*/*" };
      expect((await send("GET", `${uri.path}?environment=production`, { peer: NODE, headers })).status).toBe(200);
    }
  });

  it.each([
    ["tasks/lab/none", "Could not find task 'none'"],
    ["tasks/none/run", "Could not find module 'none'"],
    ["tasks/constructor/run", "Could not find module 'constructor'"],
  ])("%s is not there", async (url, text) => {
    const { details } = await house(lab);
    expect(await details(url)).toEqual([404, text]);
  });

  it.each<[string, Readonly<Record<string, Planted>>, string]>([
    ["no implementation", { "run.json": "{}" }, "puppet.tasks/no-implementation"],
    ["several", { "run.sh": "", "run.rb": "" }, "puppet.tasks/multiple-implementations"],
    ["metadata that is no JSON", { "run.sh": "", "run.json": "{" }, "puppet.tasks/unparseable-metadata"],
    ["metadata that is no object", { "run.sh": "", "run.json": "[1]" }, "puppet.tasks/unparseable-metadata"],
    [
      "an implementation that is missing",
      { "run.sh": "", "run.json": '{"implementations":[{"name":"x"}]}' },
      "puppet.tasks/missing-implementation",
    ],
    [
      "implementations that are none",
      { "run.sh": "", "run.json": '{"implementations":{"name":"x"}}' },
      "puppet.tasks/invalid-metadata",
    ],
    [
      "requirements that are none",
      { "run.sh": "", "run.json": '{"implementations":[{"name":"run.sh","requirements":"x"}]}' },
      "puppet.tasks/invalid-metadata",
    ],
    ["files that are no list", { "run.sh": "", "run.json": '{"files":"x"}' }, "puppet.tasks/invalid-metadata"],
    ["a file of no module", { "run.sh": "", "run.json": '{"files":["x/files/y"]}' }, "puppet.tasks/invalid-metadata"],
    [
      "a file outside the mounts",
      { "run.sh": "", "run.json": '{"files":["lab/manifests/x.pp"]}' },
      "puppet.tasks/invalid-metadata",
    ],
    [
      "a file that leads out",
      { "run.sh": "", "run.json": '{"files":["lab/files/../../../hiera.yaml"]}' },
      "puppet.tasks/invalid-metadata",
    ],
    ["a file that is missing", { "run.sh": "", "run.json": '{"files":["lab/files/y"]}' }, "puppet.tasks/invalid-file"],
    [
      "a directory without its slash",
      { "run.sh": "", "run.json": '{"files":["lab/tasks"]}' },
      "puppet.tasks/invalid-metadata",
    ],
    [
      "a file with a slash",
      { "run.sh": "", "run.json": '{"files":["lab/tasks/run.sh/"]}' },
      "puppet.tasks/invalid-metadata",
    ],
  ])("with %s are left out of the list, and say why", async (_, files, kind) => {
    const planted = Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`modules/lab/tasks/${name}`, text]),
    );
    const { details } = await house({ ...planted, "modules/lab/tasks/good.sh": "" });
    expect(await details("tasks/lab/run")).toMatchObject([500, { kind, msg: expect.any(String) }]);
    expect(await details("tasks")).toMatchObject([200, [{ name: "lab::good" }]]);
  });

  it("with several implementations have those that are named", async () => {
    const { details } = await house({
      "modules/lab/tasks/run.json":
        '{"implementations":[{"name":"a.sh"},{"name":"b.ps1","requirements":["powershell"]}]}',
      "modules/lab/tasks/a.sh": "",
      "modules/lab/tasks/b.ps1": "",
    });
    expect(await details("tasks/lab/run")).toMatchObject([
      200,
      { files: [{ filename: "a.sh" }, { filename: "b.ps1" }] },
    ]);
  });
});

describe("plans", () => {
  const planted = {
    "modules/lab/plans/init.pp": "",
    "modules/lab/plans/deploy.yaml": "",
    "modules/lab/plans/deploy.pp": "",
    "modules/lab/plans/class.pp": "",
    "modules/lab/plans/x.sh": "",
  };

  it("are for who was allowed to, by the names of their files", async () => {
    const { get, send } = await house(planted);
    expect((await get("plans")).status).toBe(403);
    const url = "/puppet/v3/plans";
    const ask = async (path: string) => send("GET", `${url}${path}?environment=production`, { peer: boss });
    const place = [{ name: "production", code_id: null }];
    expect(JSON.parse((await ask("")).text)).toEqual([
      { name: "lab::deploy", environment: place },
      { name: "lab", environment: place },
    ]);
    expect(JSON.parse((await ask("/lab/deploy")).text)).toEqual({ metadata: {}, name: "lab::deploy" });
    expect((await ask("/lab/class")).text).toBe("Could not find plan 'class'");
    expect((await ask("/none/x")).text).toBe("Could not find module 'none'");
  });
});
