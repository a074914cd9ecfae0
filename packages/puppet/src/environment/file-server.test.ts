import { describe, expect, it } from "vitest";
import { FakeEnvironments, type Planted } from "../fake-v3.test.helper.js";
import { metadataOptionsOf, searchOptionsOf } from "./file-options.js";
import { FileServer } from "./file-server.js";

const TIME = "2025-11-21 04:40:00 +0000";
const plain = metadataOptionsOf(new URLSearchParams());
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
      '{"path":"/environments/production/modules/lab/files/one.txt","relative_path":null,"links":"manage","owner":0,' +
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
