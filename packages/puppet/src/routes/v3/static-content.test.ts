import { describe, expect, it } from "vitest";
import { nobody, serve, verified } from "../../puppet.test.helper.js";

const NODE = verified("web01.example.org");
const BASE = "/puppet/v3/static_file_content";

async function house() {
  const served = await serve();
  served.environments.deploy("production", {
    "modules/lab/files/one.txt": "first\n",
    "modules/lab/files/out.txt": { link: "../../../hiera.yaml" },
    "modules/lab/lib/x.rb": "x",
    "modules/lab/manifests/init.pp": "class lab {}",
    "hiera.yaml": "version: 5",
  });
  served.environments.deploy("production", { "modules/lab/files/one.txt": "second\n" });
  const get = (url: string) => served.send("GET", `${BASE}/${url}`, { peer: NODE });
  return { ...served, get };
}

const of = (path: string, codeId = "1") => `${path}?environment=production&code_id=${codeId}`;

describe("static_file_content", () => {
  it("is that of the version which the catalog was made of, however old (p7-08)", async () => {
    const { get } = await house();
    const [first, second] = [
      await get(of("modules/lab/files/one.txt")),
      await get(of("modules/lab/files/one.txt", "2")),
    ];
    expect([first.status, first.type, first.text]).toEqual([200, "application/octet-stream", "first\n"]);
    expect(second.text).toBe("second\n");
    expect((await get(of("modules/lab/lib/x.rb"))).text).toBe("x");
    expect((await get(of("modules/lab/files/out.txt"))).text).toBe("version: 5");
  });

  it.each([
    ["", 404, "text"],
    ["modules/lab/files/one.txt", 400, "requires an environment, a code-id, and a file-path"],
    ["modules/lab/files/one.txt?environment=production", 400, "requires an environment, a code-id"],
    ["modules/lab/files/one.txt?code_id=1", 400, "requires an environment, a code-id"],
    [
      "modules/lab/files/one.txt?environment=a-b&code_id=1",
      400,
      "The environment must be purely alphanumeric, not 'a-b'",
    ],
    [of("modules/lab/files/one.txt", "a%2Fb"), 400, "Invalid code-id 'a/b'. Must contain only alpha-numerics and"],
    [of("modules/lab/files/one.txt", "x".repeat(300)), 400, "Invalid code-id"],
    [of("hiera.yaml"), 403, "Request Denied: A /static_file_content request must be a file within the files"],
    [of("modules/lab/manifests/init.pp"), 403, "Request Denied"],
    [of("modules/lab/files"), 403, "Request Denied"],
    [of("modules/lab/filesx/one.txt"), 403, "Request Denied"],
    [of("modules/lab/files/../../../hiera.yaml"), 400, "Invalid relative path"],
    [of("modules/lab/files/%2e%2e/x"), 400, "Invalid relative path"],
    [of("modules/lab/files/none"), 404, "Could not find modules/lab/files/none in version '1'"],
    [of("modules/lab/files/one.txt", "3"), 404, "in version '3' of environment 'production'"],
    ["modules/lab/files/one.txt?environment=nosuch&code_id=1", 404, "of environment 'nosuch'"],
  ])("%s: %i", async (url, status, message) => {
    const { get } = await house();
    const answer = await get(url);
    expect(answer.status).toBe(status);
    if (url === "") return;
    expect([answer.type?.split(";")[0], answer.text]).toEqual(["text/plain", expect.stringContaining(message)]);
  });

  it("is for nodes", async () => {
    const { send } = await house();
    for (const peer of [nobody, verified("x", {}, "operator")])
      expect((await send("GET", `${BASE}/${of("modules/lab/files/one.txt")}`, { peer })).status).toBe(403);
  });
});
