import { describe, expect, it } from "vitest";
import { type NewRegistrationToken, registrationTokenFault } from "./registration.js";

const good: NewRegistrationToken = {
  ...{ name: "fleet", tag: null, agent: null, mostUses: null, expiresAt: null },
  secret: Buffer.alloc(16, 7),
};
const faultOf = (said: Partial<NewRegistrationToken>) => registrationTokenFault({ ...good, ...said });

describe("a registration token", () => {
  it.each<[Partial<NewRegistrationToken>]>([
    [{}],
    [{ name: "__proto__", tag: "Zürich 🐘", agent: "e72a798f-e51b-11f1-9f32-aaea530464d7" }],
    [{ mostUses: 1, expiresAt: new Date(0) }],
    [{ name: "n".repeat(100), tag: "t".repeat(255), agent: "a".repeat(255), mostUses: 2 ** 31 - 1 }],
  ])("is good: %j", (said) => {
    expect(faultOf(said)).toBeUndefined();
  });

  it.each<[string, Partial<NewRegistrationToken>]>([
    ["name", { name: "" }],
    ["name", { name: "n".repeat(101) }],
    ["name", { name: "a\u0000" }],
    ["name", { name: "\ud800" }],
    ["tag", { tag: "" }],
    ["tag", { tag: "a\nb" }],
    ["agentid", { agent: "" }],
    ["agentid", { agent: "a".repeat(256) }],
    ["registrations", { mostUses: 0 }],
    ["registrations", { mostUses: 1.5 }],
    ["registrations", { mostUses: Number.NaN }],
    ["registrations", { mostUses: 2 ** 31 }],
    ["ends", { expiresAt: new Date(Number.NaN) }],
    ["secret", { secret: Buffer.alloc(15) }],
    ["secret", { secret: Buffer.alloc(32) }],
  ])("is refused for its %s: %j", (word, said) => {
    expect(faultOf(said)).toContain(word);
  });
});
