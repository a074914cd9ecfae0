import { describe, expect, it } from "vitest";
import { asGatehouseError, errorCodes, GatehouseError } from "./index.js";

describe("GatehouseError", () => {
  it("takes status and level from its registered code", () => {
    const error = new GatehouseError("body-too-large", "The report is larger than 20 MiB.");
    expect([error.status, error.level]).toEqual([413, "warn"]);
  });

  it("keeps an unknown fault's text out of the public message", () => {
    const error = asGatehouseError(new Error("password=hunter2"));
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("hunter2");
    expect(error.detail).toContain("hunter2");
  });

  it("passes its own kind through unchanged", () => {
    const error = new GatehouseError("not-found", "No such node.");
    expect(asGatehouseError(error)).toBe(error);
  });

  it("registers only statuses that mean failure, each with a meaning", () => {
    for (const [name, { status, meaning }] of Object.entries(errorCodes)) {
      expect(status, name).toBeGreaterThanOrEqual(400);
      expect(meaning, name).toMatch(/\.$/);
    }
  });
});
