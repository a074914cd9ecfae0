import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Agent, newAgent } from "./agent.js";
import { type AuthorityHouse, startAuthority } from "./authority.js";
import { certificateOf, getAs, printed, revokedSerials, serialOf, verifies } from "./certificates.js";
import { needs } from "./programs.js";

const { skip, note } = needs("puppet", "openssl");
const agents: Agent[] = [];

/** A new agent, gone when its test is over. */
function agentOf(house: AuthorityHouse, certname: string, settings: Record<string, string> = {}): Agent {
  const agent = newAgent(house.server, certname, settings);
  agents.push(agent);
  return agent;
}
afterEach(() => {
  for (const agent of agents.splice(0)) agent.remove();
});

describe.skipIf(skip)(`an agent, with requests that are signed as they come in${note}`, () => {
  let house: AuthorityHouse;
  beforeAll(async () => {
    house = await startAuthority({ autosign: true });
  });
  afterAll(() => house?.close());

  it("gets its certificate at the first try, and OpenSSL verifies chain and lists", async () => {
    const agent = agentOf(house, "web01.example.org");
    const { code, out } = await agent.bootstrap();
    expect(out).toContain("Completed SSL initialization");
    expect(code).toBe(0);
    expect(await verifies(agent)).toBe(`${agent.files.certificate}: OK`);
    const certificate = certificateOf(agent);
    expect(certificate.subject).toBe("CN=web01.example.org");
    expect(certificate.subjectAltName).toBe("DNS:web01.example.org");
    expect(certificate.ca).toBe(false);
    expect((await agent.ssl("verify")).code).toBe(0);
    expect((await house.list()).get("web01.example.org")?.state).toBe("signed");
  });

  it("is known on the connection by its certificate, and by nothing without one", async () => {
    const agent = agentOf(house, "web02.example.org");
    await agent.bootstrap();
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).toBe(200);
    expect(await getAs(agent, house.server, "/puppet-ca/v1/certificate_statuses/any_key")).toBe(403);
    await expect(house.fetch("expirations")).rejects.toThrow("403");
  });

  it("has in its certificate what csr_attributes.yaml asks for, and no password", async () => {
    const agent = agentOf(house, "web03.example.org");
    agent.csrAttributes(
      [
        "custom_attributes:",
        "  1.2.840.113549.1.9.7: a-challenge",
        "extension_requests:",
        "  pp_role: web-of-the-case",
        "  1.3.6.1.4.1.34380.1.2.7: private-of-the-case",
        "",
      ].join("\n"),
    );
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
    const text = await printed(agent.files.certificate);
    expect(text).toContain("1.3.6.1.4.1.34380.1.1.13");
    expect(text).toContain("web-of-the-case");
    expect(text).toContain("private-of-the-case");
    expect(certificateOf(agent).raw.includes("a-challenge")).toBe(false);
    expect((await house.list()).get("web03.example.org")?.extensions).toMatchObject({ pp_role: "web-of-the-case" });
  });

  it("is not signed with extensions that make administrators", async () => {
    const agent = agentOf(house, "web04.example.org");
    // Puppet 7 knows no short name for pp_cli_auth.
    agent.csrAttributes('extension_requests:\n  1.3.6.1.4.1.34380.1.3.39: "true"\n');
    expect((await agent.bootstrap()).code).not.toBe(0);
    expect(agent.has("certificate")).toBe(false);
    // Nobody signs such a request: it does not wait either, and the name is free for a decent one.
    expect((await house.list()).has("web04.example.org")).toBe(false);
    agent.csrAttributes("---\n");
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
  });

  it("is not signed with alternative names, and its request stays for a person to see", async () => {
    const agent = agentOf(house, "web05.example.org", { dns_alt_names: "www.example.org" });
    expect((await agent.bootstrap()).code).not.toBe(0);
    expect(agent.has("certificate")).toBe(false);
    expect((await house.list()).get("web05.example.org")).toMatchObject({
      state: "requested",
      altNames: expect.arrayContaining(["DNS:www.example.org"]),
    });
    const signed = await house.ca("sign", "web05.example.org");
    expect(signed.code).not.toBe(0);
    expect(signed.out + signed.err).toContain("subject alternative names");
  });

  it("does not get the name of another that has a certificate", async () => {
    const first = agentOf(house, "web06.example.org");
    await first.bootstrap();
    const second = agentOf(house, "web06.example.org");
    const { code, out } = await second.bootstrap();
    expect(code).not.toBe(0);
    expect(out).toContain("does not match its private key");
    expect(second.has("certificate")).toBe(false);
    expect(await verifies(first)).toContain("OK");
  });

  it("is refused once it is revoked, on new connections and by name of its serial in the list", async () => {
    const agent = agentOf(house, "web07.example.org");
    await agent.bootstrap();
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).toBe(200);
    expect(await house.ca("revoke", "web07.example.org")).toMatchObject({ code: 0 });
    // Either the TLS handshake ends it, or the rules do.
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).not.toBe(200);
    expect(await getAs(agent, house.server, "/puppet/v3/node/web07.example.org")).not.toBe(404);
    const { code, out } = await agent.test();
    expect(code).toBe(1);
    expect(out).toMatch(/Forbidden request|revoked|certificate unknown/);
    const serials = await revokedSerials(await house.fetch("certificate_revocation_list/ca"), agent.folder);
    expect(serials).toContain(serialOf(agent));
    expect(await house.fetch("certificate/web07.example.org")).toContain("BEGIN CERTIFICATE");
    expect((await house.list()).get("web07.example.org")?.state).toBe("revoked");
  });

  it("comes back with a new key once its name is cleaned", async () => {
    const agent = agentOf(house, "web08.example.org");
    await agent.bootstrap();
    const before = { serial: serialOf(agent), key: agent.read("key") };
    agent.forget();
    expect((await agent.bootstrap()).out).toContain("does not match its private key");
    expect(await house.ca("clean", "web08.example.org")).toMatchObject({ code: 0 });
    expect((await house.list()).has("web08.example.org")).toBe(false);
    agent.forget();
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
    expect(serialOf(agent)).not.toBe(before.serial);
    expect(agent.read("key")).not.toBe(before.key);
    expect(await verifies(agent)).toContain("OK");
    const serials = await revokedSerials(agent.read("crl"), agent.folder);
    expect(serials).toContain(before.serial);
    expect(serials).not.toContain(serialOf(agent));
  });
});

describe.skipIf(skip)(`an agent, with requests that a person signs${note}`, () => {
  let house: AuthorityHouse;
  beforeAll(async () => {
    house = await startAuthority({ autosign: false, altNames: true });
  });
  afterAll(() => house?.close());

  it("waits, asks again, and goes on when it is signed", async () => {
    const agent = agentOf(house, "db01.example.org");
    const once = await agent.bootstrap();
    expect(once.code).not.toBe(0);
    expect(agent.has("certificate")).toBe(false);
    expect((await house.list()).get("db01.example.org")?.state).toBe("requested");
    const waiting = agent.bootstrap(1);
    expect(await house.ca("sign", "db01.example.org")).toMatchObject({ code: 0 });
    const { code, out } = await waiting;
    expect(out).toContain("Completed SSL initialization");
    expect(code).toBe(0);
    expect(await verifies(agent)).toContain("OK");
  });

  it("gets the alternative names that a person lets it have", async () => {
    const agent = agentOf(house, "db02.example.org", { dns_alt_names: "db.example.org,IP:192.0.2.7" });
    await agent.bootstrap();
    expect((await house.list()).get("db02.example.org")?.altNames).toContain("DNS:db.example.org");
    expect(await house.ca("sign", "db02.example.org")).toMatchObject({ code: 0 });
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
    const names = certificateOf(agent).subjectAltName?.split(", ") ?? [];
    expect(names).toEqual(
      expect.arrayContaining(["DNS:db.example.org", "DNS:db02.example.org", "IP Address:192.0.2.7"]),
    );
  });

  it("can be forgotten before it was ever signed", async () => {
    const agent = agentOf(house, "db03.example.org");
    await agent.bootstrap();
    expect(await house.ca("clean", "db03.example.org")).toMatchObject({ code: 0 });
    expect((await house.list()).has("db03.example.org")).toBe(false);
  });

  it("is told at once that nobody signed it, by submit_request and download_cert", async () => {
    const agent = agentOf(house, "db04.example.org");
    expect((await agent.ssl("submit_request")).out).toContain("Submitted certificate request for 'db04.example.org'");
    expect((await agent.ssl("download_cert")).out).toContain("has not yet been signed");
    expect(agent.has("certificate")).toBe(false);
  });
});
