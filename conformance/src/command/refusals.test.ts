import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PullServer } from "../dsc/pull-server.js";
import { startFleet } from "./fleet.js";
import { commandOf, gatehouse } from "./gatehouse.js";

let server: PullServer;
let folder: string;
const { here, done } = commandOf(() => server.site);

beforeAll(async () => {
  ({ server } = await startFleet());
  folder = mkdtempSync(path.join(tmpdir(), "gatehouse-command-"));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await server?.close();
});

describe("wrong use", () => {
  it.each(
    [
      ["nod", "list"],
      ["node", "lst"],
      ["node", "list", "--stat", "active"],
      ["node", "list", "--state", "purged"],
      ["node", "list", "--limit", "0"],
      ["node", "list", "--all", "--limit", "3"],
      ["node", "list", "--label", "site"],
      ["node", "show"],
      ["node", "label", "ALPHA"],
      ["node", "label", "ALPHA", "site"],
      ["report", "list", "--since", "yesterday"],
      ["report", "list", "--status", "good"],
      ["dead-letter", "redrive"],
      ["dead-letter", "redrive", "1", "--all"],
      ["dsc", "key", "add"],
      ["token", "create", "--name", "x", "--role", "king"],
      ["token", "create", "--name", "x", "--role", "viewer", "--days", "soon"],
      ["simulate"],
      ["simulate", "--dsc", "none"],
      ["simulate", "--puppet", "0"],
      ["simulate", "--glpi", "1", "--inventory-server", "ftp://host"],
      ["inventory", "search"],
      ["inventory", "export", "--csv"],
      ["inventory", "diff", "ALPHA", "BETA", "--since", "1d"],
      ["doctor", "now"],
    ].map((words) => [words.join(" "), words] as const),
  )("%s is told on standard error, with exit code 2", async (_, words) => {
    const ran = await here(...words);
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toMatch(/\S/);
    expect(ran.err).not.toMatch(/^\s+at /m);
  });

  it("is answered with the nearest word", async () => {
    expect((await here("nod", "list")).err).toContain("Did you mean node?");
    expect((await here("report", "list", "--sinc", "1h")).err).toContain("--since");
  });
});

describe("rights", () => {
  it("that are missing are named, with what to do", async () => {
    const secret = (await done("token", "create", "--name", "looker", "--role", "viewer")).trim();
    const asViewer = (...args: string[]) =>
      gatehouse(["--data", server.site.dataDir, ...args], { GATEHOUSE_TOKEN: secret });
    for (const words of [["status"], ["node", "list"], ["report", "list"], ["dead-letter", "list"], ["dsc", "list"]])
      expect((await asViewer(...words)).code, words.join(" ")).toBe(0);
    for (const [role, ...words] of [
      ["operator", "node", "label", "ALPHA", "a=b"],
      ["operator", "node", "deactivate", "ALPHA"],
      ["operator", "node", "activate", "ALPHA"],
      ["admin", "node", "purge", "ALPHA", "--yes"],
      ["operator", "dead-letter", "redrive", "--all"],
      ["admin", "dead-letter", "discard", "1", "--yes"],
      ["operator", "dsc", "assign", "ALPHA", "Web"],
      ["operator", "dsc", "key", "list"],
      ["admin", "dsc", "key", "add", "--name", "x"],
      ["admin", "token", "list"],
      ["admin", "audit", "list"],
    ] as const) {
      const ran = await asViewer(...words);
      expect(ran, words.join(" ")).toMatchObject({ code: 1, out: "" });
      expect(ran.err, words.join(" ")).toMatch(new RegExp(`role ${role}\\b[\\s\\S]*gatehouse token create`));
    }
    const doctor = await asViewer("doctor");
    expect(doctor.code).toBe(0);
    expect(doctor.out).toMatch(/warning +token +This needs the role operator/);
  });

  it("of an unknown token are none", async () => {
    const env = {
      GATEHOUSE_URL: server.gateway.https,
      GATEHOUSE_CA: server.gateway.ca,
      GATEHOUSE_TOKEN: "gth_unknown",
    };
    expect(await gatehouse(["status"], env)).toMatchObject({
      code: 1,
      err: expect.stringContaining("GATEHOUSE_TOKEN"),
    });
    expect((await gatehouse(["doctor"], env)).out).toMatch(/failed +token /);
    expect((await gatehouse(["status"], { ...env, GATEHOUSE_TOKEN: server.gateway.token })).code).toBe(0);
  });
});

describe("no gateway", () => {
  const API_COMMANDS = [
    ["status"],
    ["node", "list"],
    ["report", "list"],
    ["dead-letter", "list"],
    ["audit", "list"],
    ["dsc", "list"],
    ["token", "list"],
    ["simulate", "--dsc", "1"],
  ];

  it("is exit code 3 for what needs one, and says what to do", async () => {
    for (const words of API_COMMANDS) {
      const none = await gatehouse(["--data", folder, "--json", ...words]);
      expect(none, words.join(" ")).toMatchObject({ code: 3, out: "" });
      expect(none.err).toMatch(/No gateway runs on .*npm start[\s\S]*gatehouse doctor/);
    }
  });

  it("that answers is exit code 3", async () => {
    const env = { GATEHOUSE_URL: "http://127.0.0.1:1", GATEHOUSE_TOKEN: "x" };
    for (const words of API_COMMANDS) {
      const none = await gatehouse(words, env);
      expect(none, words.join(" ")).toMatchObject({ code: 3, out: "" });
      expect(none.err).toContain("http://127.0.0.1:1 cannot be reached");
    }
  });

  it("whose certificate is not trusted is sent no token", async () => {
    const env = { GATEHOUSE_URL: server.gateway.https, GATEHOUSE_TOKEN: server.gateway.token };
    expect(await gatehouse(["status"], env)).toMatchObject({
      code: 3,
      err: expect.stringContaining("unable to get local issuer certificate"),
    });
  });

  it("is what doctor looks into", async () => {
    const listeners = JSON.stringify([{ address: new URL(server.gateway.http).host, tls: "off" }]);
    const ran = await gatehouse(["--data", folder, "doctor"], { GATEHOUSE_LISTENERS: listeners });
    expect(ran.code).toBe(1);
    expect(ran.out).toMatch(/failed +gateway +No gateway runs on/);
    expect(ran.out).toMatch(/failed +port:127\S+ +\S+ is taken by .*which is a gateway/);
    const { checks } = JSON.parse((await gatehouse(["--data", folder, "--json", "doctor"])).out);
    expect(checks).toContainEqual(expect.objectContaining({ seenFrom: "here", id: "config", state: "ok" }));
  });
});
