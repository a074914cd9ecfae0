import { describe, expect, it } from "vitest";
import { kindsOf } from "./apply.test.helper.js";
import { documentCheck } from "./check.js";
import { isVariants } from "./kind.js";

const check = documentCheck(kindsOf());
const key = { kind: "EnrolmentKey", name: "fleet", spec: { protocol: "dsc", key: { env: "KEY" } } };
const SECRET = "hunter2hunter2hunter2";

/** `pointer: message` of every fault. */
const faultsOf = (...documents: unknown[]) =>
  check(documents).faults.map(({ index, pointer, message }) => `${index}${pointer}: ${message}`);
const specOf = (kind: string, spec: unknown, name = "x") => faultsOf({ kind, name, spec });

describe("documents that fit", () => {
  it("come out as they went in, with their places", () => {
    const rule = { kind: "AutosignRule", name: "lab", spec: { kind: "glob", pattern: "*.lab" } };
    expect(check([key, rule])).toEqual({
      documents: [
        { index: 0, ...key },
        { index: 1, ...rule },
      ],
      faults: [],
    });
  });

  it("may have one name in several kinds", () => {
    const credential = { kind: "Credential", name: "fleet", spec: { kind: "snmp-community", secret: { env: "S" } } };
    expect(faultsOf(key, credential)).toEqual([]);
  });
});

it.each(kindsOf())("the schemas of $kind compile: no start does it", ({ kind, spec }) => {
  const empty = isVariants(spec) ? Object.keys(spec.schemas).map((variant) => ({ [spec.by]: variant })) : [{}];
  for (const one of empty) expect(() => specOf(kind, one)).not.toThrow();
});

describe("documents that do not fit", () => {
  it.each([
    [null, "0: A document is a mapping with kind, name and spec."],
    ["text", "0: A document is a mapping with kind, name and spec."],
    [[[]], "0: A document is a mapping with kind, name and spec."],
    [{ ...key, kind: "EnrolmentKei" }, '0/kind: There is no kind "EnrolmentKei"; did you mean EnrolmentKey?'],
    [{ ...key, kind: "enrolmentkey" }, '0/kind: There is no kind "enrolmentkey"; did you mean EnrolmentKey?'],
    [{ ...key, kind: "constructor" }, '0/kind: There is no kind "constructor".'],
    [{ ...key, name: 7 }, "0/name: The name is needed: a text."],
    [{ ...key, name: "a b" }, expect.stringMatching(/^0\/name: The name must match pattern .* What the key is called/)],
    [{ ...key, spec: [] }, "0/spec: The spec is needed: a mapping."],
    [{ ...key, specs: {} }, '0/specs: A document has no field "specs"; did you mean spec?'],
  ])("%j", (document, fault) => {
    expect(faultsOf(document)).toEqual([fault]);
  });

  it("are told all that is wrong with them, in the order of the documents", () => {
    const faults = faultsOf({}, key, { ...key, spec: { protocl: "dsc", key: { env: "KEY" } } });
    expect(faults).toEqual([
      expect.stringMatching(/^0\/kind: The kind is needed: one of EnrolmentKey, /),
      "0/name: The name is needed: a text.",
      "0/spec: The spec is needed: a mapping.",
      expect.stringContaining("2/spec: "),
      '2/spec/protocl: There is no field "protocl" here; did you mean protocol?',
    ]);
  });

  it("are named once for each place, and a hundred of them at the most", () => {
    const documents = Array.from({ length: 10_000 }, (_, i) => ({ ...key, kind: `No${i}` }));
    expect(faultsOf(...documents)).toHaveLength(100);
  });

  it("are found among ten thousand", () => {
    const documents: unknown[] = Array.from({ length: 10_000 }, (_, i) => ({ ...key, name: `key-${i}` }));
    expect(check(documents).documents).toHaveLength(10_000);
    documents[9_998] = { ...key, spec: {} };
    expect(faultsOf(...documents).map((fault) => fault.split(":")[0])).toEqual(["9998/spec"]);
  });

  it("are two of one kind and name", () => {
    const { documents, faults } = check([key, { ...key, name: "other" }, key]);
    expect(documents.map(({ index }) => index)).toEqual([0, 1]);
    expect(faults).toMatchObject([{ index: 2, pointer: "/name", other: 0 }]);
  });

  it("are two whose names differ in case, of a kind that does not tell these apart", () => {
    const configuration = (name: string) => ({ kind: "Configuration", name, spec: { file: "x" } });
    expect(check([configuration("Web"), configuration("WEB")]).faults).toMatchObject([{ index: 1, other: 0 }]);
    expect(check([key, { ...key, name: "FLEET" }]).faults).toEqual([]);
  });
});

describe("specs of several forms", () => {
  it.each([
    ["AutosignRule", {}, /^0\/spec: kind must be one of all, name, glob, token, extension\.$/],
    ["AutosignRule", { kind: "globb" }, /^0\/spec\/kind: .*; did you mean glob\?$/],
    ["AutosignRule", { kind: "executable", path: "/bin/true" }, /^0\/spec\/kind: kind must be one of/],
    ["AutosignRule", { kind: "toString" }, /^0\/spec\/kind: kind must be one of/],
    ["AutosignRule", { kind: "glob", patern: "*.lab", pattern: "x" }, /^0\/spec\/patern: .*; did you mean pattern\?$/],
    ["AutosignRule", { kind: "glob" }, /^0\/spec: The spec must have required property 'pattern'\.$/],
    ["Credential", { kind: "password", secret: { env: "S" } }, /^0\/spec: .*'username'/],
    ["Credential", { kind: "snmp-community", username: "x", secret: { env: "S" } }, /^0\/spec\/username: There is no/],
    ["AuthorizationRule", { protocol: "dcs", path: "/" }, /^0\/spec\/protocol: .*; did you mean dsc\?$/],
    ["AuthorizationRule", { protocol: "dsc", path: 7 }, /^0\/spec\/path: path must be string\.$/],
  ])("%s %j", (kind, spec, fault) => {
    expect(specOf(kind, spec)).toEqual([expect.stringMatching(fault)]);
  });
});

describe("a secret in the wrong place", () => {
  it.each([
    SECRET,
    7,
    [SECRET],
    {},
    { text: SECRET },
    { [SECRET]: 1 },
    { env: SECRET, file: SECRET },
    { env: `${SECRET} ` },
    { file: "" },
    null,
  ])("is refused, and said nowhere: %j", (secret) => {
    for (const [kind, spec] of [
      ["EnrolmentKey", { protocol: "dsc", key: secret }],
      ["ApiToken", { role: "viewer", secret }],
      ["Credential", { kind: "snmp-community", secret }],
      ["AutosignRule", { kind: "token", secret }],
    ] as const) {
      const faults = specOf(kind, spec);
      expect(faults).toEqual([expect.stringMatching(/^0\/spec\/(?:key|secret): A secret in the wrong place: .*never/)]);
      expect(faults.join().includes(SECRET)).toBe(false);
    }
  });

  it("is not said where a value of another field does not fit either", () => {
    const faults = [
      ...specOf("ApiToken", { role: SECRET, expires: SECRET, secret: { env: "S" } }),
      ...specOf("EnrolmentKey", { protocol: SECRET, key: { env: "S" } }),
      ...specOf("AutosignRule", { kind: "token", sha256: SECRET }),
      ...specOf("AutosignRule", { kind: SECRET }),
    ];
    expect(faults.length).toBeGreaterThanOrEqual(5);
    expect(faults.join().includes(SECRET)).toBe(false);
  });
});

describe("data that is more than data elsewhere", () => {
  it("is data here", () => {
    const said = (more: string, last = "") =>
      JSON.parse(`{"kind":"EnrolmentKey","name":"x","spec":{"protocol":"dsc","key":{"env":"K"}${more}}${last}}`);
    expect(faultsOf(said("", ',"__proto__":{"name":"y"}'))).toEqual([
      expect.stringMatching(/^0\/__proto__: A document has no field "__proto__"/),
    ]);
    expect(faultsOf(said(',"__proto__":{"x":1}'))).toEqual([
      expect.stringMatching(/^0\/spec\/__proto__: There is no field/),
    ]);
  });
});
