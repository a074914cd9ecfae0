import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeRegisterServer } from "../register/fake-register-server.test.helper.js";
import { FakeInventoryServer, kindOf, zlib } from "./fake-server.test.helper.js";
import { type InventoryFleetOptions, simulateInventoryFleet } from "./fleet.js";

let server: FakeInventoryServer;
beforeEach(async () => {
  server = await FakeInventoryServer.start();
});
afterEach(() => server.stop());

const fleet = (more: Partial<InventoryFleetOptions> = {}) =>
  simulateInventoryFleet({
    program: "glpi",
    serverUrl: server.url,
    name: (n) => `sim-${n}`,
    count: 6,
    runs: 2,
    concurrency: 3,
    ...more,
  });

describe("a fleet", () => {
  it.each([
    ["glpi", { full: 6, partial: 6, configs: 0 }],
    ["fusioninventory", { full: 12, partial: 0, configs: 36 }],
    ["ocs", { full: 12, partial: 0, configs: 0 }],
  ] as const)("of %s agents inventories its machines, and counts what happened", async (program, counts) => {
    const summary = await fleet({ program });
    expect(summary).toMatchObject({ agents: 6, runs: 12, contacts: 12, failures: 0, aborted: false, ...counts });
    expect(summary.sentBytes).toBeGreaterThan(0);
    expect(summary.plainBytes).toBeGreaterThan(3 * summary.sentBytes);
    const prologs = server.seen.filter((seen) => kindOf(seen) === "PROLOG");
    expect(new Set(prologs.map(({ text }) => text)).size).toBe(6);
  });

  it("counts what fails, in words, and the 5xx", async () => {
    server.handler = (seen) => (kindOf(seen) === "PROLOG" ? zlib("<REPLY/>", 503) : undefined);
    const summary = await fleet({ count: 12 });
    expect(summary).toMatchObject({ agents: 12, runs: 24, contacts: 0, failures: 24, serverErrors: 24 });
    expect(summary.firstFailures).toHaveLength(10);
    expect(summary.firstFailures[0]).toMatchObject({ operation: "prolog", status: 503 });
  });

  it("stops when told to, and says so", async () => {
    const stop = new AbortController();
    const summary = await fleet({ runs: 1000, intervalMs: 60_000, signal: stop.signal, onRun: () => stop.abort() });
    expect(summary).toMatchObject({ aborted: true, failures: 0 });
    expect(summary.runs).toBeLessThan(7);
  });

  it("of GLPI agents with a token registers once, and encrypts all it says", async () => {
    const registrar = await FakeRegisterServer.start();
    try {
      const token = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
      registrar.tokens.set("", token);
      const told = { tasks: { inventory: { server: "glpi", version: "1" } } };
      registrar.handler = ({ message }) =>
        message["action"] === "contact" ? { body: { status: "ok", expiration: 24, ...told } } : undefined;
      const summary = await fleet({ serverUrl: registrar.url, registerToken: token, count: 3, concurrency: 1 });
      expect(summary).toMatchObject({ registrations: 3, contacts: 6, full: 3, partial: 3, failures: 0 });
      expect(summary.sentBytes).toBeGreaterThan(0);
      const first = ["register", "validate", "contact+", "inventory+"];
      expect(registrar.actions().sort()).toEqual(
        [...first, ...first, ...first, ...Array(3).fill(["contact+", "inventory+"]).flat()].sort(),
      );
      registrar.tokens.set("", "6ba7b810-9dad-41d1-80b4-00c04fd430c8");
      const refused = await fleet({ serverUrl: registrar.url, registerToken: token, count: 1 });
      expect(refused).toMatchObject({ registrations: 0, contacts: 0, failures: 1 });
      expect(refused.firstFailures[0]).toMatchObject({ operation: "register", text: "challenge failed" });
    } finally {
      await registrar.stop();
    }
  });

  it("refuses what can never work", async () => {
    await expect(fleet({ rate: 0 })).rejects.toThrow(RangeError);
    await expect(fleet({ concurrency: 0 })).rejects.toThrow(RangeError);
    await expect(fleet({ registerToken: "no-uuid" })).rejects.toThrow(TypeError);
    await expect(fleet({ serverUrl: "ftp://127.0.0.1/" })).rejects.toThrow(TypeError);
  });
});
