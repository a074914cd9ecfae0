import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PullServer, startPullServer } from "../dsc/pull-server.js";
import { commandOf, gatehouse, notCalled } from "./gatehouse.js";

let server: PullServer;
let folder: string;
const { here, done, json } = commandOf(() => server.site);

beforeAll(async () => {
  server = await startPullServer();
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-access-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
});

describe("credential", () => {
  it("add, list and remove", async () => {
    const file = path.join(folder, "secret");
    writeFileSync(file, "from-a-file\n");
    const add = (name: string, args: string[], env = {}, input = "") =>
      gatehouse(["--data", server.site.dataDir, "credential", "add", name, ...args], env, input);
    const password = ["--kind", "password", "--username", "root"];
    const added = [
      await add("esx", [...password, "--secret-file", file]),
      await add("vcenter", [...password, "--secret-env", "THE_SECRET"], { THE_SECRET: "from-a-variable" }),
      await add("switches", ["--kind", "snmp-community", "--secret-file", "-"], {}, "from-standard-input\n"),
    ];
    expect(added.map(({ code }) => code)).toEqual([0, 0, 0]);
    const list = await done("credential", "list");
    expect(list).toMatch(/^esx +password +root +\S+ \S+ +admin$/m);
    expect(list).toMatch(/^switches +snmp-community +- /m);
    expect(await done("credential", "remove", "vcenter")).toBe("vcenter is gone.\n");
    const { credentials } = await json("credential", "list");
    expect(credentials.map(({ name }: { name: string }) => name)).toEqual(["esx", "switches"]);
    const printed = [...added.flatMap(({ out, err }) => [out, err]), list, JSON.stringify(credentials)];
    expect(printed.join("\n")).not.toContain("from-");
  });
});

describe("puppet", () => {
  it("rules list, explain and remove", async () => {
    const call = "GET /puppet/v3/catalog/web01";
    expect(await done("puppet", "rules", "explain", call, "--certname", "web01")).toMatch(
      /^decision +allowed\nrule +puppetlabs v3 catalog from agents\nfrom +default\n/,
    );
    const spec = {
      "sort-order": 400,
      "match-request": { path: "/puppet/v3/catalog/", type: "path" },
      deny: { extensions: { pp_role: "guest" } },
      allow: "*",
    };
    const put = server.api("PUT", "/authorization-rules/guests", { protocol: "puppet", spec });
    expect((await put).status).toBe(200);
    expect(await done("puppet", "rules", "list")).toMatch(/^400 +guests +any +\/puppet\/v3\/catalog\/ +.* admin, 20/m);
    const asked = ["explain", call, "--certname", "web01", "--extension", "pp_role=guest"];
    expect(await json("puppet", "rules", ...asked)).toMatchObject({
      allowed: false,
      rule: { name: "guests", origin: "stored", createdBy: "admin" },
    });
    expect(await done("puppet", "rules", "remove", "guests")).toBe("guests is gone.\n");
    expect(await here("puppet", "rules", "remove", "guests")).toMatchObject({ code: 1 });
  });

  it("and credential have no verb that was not called above", async () => {
    expect([...(await notCalled("puppet", "rules")), ...(await notCalled("credential"))]).toEqual([]);
  });
});
