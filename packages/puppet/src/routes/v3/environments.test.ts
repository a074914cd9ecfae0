import type { CodeReader } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../authorization/rule.js";
import { type Sent, serve, verified } from "../../puppet.test.helper.js";

const NODE = verified("web01.example.org");
const allow: Rule = {
  ...{ name: "consoles", "sort-order": 1, allow: "console" },
  "match-request": { path: "/puppet/v3/environment_", type: "path" },
};

async function house(classes: CodeReader["classes"] = async () => []) {
  const served = await serve({ config: { authorization: { rules: [allow] } }, code: { classes } });
  const get = (url: string, sent: Sent = {}) =>
    served.send("GET", `/puppet/v3/${url}`, { peer: verified("console"), ...sent });
  return { ...served, get };
}

describe("environments", () => {
  it("are listed for every node, the default one always", async () => {
    const { environments, send } = await house();
    environments.deploy("staging", {
      "environment.conf": "modulepath = site:modules:$basemodulepath\nmanifest = site.pp\nconfig_version = bin/v",
      "site/a/x": "",
    });
    const answer = await send("GET", "/puppet/v3/environments", { peer: NODE });
    expect([answer.status, answer.type]).toEqual([200, "application/json;charset=utf-8"]);
    expect(JSON.parse(answer.text)).toEqual({
      search_paths: ["file:///etc/puppetlabs/code/environments"],
      environments: {
        production: {
          settings: {
            modulepath: ["/etc/puppetlabs/code/environments/production/modules"],
            manifest: "/etc/puppetlabs/code/environments/production/manifests",
            environment_timeout: "unlimited",
            config_version: "",
          },
        },
        staging: {
          settings: {
            modulepath: [
              "/etc/puppetlabs/code/environments/staging/site",
              "/etc/puppetlabs/code/environments/staging/modules",
            ],
            manifest: "/etc/puppetlabs/code/environments/staging/site.pp",
            environment_timeout: "unlimited",
            config_version: "bin/v",
          },
        },
      },
    });
  });

  it("are looked at one after the other, however many there are", async () => {
    const { environments, get } = await house();
    for (let i = 0; i < 20; i++) environments.deploy(`e${i}`, { "environment.conf": "manifest = x" });
    const { current } = environments.port;
    let [now, most] = [0, 0];
    environments.port.current = async (name) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return current(name);
    };
    for (const what of ["environments", "environment_modules"]) expect((await get(what)).status).toBe(200);
    expect(most).toBe(1);
  });

  it("are listed when one of them cannot be read", async () => {
    const { environments, get } = await house();
    environments.deploy("broken", { "environment.conf": "nonsense" });
    expect(Object.keys(JSON.parse((await get("environments")).text).environments)).toEqual(["broken", "production"]);
  });
});

describe("environment_modules", () => {
  it("is for who was allowed to", async () => {
    const { send } = await house();
    for (const what of ["modules", "transports", "classes"])
      expect((await send("GET", `/puppet/v3/environment_${what}?environment=production`, { peer: NODE })).status).toBe(
        403,
      );
  });

  it("names them with their versions, and all environments where none is named", async () => {
    const { environments, get } = await house();
    environments.deploy("production", {
      "modules/lab/metadata.json": '{"name":"acme-lab","version":"1.2.3"}',
      "modules/bare/manifests/init.pp": "",
      "modules/broken/metadata.json": "{",
      "modules/odd/metadata.json": '{"name":7,"version":["1"],"__proto__":{"name":"x"}}',
      "modules/array/metadata.json": "[]",
      "modules/huge/metadata.json": `{"name":"acme-huge","x":"${"x".repeat(1 << 20)}"}`,
    });
    environments.deploy("empty", {});
    const production = {
      modules: [
        { name: "array", version: null },
        { name: "bare", version: null },
        { name: "broken", version: null },
        { name: "huge", version: null },
        { name: "acme/lab", version: "1.2.3" },
        { name: "odd", version: null },
      ],
      name: "production",
    };
    const one = await get("environment_modules?environment=production");
    expect(JSON.parse(one.text)).toEqual(production);
    expect(JSON.parse((await get("environment_modules")).text)).toEqual([{ modules: [], name: "empty" }, production]);
  });

  it("is not sent again to who has it, until it is another", async () => {
    const { environments, get } = await house();
    environments.deploy("production", { "modules/lab/x": "" });
    const url = "environment_modules?environment=production";
    const { headers } = await get(url);
    const tag = headers.etag ?? "";
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    const has = (known: string) => get(url, { headers: { "If-None-Match": known } });
    for (const known of [tag, tag.slice(1, -1), `W/${tag}`, `${tag.slice(1, -1)}--gzip`, `"x", ${tag}`]) {
      const answer = await has(known);
      expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, "", tag]);
    }
    expect((await has('"x"')).status).toBe(200);
    environments.deploy("production", { "modules/other/x": "" });
    expect((await has(tag)).status).toBe(200);
  });

  it.each([
    ["environment_modules?environment=no-such", 400, "The environment must be purely alphanumeric, not 'no-such'"],
    ["environment_modules?environment=nosuch", 404, "Could not find environment 'nosuch'"],
    ["environment_transports", 400, "An environment parameter must be specified"],
    ["environment_classes?environment=nosuch", 404, "Could not find environment 'nosuch'"],
  ])("%s: %i in a text", async (url, status, text) => {
    const { get } = await house();
    expect(await get(url)).toMatchObject({ status, type: "text/plain;charset=utf-8", text });
  });
});

describe("what takes a compiler", () => {
  it("is said to be missing where there are transports, and where classes cannot be read", async () => {
    const { environments, get } = await house(async () => {
      throw new GatehouseError("not-available", "There is no Ruby.");
    });
    const none = await get("environment_transports?environment=production");
    expect([none.status, JSON.parse(none.text)]).toEqual([200, { name: "production", transports: [] }]);
    environments.deploy("production", { "modules/net/lib/puppet/transport/schema/panos.rb": "" });
    for (const [what, text] of [
      ["transports", "The transports of module 'net' are not read."],
      ["classes", "There is no Ruby."],
    ]) {
      const answer = await get(`environment_${what}?environment=production`);
      expect([answer.status, answer.text]).toEqual([501, text]);
    }
  });

  it("has the classes of manifests, read once for each version, with a tag", async () => {
    const asked: number[] = [];
    const lab = {
      path: "/etc/puppetlabs/code/environments/production/modules/lab/manifests/init.pp",
      classes: [{ name: "lab", params: [] }],
    };
    const { environments, get } = await house(async ({ version }) => {
      asked.push(version);
      return [
        lab,
        { path: "/etc/puppetlabs/code/environments/production/modules/x/manifests/init.pp", error: "Syntax error" },
      ];
    });
    environments.deploy("production", {});
    const url = "environment_classes?environment=production";
    const first = await get(url);
    expect([first.status, JSON.parse(first.text)]).toEqual([
      200,
      {
        name: "production",
        files: [lab, { path: lab.path.replace("modules/lab", "modules/x"), error: "Syntax error" }],
      },
    ]);
    const again = await get(url, { headers: { "If-None-Match": first.headers.etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    environments.deploy("production", { x: "" });
    await get(url);
    expect(asked).toEqual([1, 2]);
  });

  it("fails like everything of an environment whose environment.conf cannot be read", async () => {
    const { environments, get } = await house();
    environments.deploy("broken", { "environment.conf": "\n\nnonsense" });
    const message = "Server Error: Could not match line nonsense (file: broken/environment.conf, line: 3)";
    for (const url of ["environment_modules", "environment_transports", "tasks", "file_metadatas/plugins"]) {
      const answer = await get(`${url}?environment=broken`, { headers: { Accept: "application/json" } });
      expect([answer.status, JSON.parse(answer.text).message]).toEqual([500, message]);
    }
  });
});
