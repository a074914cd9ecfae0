import { describe, expect, it } from "vitest";
import { thumbprintOf, toEnrolment } from "./mapping.js";

const body = (agent: object, registration: object = {}, names?: string[] | null) => ({
  AgentInformation: agent,
  RegistrationInformation: registration,
  ...(names === undefined ? {} : { ConfigurationNames: names }),
});
const A = "91E51A37-B59F-11E5-9C04-14109FD663AE";
const namesAfter = (before: string[], type: string | undefined, names?: string[] | null) =>
  toEnrolment(A, body({}, type === undefined ? {} : { RegistrationMessageType: type }, names), "k").merge({
    configurationNames: before,
  })["configurationNames"];

describe("toEnrolment", () => {
  it("takes name and routable addresses as evidence, odd forms and zones too", () => {
    const { evidence, nodeName } = toEnrolment(
      A,
      body({ NodeName: " web01 ", IPAddress: "192.0.2.7;127.0.0.1;fe80::1%5;::1;::2000:0:0:0;nonsense;;192.0.2.7" }),
      "k",
    );
    expect(nodeName).toBe("web01");
    expect(evidence).toEqual([
      { kind: "name", value: "web01" },
      { kind: "address", value: "192.0.2.7" },
      { kind: "address", value: "fe80::1" },
      { kind: "address", value: "::2000:0:0:0" },
    ]);
  });

  it("does not believe the address that DSC for Linux cut off", () => {
    const whole = "192.0.2.100;".repeat(21);
    const { evidence } = toEnrolment(
      A,
      body({ IPAddress: `${whole}10${".0.0.25".slice(0, 254 - whole.length - 2)}` }),
      "k",
    );
    expect(evidence).toEqual([{ kind: "address", value: "192.0.2.100" }]);
  });

  it("tells rules the LCM's version, where it has one", () => {
    const versions = ["2.0", "x".repeat(500), null].map(
      (LCMVersion) => toEnrolment(A, body({ LCMVersion }), "k").traits?.version,
    );
    expect(versions).toEqual(["2.0", "x".repeat(100), undefined]);
  });

  it("names a node without a name by its AgentId", () => {
    expect(toEnrolment(A, body({ NodeName: null }), "k").nodeName).toBe(A);
  });

  it.each([
    ["a ConfigurationRepository sets", "ConfigurationRepository", ["New"], ["New"]],
    ["a ConfigurationRepository without the property clears", "ConfigurationRepository", undefined, []],
    ["a ReportServer keeps", "ReportServer", undefined, ["Old"]],
    ["a ReportServer with names keeps", "ReportServer", ["New"], ["Old"]],
    ["an unknown type keeps", "Else", ["New"], ["Old"]],
    ["no type sets", undefined, ["New"], ["New"]],
    ["no type without names keeps", undefined, undefined, ["Old"]],
  ])("%s the names", (_, type, names, after) => {
    expect(namesAfter(["Old"], type, names)).toEqual(after);
  });

  it("has few roles, whatever an agent writes", () => {
    const roleOf = (type: string) => toEnrolment(A, body({}, { RegistrationMessageType: type }), "k").role;
    expect([roleOf("reportserver"), roleOf("x1"), roleOf("x2")]).toEqual(["ReportServer", "Other", "Other"]);
  });

  it("keeps of the certificate what operators ask for, bounded, and forgets a rotated one", () => {
    const certificateAfter = (CertificateInformation?: object) =>
      toEnrolment(A, body({}, { CertificateInformation }), "k").merge({ certificate: { subject: "rotated" } })[
        "certificate"
      ];
    expect(certificateAfter({ Subject: "s".repeat(5000), Issuer: "i", NotAfter: null, PublicKey: "k" })).toEqual({
      subject: "s".repeat(1024),
      issuer: "i",
      notBefore: null,
      notAfter: null,
    });
    expect(certificateAfter()).toBeNull();
  });
});

describe("thumbprintOf", () => {
  it.each([
    ["8351F16C2B06634279F2C0287B5430452DA1CD94", true],
    ["83:51:f1:6c:2b:06:63:42:79:f2:c0:28:7b:54:30:45:2d:a1:cd:94", true],
    ["83 51 F1 6C 2B 06 63 42 79 F2 C0 28 7B 54 30 45 2D A1 CD 94", true],
    ["8351F16C2B06634279F2C0287B5430452DA1CD9", false],
    ["8351F16C2B06634279F2C0287B5430452DA1CD944", false],
    ["", false],
    [null, false],
    [5, false],
  ])("of %j", (text, found) => {
    expect(thumbprintOf(text)).toBe(found ? "8351F16C2B06634279F2C0287B5430452DA1CD94" : undefined);
  });
});
