import { describe, expect, it } from "vitest";
import { newRegistrationSecret, registrationSecretOf } from "./registration-secret.js";

describe("the secret of a registration token", () => {
  it("that is made is a random UUID, another each time", () => {
    const made = Array.from({ length: 100 }, newRegistrationSecret);
    expect(new Set(made).size).toBe(100);
    for (const text of made) {
      expect(text).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(registrationSecretOf(text).toString("hex")).toBe(text.replaceAll("-", ""));
    }
  });

  it.each([
    ["in capitals", "3A609A2E-947F-4E6A-9AF9-32C024AC3944"],
    ["with blanks around it", " 3a609a2e-947f-4e6a-9af9-32c024ac3944\n"],
  ])("may come %s", (_, text) => {
    expect(registrationSecretOf(text)).toEqual(Buffer.from("3a609a2e947f4e6a9af932c024ac3944", "hex"));
  });

  it.each([
    // Sixteen random bytes that nobody marked as a UUID of a version are as good.
    "3a609a2e-947f-1e6a-1af9-32c024ac3944",
    "018f4e1c-2b7a-7c3d-9e21-5b6f8a9c0d1e",
  ])("may be any that cannot be guessed: %s", (text) => {
    expect(registrationSecretOf(text)).toHaveLength(16);
  });

  it.each([
    ["nothing", ""],
    ["no UUID", "correct horse battery staple"],
    ["hex without hyphens", "3a609a2e947f4e6a9af932c024ac3944"],
    ["one in braces", "{3a609a2e-947f-4e6a-9af9-32c024ac3944}"],
    ["one that is cut off", "3a609a2e-947f-4e6a-9af9-32c024ac394"],
    ["two", "3a609a2e-947f-4e6a-9af9-32c024ac3944\n3a609a2e-947f-4e6a-9af9-32c024ac3944"],
    ["version 1", "d9428888-122b-11e1-b85c-61cd3cbb3210"],
    ["version 2", "000003e8-cbb9-21ea-b201-00045a86c8a1"],
    ["the nil UUID", "00000000-0000-0000-0000-000000000000"],
    ["the max UUID", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    ["one byte all over", "a7a7a7a7-a7a7-a7a7-a7a7-a7a7a7a7a7a7"],
    ["a pattern", "00000000-0000-4000-8000-000000000001"],
  ])("is not %s, and the refusal repeats nothing of it", (_, text) => {
    expect(() => registrationSecretOf(text)).toThrow(
      expect.objectContaining({ code: "request-malformed", message: expect.not.stringMatching(/[0-9a-f]{8}-|horse/) }),
    );
  });
});
