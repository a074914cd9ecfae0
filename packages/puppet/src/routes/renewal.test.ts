import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it } from "vitest";
import { admin, CA, nobody, serve, stranger, verified } from "../puppet.test.helper.js";

const path = `${CA}/certificate_renewal`;
const plain = "text/plain";
const node = verified("web01");
/** As OpenVox 8 sends it. */
const sent = { peer: node, headers: { "Content-Type": plain, Accept: plain }, body: "" };

describe("POST certificate_renewal", () => {
  it("gives a new certificate for the one that the caller shows", async () => {
    const { authority, lines, send } = await serve();
    expect(await send("POST", path, sent)).toMatchObject({ status: 200, type: plain, text: "renewed PEM of web01" });
    expect(authority.calls).toEqual(["renew 00AB PEM of web01"]);
    expect(lines[1]).toMatchObject({ message: "certificate renewed", fields: { name: "web01", serial: "00AB" } });
  });

  it("takes no notice of what is in the body: the certificate of the connection counts", async () => {
    const { authority, send } = await serve();
    await send("POST", path, { ...sent, body: "-----BEGIN CERTIFICATE-----\nof another\n-----END CERTIFICATE-----\n" });
    expect(authority.calls).toEqual(["renew 00AB PEM of web01"]);
  });

  it("is not found where renewal is off", async () => {
    const { authority, send } = await serve();
    authority.renewals = "off";
    expect(await send("POST", path, sent)).toMatchObject({ status: 404, type: plain, text: "Not Found" });
  });

  it("is refused, and noted, for a certificate that the authority does not renew", async () => {
    const { authority, lines, send } = await serve();
    authority.renewals = "of another authority";
    const text = "Certificate present, but does not match signature";
    expect(await send("POST", path, sent)).toMatchObject({ status: 403, type: plain, text });
    expect(lines[1]).toMatchObject({ level: "warn", fields: { name: "web01", code: "forbidden", reason: text } });
  });

  it("is a 400 for what the authority cannot read", async () => {
    const { authority, send } = await serve();
    authority.broken = new GatehouseError("request-malformed", "One certificate must be presented.");
    const text = "One certificate must be presented.";
    expect(await send("POST", path, sent)).toMatchObject({ status: 400, type: plain, text });
  });

  it("is for nodes of Puppet's only", async () => {
    const { authority, send } = await serve();
    for (const peer of [nobody, stranger, verified("web01", {}, "inventory"), verified("web01", {}, "operator")]) {
      const answer = await send("POST", path, { ...sent, peer });
      expect([answer.status, answer.type]).toEqual([403, undefined]);
    }
    expect(authority.calls).toEqual([]);
  });

  it("is a 400 without a certificate, also where an operator's rule lets everybody in", async () => {
    const rule = {
      name: "open",
      "sort-order": 1,
      "match-request": { path, type: "path" },
      "allow-unauthenticated": true,
    } as const;
    const { authority, send } = await serve({ config: { authorization: { rules: [rule] } } });
    const text = "No valid certificate found in renewal request";
    for (const peer of [nobody, stranger, verified("web01", {}, "inventory")])
      expect(await send("POST", path, { ...sent, peer })).toMatchObject({ status: 400, type: plain, text });
    expect(authority.calls).toEqual([]);
    expect((await send("POST", path, { ...sent, peer: admin })).status).toBe(200);
  });

  it("hides what is broken", async () => {
    const { authority, send } = await serve();
    authority.broken = new Error("secret");
    const answer = await send("POST", path, sent);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain("secret");
  });
});
