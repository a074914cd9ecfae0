import { type CatalogOutcome, type Compiled, CompileFailed } from "@gatehouse/core/catalogs";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { made } from "../fake-v3.test.helper.js";
import { world } from "../puppet.test.helper.js";
import { makeCatalog } from "./making.js";
import { emptyCatalog } from "./render.js";

const request = {
  ...{ certname: "web01", nodeId: "n" as string | undefined, environment: undefined, environmentName: "production" },
  ...{ facts: {}, trusted: {}, settings: {} },
};
const catalog = made(emptyCatalog("web01", "production"), { milliseconds: 9 });

function house({ fails, keepFails, gives = catalog }: { fails?: Error; keepFails?: Error; gives?: Compiled } = {}) {
  const kept: CatalogOutcome[] = [];
  const { deps, lines } = world({
    catalogs: {
      compile: async () => {
        if (fails !== undefined) throw fails;
        return gives;
      },
    },
    archive: {
      keep: async (outcome) => {
        if (keepFails !== undefined) throw keepFails;
        // As who keeps it reads it.
        if (!("error" in outcome.result)) void outcome.result.catalog;
        kept.push(outcome);
      },
    },
  });
  return { kept, lines, make: (said = {}) => makeCatalog(deps, { ...request, ...said }, deps.log) };
}

describe("making a catalog", () => {
  it("keeps it, and gives it as it was made", async () => {
    const { kept, make } = house();
    expect(await make()).toBe(catalog);
    expect(kept).toMatchObject([{ nodeId: "n", version: undefined, milliseconds: 9, result: { exported: [] } }]);
  });

  it("keeps nothing of a name that never called, neither a catalog nor a failure", async () => {
    const { kept, make } = house();
    expect(await make({ nodeId: undefined })).toBe(catalog);
    const failing = house({ fails: new CompileFailed("x", []) });
    await expect(failing.make({ nodeId: undefined })).rejects.toThrow("x");
    expect([kept, failing.kept]).toEqual([[], []]);
  });

  it("gives no catalog that could not be kept: others would miss what it exports", async () => {
    const away = new GatehouseError("database-unavailable", "PostgreSQL is away.");
    await expect(house({ keepFails: away }).make()).rejects.toBe(away);
    const large = new GatehouseError("request-malformed", "A catalog exports at most 10000 resources; this one 10001.");
    await expect(house({ keepFails: large }).make()).rejects.toMatchObject({
      ...{ code: "catalog-failed", message: large.message },
    });
  });

  it("keeps as a failure what turns out to be no catalog when it is read", async () => {
    const failing = new CompileFailed("what its process gave is no catalog", []);
    const unread = Object.defineProperty(structuredClone(catalog), "catalog", {
      get: () => {
        throw failing;
      },
    });
    const { kept, make } = house({ gives: unread });
    await expect(make()).rejects.toBe(failing);
    await expect(make({ nodeId: undefined })).rejects.toBe(failing);
    expect(kept).toMatchObject([{ nodeId: "n", result: { error: failing.message } }]);
  });

  it("says what is wrong with the code, even where that could not be kept", async () => {
    const fails = new CompileFailed("Syntax error", []);
    const { lines, make } = house({ fails, keepFails: new Error("disk full") });
    await expect(make()).rejects.toBe(fails);
    expect(lines).toMatchObject([{ level: "warn", fields: { agent: "web01", reason: "disk full" } }]);
  });
});
