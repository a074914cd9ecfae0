import { describe, expect, it } from "vitest";
import { DerError } from "./der/read.js";
import { readPem, toPem } from "./pem.js";

const der = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

describe("PEM", () => {
  it.each([1, 47, 48, 49, 96, 100])("is written in lines of 64 with a newline at the end: %s octets", (length) => {
    const text = toPem("X509 CRL", der.subarray(0, length));
    const [first, ...lines] = text.split("\n");
    expect(first).toBe("-----BEGIN X509 CRL-----");
    expect(lines.slice(-2)).toEqual(["-----END X509 CRL-----", ""]);
    expect(lines.slice(0, -3).every((line) => line.length === 64)).toBe(true);
    expect(readPem(text)).toEqual({ blocks: [{ label: "X509 CRL", der: der.subarray(0, length) }], clean: true });
  });

  it("is read many to a text, with what `openssl -text` puts between", () => {
    const one = toPem("CERTIFICATE", der);
    expect(readPem(one + one)).toMatchObject({
      blocks: [{ label: "CERTIFICATE" }, { label: "CERTIFICATE" }],
      clean: true,
    });
    expect(readPem(`Certificate:\n    Data:\n${one}`)).toMatchObject({
      blocks: [{ label: "CERTIFICATE" }],
      clean: false,
    });
    expect(readPem("no blocks\n")).toEqual({ blocks: [], clean: false });
    expect(readPem("\r\n \t")).toEqual({ blocks: [], clean: true });
  });

  it.each([
    ["-----BEGIN A", /BEGIN line/],
    [`-----BEGIN ${"A".repeat(65)}-----`, /BEGIN line/],
    ["-----BEGIN A\nB-----", /BEGIN line/],
    ["-----BEGIN A-----\nAAAA\n-----END B-----", /without its END/],
    ["-----BEGIN A-----\nAAA\n-----END A-----", /is not base64/],
    ["-----BEGIN A-----\nAA=A\n-----END A-----", /is not base64/],
    ["-----BEGIN A-----\nAAB=\n-----END A-----", /is not base64/],
    ["-----BEGIN A-----\nA_-A\n-----END A-----", /is not base64/],
    ["-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END A-----", /is not base64/],
  ])("is not %j", (text, says) => {
    expect(() => readPem(text)).toThrow(DerError);
    expect(() => readPem(text)).toThrow(says);
  });
});
