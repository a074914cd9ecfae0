import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Agent, newAgent } from "./agent.js";
import { type AuthorityHouse, startAuthority } from "./authority.js";
import { type CaCommand, newCaCommand } from "./ca-command.js";
import { getAs, printed, revokedSerials, serialOf } from "./certificates.js";
import { needs } from "./programs.js";

const { skip, note } = needs("puppetserver", "puppet", "openssl");

/** A line for each, or, from 2.4 on, a list. */
const signedText = (certname: string) =>
  new RegExp(`Successfully signed (certificate request for ${certname}$|the following .*^ +${certname}$)`, "ms");

describe.skipIf(skip)(`puppetserver ca${note}`, () => {
  let house: AuthorityHouse;
  let command: CaCommand;
  const agents: Agent[] = [];
  /** An agent whose request waits, with what it printed. */
  const asked = async (certname: string, settings: Record<string, string> = {}) => {
    const agent = newAgent(house.server, certname, settings);
    agents.push(agent);
    return { agent, printedByIt: (await agent.bootstrap()).out };
  };
  const waiting = async (certname: string) => (await asked(certname)).agent;
  beforeAll(async () => {
    house = await startAuthority({ autosign: false, altNames: true });
    command = newCaCommand(house.server, await house.administrator("admin.example.org"));
  });
  afterEach(() => {
    for (const agent of agents.splice(0)) agent.remove();
  });
  afterAll(async () => {
    command?.remove();
    await house?.close();
  });

  it("lists what waits, with fingerprint, names and extensions, and all with --all", async () => {
    expect((await command.ca("list")).out).toContain("No certificates to list");
    const { printedByIt } = await asked("a01.example.org", { dns_alt_names: "alias.example.org" });
    const { code, out } = await command.ca("list");
    expect(code).toBe(0);
    expect(out).toContain("Requested Certificates:");
    // From 8 on the agent prints those of the CA's certificates before it.
    const [, own] = /Request fingerprint \(SHA256\): ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})/.exec(printedByIt) ?? [];
    expect(out).toMatch(new RegExp(`a01\\.example\\.org +\\(SHA256\\) +${own}`));
    expect(out).toContain("DNS:alias.example.org");
    const all = (await command.ca("list", "--all")).out;
    expect(all).toContain("Signed Certificates:");
    expect(all).toMatch(/admin\.example\.org .*authorization extensions: \[pp_cli_auth: true\]/);
    const json = JSON.parse((await command.ca("list", "--all", "--format", "json")).out);
    expect(json.requested.map(({ name }: { name: string }) => name)).toContain("a01.example.org");
    const missing = await command.ca("list", "--certname", "nobody.example.org");
    expect(missing).toMatchObject({ code: 1, out: expect.stringContaining("Missing Certificates:") });
  });

  it("signs one, and says so for one that does not wait", async () => {
    const agent = await waiting("a02.example.org");
    const signed = await command.ca("sign", "--certname", "a02.example.org");
    expect(signed.code).toBe(0);
    expect(signed.out).toMatch(signedText("a02.example.org"));
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
    const missing = await command.ca("sign", "--certname", "nobody.example.org");
    expect(missing).toMatchObject({
      code: 1,
      out: expect.stringMatching(/certificate request .*nobody\.example\.org/s),
    });
    // From 2.4 on the command asks for all that it signs at once, and is told which of them do not wait.
    expect((await command.ca("sign", "--certname", "a02.example.org")).out).toMatch(/code: 409|No certificate request/);
  });

  it("signs for as long as it is told", async () => {
    const agent = await waiting("a03.example.org");
    expect((await command.ca("sign", "--certname", "a03.example.org", "--ttl", "2h")).code).toBe(0);
    await agent.bootstrap();
    const text = await printed(agent.files.certificate);
    const [from, to] = [...text.matchAll(/Not (?:Before|After) ?: (.+)/g)].map(([, date]) => Date.parse(date ?? ""));
    expect((to ?? 0) - Date.now()).toBeLessThanOrEqual(2 * 3_600_000);
    expect(to ?? 0).toBeGreaterThan(from ?? 0);
  });

  it("signs all that wait", async () => {
    await waiting("a04.example.org");
    await waiting("a05.example.org");
    const { code, out } = await command.ca("sign", "--all");
    for (const certname of ["a04.example.org", "a05.example.org"]) expect(out).toMatch(signedText(certname));
    expect(code).toBe(0);
    expect(await command.ca("sign", "--all")).toMatchObject({
      code: 24,
      out: expect.stringContaining("No waiting certificate requests to sign"),
    });
  });

  it("revokes: the agent is shut out, its serial is in the list, and its certificate still there to be seen", async () => {
    const agent = await waiting("a06.example.org");
    await command.ca("sign", "--certname", "a06.example.org");
    await agent.bootstrap();
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).toBe(200);
    expect(await command.ca("revoke", "--certname", "a06.example.org")).toMatchObject({
      code: 0,
      out: expect.stringContaining("Certificate for a06.example.org has been revoked"),
    });
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).not.toBe(200);
    expect(await revokedSerials(await house.fetch("certificate_revocation_list/ca"), agent.folder)).toContain(
      serialOf(agent),
    );
    const all = (await command.ca("list", "--all")).out;
    expect(all.slice(all.indexOf("Revoked Certificates:"))).toContain("a06.example.org");
    expect((await command.ca("revoke", "--certname", "a06.example.org")).code).toBe(0);
    expect((await command.ca("revoke", "--certname", "nobody.example.org")).code).toBe(1);
  });

  it("does not revoke what was never signed", async () => {
    await waiting("a07.example.org");
    expect(await command.ca("revoke", "--certname", "a07.example.org")).toMatchObject({
      code: 24,
      out: expect.stringContaining("Could not revoke unsigned csr for a07.example.org"),
    });
  });

  it("cleans a certificate, and a request, and comes to nothing with neither", async () => {
    const agent = await waiting("a08.example.org");
    await command.ca("sign", "--certname", "a08.example.org");
    await agent.bootstrap();
    const before = serialOf(agent);
    const { code, out } = await command.ca("clean", "--certname", "a08.example.org");
    expect(out).toContain("Certificate for a08.example.org has been revoked");
    expect(out).toContain("Cleaned files related to a08.example.org");
    expect(code).toBe(0);
    expect(await getAs(agent, house.server, "/puppet-ca/v1/expirations")).not.toBe(200);
    agent.forget();
    await agent.bootstrap();
    await command.ca("sign", "--certname", "a08.example.org");
    expect(await agent.bootstrap()).toMatchObject({ code: 0 });
    expect(serialOf(agent)).not.toBe(before);
    await waiting("a09.example.org");
    expect((await command.ca("clean", "--certname", "a09.example.org")).out).toContain("Cleaned files related to");
    expect((await house.list()).has("a09.example.org")).toBe(false);
    expect((await command.ca("clean", "--certname", "nobody.example.org")).code).toBe(1);
  });

  it("generates a key and a certificate", async () => {
    const { code, out } = await command.ca(
      "generate",
      ...["--certname", "a10.example.org", "--subject-alt-names", "svc.example.org"],
    );
    expect(out).toContain("Successfully submitted certificate request for a10.example.org");
    expect(code).toBe(0);
    const { certificate, key } = command.made("a10.example.org");
    expect(readFileSync(key, "utf8")).toContain("PRIVATE KEY");
    const text = await printed(certificate);
    expect(text).toMatch(/CN ?= ?a10\.example\.org/);
    expect(text).toContain("DNS:svc.example.org");
  });

  it("does nothing for a certificate without pp_cli_auth", async () => {
    const agent = await waiting("a11.example.org");
    await command.ca("sign", "--certname", "a11.example.org");
    await agent.bootstrap();
    const own = newCaCommand(house.server, {
      certname: "a11.example.org",
      certificate: agent.read("certificate"),
      key: agent.read("key"),
      ca: agent.read("ca"),
      crls: agent.read("crl"),
    });
    try {
      const { code, out } = await own.ca("list", "--all");
      expect(code).toBe(1);
      expect(out).toContain("Forbidden request: /puppet-ca/v1/certificate_statuses/any_key (method :get).");
      expect((await own.ca("sign", "--all")).code).toBe(1);
      expect((await own.ca("clean", "--certname", "admin.example.org")).code).toBe(1);
    } finally {
      own.remove();
    }
    expect((await house.list()).get("admin.example.org")?.state).toBe("signed");
  });
});
