import { describe, expect, it } from "vitest";
import { type Credential, credentialFault } from "./index.js";

const password: Credential = { name: "esx", kind: "password", username: "root", secret: "correct horse" };
const community: Credential = { name: "switches", kind: "snmp-community", username: null, secret: "public" };
const faultOf = (said: Partial<Credential>, of = password) => credentialFault({ ...of, ...said });

describe("a credential", () => {
  it.each<[Partial<Credential>, Credential]>([
    [{}, password],
    [{}, community],
    [{ name: "__proto__", username: "DOMAIN\\röot", secret: " ü€😀 " }, password],
    [{ name: "n".repeat(100), username: "u".repeat(256), secret: "s".repeat(4096) }, password],
  ])("is good: %j of %j", (said, of) => {
    expect(faultOf(said, of)).toBeUndefined();
  });

  it.each<[string, Partial<Credential>, Credential]>([
    ["name", { name: "" }, password],
    ["name", { name: "n".repeat(101) }, password],
    ["name", { name: "a\u0000" }, password],
    ["name", { name: "a\nb" }, password],
    ["name", { name: "\ud800" }, password],
    ["kind", { kind: "token" as "password" }, password],
    ["kind", { kind: "__proto__" as "password" }, password],
    ["username", { username: null }, password],
    ["username", { username: "" }, password],
    ["username", { username: "u".repeat(257) }, password],
    ["username", { username: "a\u0000" }, password],
    ["username", { username: "" }, community],
    ["username", { username: "root" }, community],
    ["secret", { secret: "" }, password],
    ["secret", { secret: "s".repeat(4097) }, password],
    ["secret", { secret: "hunter2\n" }, password],
    ["secret", { secret: "hun\u0000ter2" }, community],
    ["secret", { secret: "hunter2\udc00" }, community],
  ])("is told what is wrong with its %s, without the secret: %j of %j", (what, said, of) => {
    const fault = faultOf(said, of);
    expect(fault).toMatch(new RegExp(what, "i"));
    expect(fault).not.toMatch(/hunter|horse/);
  });
});
