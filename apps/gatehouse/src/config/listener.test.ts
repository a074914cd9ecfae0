import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listenerSchema } from "./listener.js";
import { loadConfig } from "./load.js";

const load = (...listeners: object[]) => loadConfig({}, { GATEHOUSE_LISTENERS: JSON.stringify(listeners) }).listeners;
const address = "127.0.0.1:8140";

describe("a listener", () => {
  it("has a default for everything but its address", () => {
    expect(load({ address })).toEqual([
      {
        address,
        tls: "own",
        certificates: [],
        minVersion: "TLSv1.2",
        requestClientCertificate: true,
        announceAuthority: false,
        proxyProtocol: "off",
        trustedProxies: [],
        clientCertificateHeaders: false,
        mounts: ["dsc", "puppet", "inventory", "api", "platform"],
        unproven: "allow",
      },
    ]);
  });

  it("trusts no proxy and speaks no PROXY protocol by default, as do those of the default list", () => {
    for (const listener of loadConfig({}, {}).listeners) {
      expect(listener).toMatchObject({ proxyProtocol: "off", trustedProxies: [], announceAuthority: false });
    }
  });

  it.each([
    [{ certificates: [{ certFile: "a", keyFile: "b" }, { tls: "own" }] }],
    [{ tls: "files", certFile: "a", keyFile: "b", minVersion: "TLSv1.3" }],
    [{ proxyProtocol: "required", trustedProxies: ["10.0.0.0/8", "::1", "::ffff:192.0.2.0/120"] }],
    [{ tls: "off", trustedProxies: ["127.0.0.1"] }],
    [{ unproven: "quarantine", mounts: ["inventory"] }],
    [{ trustedProxies: ["127.0.0.1"], clientCertificateHeaders: true }],
  ])("may be %j", (said) => {
    expect(load({ address, ...said })).toMatchObject([said]);
  });

  it.each([
    [{ tls: "files" }, /127\.0\.0\.1:8140 has tls: files, and no certFile and keyFile/],
    [{ tls: "files", certFile: "a" }, /no certFile and keyFile/],
    [{ certificates: [{}] }, /further certificate without certFile and keyFile/],
    [{ certificates: [{ tls: "own" }, { certFile: "a" }] }, /further certificate without/],
    [{ tls: "off", certificates: [{ tls: "own" }] }, /has certificates, and tls: off/],
    [{ certificates: [{ tls: "off" }] }, /certificates\.0\.tls/],
    [{ certificates: [{ name: "x" }] }, /there is no setting "name"/],
    [{ trustedProxies: ["proxy.example.org"] }, /"proxy\.example\.org" is no address/],
    [{ trustedProxies: ["10.0.0.0/33"] }, /"10\.0\.0\.0\/33" has a prefix/],
    [{ trustedProxies: "10.0.0.1" }, /trustedProxies: must be array/],
    [{ proxyProtocol: "required" }, /no trustedProxies/],
    [{ clientCertificateHeaders: true }, /has clientCertificateHeaders, and no trustedProxies/],
    [{ trustedProxies: ["::1"], clientCertificateHeaders: "yes" }, /clientCertificateHeaders: must be boolean/],
    [{ proxyProtocol: "optional" }, /proxyProtocol: .*\(off, required\)/],
    [{ minVersion: "TLSv1.1" }, /minVersion: .*\(TLSv1\.2, TLSv1\.3\)/],
    [{ announceAuthorty: true }, /did you mean announceAuthority\?/],
  ])("may not be %j", (said, message) => {
    expect(() => load({ address: "127.0.0.1:1" }, { address, ...said })).toThrow(
      expect.objectContaining({ code: "config-invalid", message: expect.stringMatching(message) }),
    );
  });

  it("has every setting on the reference page", () => {
    const page = readFileSync(new URL("../../../../docs/reference/configuration.md", import.meta.url), "utf8");
    const rows = page.slice(page.indexOf("## A listener"), page.indexOf("## Rules of"));
    for (const [name, setting] of Object.entries(listenerSchema.properties)) {
      expect(rows, name).toMatch(new RegExp(`\\| \`${name}\` +\\|`));
      if ("description" in setting) expect(rows).toContain(setting.description);
    }
  });
});
