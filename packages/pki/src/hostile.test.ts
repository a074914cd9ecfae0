import { createHash } from "node:crypto";
import { GatehouseError } from "@gatehouse/core/errors";
import { beforeAll, describe, expect, it } from "vitest";
import { altNamesOf, puppetOf, readCertificates } from "./certificate.js";
import { readCrl, readCrls } from "./crl/read.js";
import { attribute, csrDer, dns, pem, puppetExtension } from "./csr.test.helper.js";
import { DerError } from "./der/read.js";
import { explicit, sequence, utf8 } from "./der/write.js";
import { makeAuthority } from "./make.js";
import { Oid } from "./oids.js";
import { openssl } from "./openssl.test.helper.js";
import { signingRefusal, subjectRefusal } from "./policy.js";
import { parseRequest } from "./request.js";
import { signHere } from "./signing/sign.js";

/** Numbers that look random and are the same in every run. */
function random(seed: string) {
  let state = createHash("sha256").update(seed).digest();
  let at = 0;
  return (below: number): number => {
    if (at + 4 > state.length) {
      state = createHash("sha256").update(state).digest();
      at = 0;
    }
    at += 4;
    return state.readUInt32BE(at - 4) % below;
  };
}

/** Flips, overwrites, cuts, doubles or drops octets. */
function mutate(bytes: Uint8Array, pick: (below: number) => number): Uint8Array {
  const changed = Buffer.from(bytes);
  const at = pick(changed.length);
  switch (pick(6)) {
    case 0:
      changed[at] = (changed[at] ?? 0) ^ (1 << pick(8));
      return changed;
    case 1:
      changed[at] = [0, 0x7f, 0x80, 0x81, 0x84, 0xff, 0x30, 0x02][pick(8)] ?? 0;
      return changed;
    case 2:
      return changed.subarray(0, at);
    case 3:
      return Buffer.concat([changed.subarray(0, at), changed.subarray(pick(at + 1))]);
    case 4:
      return Buffer.concat([changed.subarray(0, at), changed.subarray(Math.min(changed.length, at + 1 + pick(8)))]);
    default:
      return changed.fill(pick(256), at, Math.min(changed.length, at + 1 + pick(4)));
  }
}

const rich = csrDer({
  extensions: [dns("web01.example.org", "alias"), puppetExtension("1.3.6.1.4.1.34380.1.1.13", "web")],
  attributes: [attribute(Oid.challengePassword, utf8("secret"))],
});
const open = { allowSubjectAltNames: true, allowAuthorizationExtensions: true };

let chain: string;
let list: Uint8Array;
beforeAll(async () => {
  const now = new Date("2026-11-20T12:00:00Z");
  const made = await makeAuthority(
    { name: "Puppet CA: x", now, lifetimeMs: 1e12, crlLifetimeMs: 1e10, keyBits: 2048 },
    signHere,
  );
  chain = made.authority.chain;
  list = Buffer.from((made.crls[0]?.pem ?? "").replace(/-----.*-----|\n/g, ""), "base64");
});

describe("mutated requests", () => {
  it("are refused in one line, or read as something that is not signed as it stands", () => {
    const pick = random("requests");
    let readable = 0;
    for (let round = 0; round < 4000; round++) {
      const der = mutate(rich, pick);
      if (Buffer.from(der).equals(rich)) continue;
      try {
        const request = parseRequest(pem(der));
        readable += 1;
        expect(
          subjectRefusal("web01.example.org", request, "puppet") ?? signingRefusal(request, "puppet", open) ?? "signed",
        ).not.toBe("signed");
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(GatehouseError);
        expect((thrown as GatehouseError).code).toBe("request-malformed");
        expect((thrown as GatehouseError).message).toMatch(/^[\x20-\x7e]{1,200}$/);
      }
    }
    // Else it was the reader that refused them all, and the policy was never asked.
    expect(readable).toBeGreaterThan(100);
  });

  it("are never read where OpenSSL finds nothing to read", () => {
    const pick = random("differential");
    let readable = 0;
    for (let round = 0; round < 300; round++) {
      const text = pem(mutate(rich, pick));
      let ours: string | undefined;
      try {
        ours = parseRequest(text).name;
      } catch {
        continue;
      }
      const said = openssl(["req", "-in", "r", "-noout", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb"], { r: text });
      readable += 1;
      expect(said).toMatchObject({
        status: 0,
        text: expect.stringContaining(`CN=${ours.replace(/[",+<>;\\]/g, "\\$&")}`),
      });
    }
    expect(readable).toBeGreaterThan(50);
  });
});

describe("mutated certificates and lists", () => {
  const parses = (work: () => unknown) => {
    try {
      work();
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(DerError);
    }
  };

  it("are refused as what they are", () => {
    const [signing] = readCertificates(chain);
    const pick = random("certificates");
    for (let round = 0; round < 2000; round++) {
      const der = mutate(signing?.der ?? new Uint8Array(), pick);
      parses(() => readCertificates(pem(der, "CERTIFICATE")).map((each) => [altNamesOf(each), puppetOf(each)]));
      const crl = mutate(list, pick);
      parses(() => readCrls(pem(crl, "X509 CRL")).map((each) => [...each.revoked()]));
    }
  });
});

describe("deep and wide things", () => {
  it("are passed over or refused without recursion", () => {
    const deep = (levels: number) => {
      let at: Uint8Array = utf8("x");
      for (let level = 0; level < levels; level++) at = sequence(at);
      return at;
    };
    expect(() => readCrl(deep(5000))).toThrow(DerError);
    const request = parseRequest(pem(csrDer({ attributes: [attribute("1.2.3", deep(2500))] })));
    expect(request.attributes.get("1.2.3")).toEqual([]);
  });

  it("of as many names or attributes as a request can hold are read once each", () => {
    const names = Array.from({ length: 1200 }, (_, index) => `n${index}`);
    expect(parseRequest(pem(csrDer({ extensions: [dns(...names)] }))).altNames).toHaveLength(1200);
    const attributes = Array.from({ length: 800 }, (_, index) => attribute(`1.2.3.${index}`));
    expect(parseRequest(pem(csrDer({ attributes }))).attributes.size).toBe(800);
    expect(() => parseRequest(pem(explicit(0, rich)))).toThrow(GatehouseError);
  });
});
