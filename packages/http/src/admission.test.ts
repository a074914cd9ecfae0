import { describe, expect, it } from "vitest";
import { Admission } from "./admission.js";

const one = { "check-in": 1, content: 1, submission: 1, operator: 1, platform: 1 };

describe("Admission", () => {
  it("gives a place where there is one, by refusing or by saying so", () => {
    const admission = new Admission({ requests: one, bodyBytes: 10 });
    expect(admission.tryEnter("submission")).toBe(true);
    expect(admission.tryEnter("submission")).toBe(false);
    expect(() => admission.enter("submission")).toThrow("busy");
    expect(admission.inFlight("submission")).toBe(1);
    admission.leave("submission");
    admission.enter("submission");
    expect([admission.tryEnter("submission"), admission.tryEnter("content")]).toEqual([false, true]);
  });
});
