import { createPrivateKey, X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { needs } from "../puppet/programs.js";
import { newKey, newRsaKey } from "./csr.js";
import { callAs, enrol, NODES_ONLY, trustOf } from "./host.js";
import { AUTOSIGN_ALL, type House, startHouse } from "./house.js";
import { printed, readCrls, sClient, unverified } from "./openssl.js";

const { skip, note } = needs("openssl");
const split = (bundle: string) => bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];

const authorities = [
  { selfSigned: false, leafKey: "rsa-2048", algorithm: "Public-Key: (2048 bit)" },
  { selfSigned: false, leafKey: "ec-p256", algorithm: "NIST CURVE: P-256" },
  { selfSigned: true, leafKey: "rsa-4096", algorithm: "Public-Key: (4096 bit)" },
  { selfSigned: true, leafKey: "ec-p256", algorithm: "NIST CURVE: P-256" },
];

for (const { selfSigned, leafKey, algorithm } of authorities) {
  const kind = selfSigned ? "one self-signed CA" : "a root and an intermediate";
  describe.skipIf(skip)(`OpenSSL, of ${kind} with keys of ${leafKey}${note}`, () => {
    let house: House;
    beforeAll(async () => {
      const env = { GATEHOUSE_CA_SELF_SIGNED: String(selfSigned), GATEHOUSE_CA_LEAF_KEY: leafKey };
      house = await startHouse({ env: { ...AUTOSIGN_ALL, ...env, GATEHOUSE_CA_NAME: "Puppet CA: chains" } });
    });
    afterAll(() => house?.close());

    it("verifies everything that it issued, strictly, against all of its lists", async () => {
      const trust = await trustOf(house.first);
      const chain = split(trust.bundle).map((pem) => new X509Certificate(pem));
      expect(chain).toHaveLength(selfSigned ? 1 : 2);
      expect(chain[0]?.subject).toBe("CN=Puppet CA: chains");
      expect(chain.at(-1)?.checkIssued(chain.at(-1) as X509Certificate)).toBe(true);
      expect(await readCrls(trust.crls)).toHaveLength(chain.length);

      const hosts = [
        await enrol(house.first, "rsa.example.org", { key: newRsaKey(2048) }),
        await enrol(house.first, "ec.example.org", { key: newKey() }),
      ].map(({ certificate }) => certificate);
      const words = ["generate", "made.example.org", "--alt-name", "www.example.org", "--alt-name", "IP:192.0.2.7"];
      const made: { certificate: string; key: string } = await house.ca(...words);
      expect(await printed(made.certificate)).toMatch(new RegExp(algorithm.replaceAll(/[()]/g, "\\$&")));
      const { certificate, key } = made;
      const { out } = await sClient(new URL(house.first.https).port, trust.bundle, "-showcerts");
      const [server = ""] = split(`${out}\n`);

      const all = [...hosts, certificate, server];
      expect(await unverified(trust, all, "-x509_strict", "-policy_check")).toEqual([]);
      expect(await unverified(trust, all, "-purpose", "sslserver")).toEqual([]);
      expect(await unverified(trust, [...hosts, certificate], "-purpose", "sslclient")).toEqual([]);
      expect(await unverified(trust, [certificate], "-verify_hostname", "www.example.org")).toEqual([]);
      expect(await unverified(trust, [certificate], "-verify_hostname", "made.example.org")).toEqual([]);
      expect(await unverified(trust, [certificate], "-verify_ip", "192.0.2.7")).toEqual([]);
      expect(await unverified(trust, [certificate], "-verify_hostname", "other.example.org")).toHaveLength(1);
      // Without a list of each CA, nothing is verified: agents would stop.
      expect(await unverified({ ...trust, crls: "" }, hosts)).toHaveLength(hosts.length);

      const as = { certificate, key: createPrivateKey(key) };
      expect((await callAs(house.first, as, { path: NODES_ONLY }, { ca: trust.bundle })).status).toBe(200);
    });

    it("refuses one that is revoked, and only that", async () => {
      const [one, two] = [await enrol(house.first, "one.example.org"), await enrol(house.first, "two.example.org")];
      expect((await house.api("POST", "/certificates/one.example.org/revoke")).status).toBe(204);
      const trust = await trustOf(house.first);
      const [refused, ...more] = await unverified(trust, [one.certificate, two.certificate]);
      expect(refused).toMatch(/^leaf-0\.pem is not verified: .*certificate revoked/s);
      expect(more).toEqual([]);
    });
  });
}
