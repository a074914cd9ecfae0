import { describe, expect, it } from "vitest";
import { AT, aCertificate, aRequest, gatewayOf } from "./gateway.test.helper.js";

const interrupted = aCertificate({
  name: "crashed",
  serial: "000B",
  state: "interrupted",
  fingerprints: null,
  notBefore: null,
  notAfter: null,
  altNames: [],
  extensions: {},
});
const revoked = aCertificate({ name: "old", state: "revoked", revokedAt: AT, revokedBy: "ada" });

/** A gateway that knows one of each state, in pages of one. */
const house = () =>
  gatewayOf({
    "GET /certificate-requests": { requests: [aRequest({ note: "No rule matches." })] },
    "GET /certificates": (target) => {
      const query = new URLSearchParams(target.split("?")[1]);
      const [state, name, after] = [query.get("state"), query.get("name"), query.get("after")];
      const all = [interrupted, revoked, aCertificate()].filter(
        (each) =>
          (name === null || each.name === name) && (state === null ? each !== interrupted : each.state === state),
      );
      const at = Number(after ?? 0);
      return { certificates: all.slice(at, at + 1), next: at + 1 < all.length ? String(at + 1) : null };
    },
  });

const names = (json: { certificates: { name: string; state: string }[] }) =>
  json.certificates.map(({ name, state }) => `${name} ${state}`);

describe("gatehouse ca list", () => {
  it("has the requests that wait, and asks for nothing else", async () => {
    const { ca, asked } = await house();
    const { code, json } = await ca("list", "--json");
    expect(code).toBe(0);
    expect(json.certificates).toMatchObject([
      { name: "web02", state: "requested", fingerprint: "AB:CD", altNames: [], extensions: { pp_role: "web" } },
    ]);
    expect(asked).toEqual([["GET /certificate-requests"]]);
  });

  it("has everything by name with --all, however many pages that are", async () => {
    const { ca } = await house();
    const { json } = await ca("list", "--all", "--json");
    expect(names(json)).toEqual(["crashed interrupted", "old revoked", "web01 signed", "web02 requested"]);
    expect(json.certificates[0]).toMatchObject({ fingerprint: null, serial: "000B", notAfter: null });
    expect(json.certificates[2]).toMatchObject({ fingerprint: "AB:CD", serial: "000A", profile: "puppet" });
  });

  it.each([
    [["web01"], ["web01 signed"]],
    [["web02"], ["web02 requested"]],
    [["crashed"], ["crashed interrupted"]],
    [["web01", "--state", "revoked"], []],
    [["--state", "requested"], ["web02 requested"]],
    [["--state", "signed"], ["web01 signed"]],
    [["--state", "revoked"], ["old revoked"]],
    [["--all", "--state", "interrupted"], ["crashed interrupted"]],
  ])("with %j has %j", async (args, found) => {
    const { ca } = await house();
    expect(names((await ca("list", "--json", ...args)).json)).toEqual(found);
  });

  it("asks of a profile for that only", async () => {
    const { ca, asked } = await house();
    await ca("list", "--all", "--profile", "operator");
    expect(asked.every(([call]) => call.includes("profile=operator"))).toBe(true);
    expect(asked.length).toBeGreaterThan(2);
  });

  it("shows what people compare, and which of the extensions authorise", async () => {
    const { ca } = await house();
    const { out } = await ca("list", "--all");
    expect(out.split("\n").map((line) => line.split(/ {2,}/))).toEqual([
      ["NAME", "STATE", "FINGERPRINT (SHA-256)", "ALT NAMES", "AUTHORISES", "EXPIRES"],
      ["crashed", "interrupted", "-", "-", "-", "-"],
      ["old", "revoked", "AB:CD", "DNS:web01, DNS:www", "pp_cli_auth=true", "2031-03-01 10:00:00Z"],
      ["web01", "signed", "AB:CD", "DNS:www", "pp_cli_auth=true", "2031-03-01 10:00:00Z"],
      ["web02", "requested", "AB:CD", "-", "-", "-"],
      [""],
    ]);
  });

  it("names the profile where one is not puppet, and OIDs that authorise", async () => {
    const extensions = { "1.3.6.1.4.1.34380.1.3.99": "x=y", "1.3.6.1.4.1.34380.1.2.1": "z", pp_auth_role: "admin" };
    const operator = aCertificate({ name: "ada", profile: "operator", altNames: [], extensions });
    const { ca } = await gatewayOf({ "GET /certificates": { certificates: [operator], next: null } });
    const { out } = await ca("list", "--state", "signed");
    expect(out).toMatch(
      /EXPIRES +PROFILE\n.* {2}1\.3\.6\.1\.4\.1\.34380\.1\.3\.99=x=y, pp_auth_role=admin {2}.* {2}operator\n$/,
    );
  });

  it("shows the first of many names and extensions, and how many more there are", async () => {
    const altNames = Array.from({ length: 3000 }, (_, i) => `DNS:n${i}`);
    const role = { pp_auth_role: "x".repeat(1024) };
    const arc = "1.3.6.1.4.1.34380.1.3";
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${arc}.${i + 100}`, "y"]));
    const certificates = [
      aCertificate({ name: "many", altNames, extensions: many }),
      aCertificate({ name: "three", altNames: altNames.slice(0, 3), extensions: role }),
    ];
    const { ca } = await gatewayOf({ "GET /certificates": { certificates, next: null } });
    const { out } = await ca("list", "--state", "signed");
    const [, first = [], second = []] = out.split("\n").map((line) => line.split(/ {2,}/));
    expect(first.slice(3, 5)).toEqual(["DNS:n0, DNS:n1, DNS:n2 +2997", `${arc}.100=y, ${arc}.101=y, ${arc}.102=y +47`]);
    expect(second.slice(3, 5)).toEqual(["DNS:n0, DNS:n1, DNS:n2", `pp_auth_role=${"x".repeat(50)}…`]);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(300);
    const { json } = await ca("list", "--state", "signed", "--json");
    expect(json.certificates[0].altNames).toHaveLength(3000);
  });

  it("says what to do where there is nothing, unless it was filtered", async () => {
    const { ca } = await gatewayOf({ "GET /certificate-requests": { requests: [] } });
    expect((await ca("list")).out).toBe("No request waits to be signed. Certificates: gatehouse ca list --all\n");
    expect((await ca("list", "--state", "requested")).out).toBe("Nothing is like that.\n");
  });
});
