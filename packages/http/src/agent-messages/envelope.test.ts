import { deflateSync, inflateSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { type AgentProof, noProof } from "@gatehouse/core/nodes";
import { describe, expect, it } from "vitest";
import { Admission } from "../admission.js";
import { bytesOf } from "../reply.js";
import { serve } from "../server.test.helper.js";
import { agentMessagesTable } from "./table.js";
import type { AgentDialect, AgentMessage, OpenEnvelope, ProofOf } from "./types.js";

const KEY = { "GLPI-CryptoKey-ID": "e72a798f-e51b-11f1-9f32-aaea530464d7", "GLPI-Agent-ID": "x" };
const proof: AgentProof = { way: "key", trust: "secret", agent: "x", by: "k1" };

/** As an envelope is here: every byte turned round. */
const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));

const opens: OpenEnvelope = async ({ body }) => {
  if (body.toString() === "foreign") throw new GatehouseError("forbidden", "The key is not live.");
  return {
    body: turned(body),
    proof,
    seal: (reply) => ({
      ...reply,
      headers: { ...reply.headers, "GLPI-CryptoKey-ID": "k1" },
      body: turned(bytesOf(reply.body) ?? Buffer.alloc(0)),
    }),
  };
};

async function front(
  said: { fails?: GatehouseError; proofOf?: ProofOf; openEnvelope?: OpenEnvelope | undefined } = {
    openEnvelope: opens,
  },
) {
  const seen: AgentMessage[] = [];
  const dialect: AgentDialect = {
    id: "json",
    answer: (message) =>
      (async () => {
        seen.push(message);
        if (said.fails !== undefined) throw said.fails;
        return { status: 200, syntax: "json", text: '{"status":"ok"}' };
      })(),
    renderError: ({ status, code }, _, body) =>
      body?.syntax === "xml" ? undefined : { status, syntax: "json", text: JSON.stringify({ code }) },
  };
  const requests = { "check-in": 9, content: 9, submission: 9, operator: 9, platform: 9 };
  const admission = new Admission({ requests, bodyBytes: 1 << 30 });
  const openEnvelope = "openEnvelope" in said ? said.openEnvelope : opens;
  const served = await serve(
    agentMessagesTable({
      ...{ dialects: [dialect], prefixes: [], admission, proofOf: said.proofOf ?? (async () => noProof) },
      ...(openEnvelope !== undefined && { openEnvelope }),
    }),
  );
  return { ...served, seen };
}
const zlib = { ...KEY, "Content-Type": "application/x-compress-zlib" };

describe("an encrypted message", () => {
  it("is opened before it is unpacked, and answered under its key", async () => {
    const { send, seen } = await front();
    const message = deflateSync('{"action":"contact"}');
    const answer = await send("POST", "/", zlib, turned(message));
    expect([answer.status, answer.headers["glpi-cryptokey-id"], answer.headers["content-type"]]).toEqual([
      ...[200, "k1", "application/x-compress-zlib"],
    ]);
    expect(inflateSync(turned(answer.body)).toString()).toBe('{"status":"ok"}');
    expect(seen[0]).toMatchObject({ proof, body: { bytes: Buffer.from('{"action":"contact"}') } });
    expect(seen[0]?.request.body).toEqual(message);
  });

  it("of a poll has no body, and is answered under its key", async () => {
    const { send, seen } = await front();
    const answer = await send("GET", "/", { ...zlib, "GLPI-Request-ID": "0000000A" });
    expect(answer.headers["glpi-cryptokey-id"]).toBe("k1");
    expect(inflateSync(turned(answer.body)).toString()).toBe('{"status":"ok"}');
    expect(seen[0]).toMatchObject({ proof, body: undefined });
  });

  it("that is refused once it was opened is refused under its key", async () => {
    const { send } = await front({ fails: new GatehouseError("conflict", "Anew.") });
    for (const [method, body] of [
      ["POST", turned(deflateSync("{}"))],
      ["GET", undefined],
    ] as const) {
      const answer = await send(method, "/", zlib, body);
      expect([answer.status, answer.headers["glpi-cryptokey-id"]]).toEqual([409, "k1"]);
      expect(inflateSync(turned(answer.body)).toString()).toBe('{"code":"conflict"}');
    }
  });

  it("whose inside cannot be unpacked is refused under its key too", async () => {
    const { send } = await front();
    const answer = await send("POST", "/", KEY, turned(Buffer.from("nothing")));
    expect([answer.status, answer.headers["glpi-cryptokey-id"]]).toEqual([415, "k1"]);
    expect(JSON.parse(turned(answer.body).toString())).toEqual({ code: "coding-unsupported" });
  });

  it("that does not open is refused in plain JSON, whatever it was packed in", async () => {
    const { send, seen } = await front();
    const answer = await send("POST", "/", { ...zlib, "User-Agent": "OCS-NG_unified_unix_agent_v2.10.0" }, "foreign");
    expect([answer.status, answer.text, answer.headers["content-type"]]).toEqual([
      ...[403, '{"code":"forbidden"}', "application/json"],
    ]);
    expect(answer.headers["glpi-cryptokey-id"]).toBeUndefined();
    expect(seen).toEqual([]);
  });

  it("over 16 MiB is refused in plain JSON", async () => {
    const { send } = await front();
    const headers = { ...zlib, "Content-Length": String((16 << 20) + 1), Expect: "100-continue" };
    expect(await send("POST", "/", headers)).toMatchObject({ status: 413, text: '{"code":"body-too-large"}' });
  });

  it("is refused where none are taken", async () => {
    const { send, seen } = await front({ openEnvelope: undefined });
    for (const method of ["POST", "GET"]) {
      const answer = await send(method, "/", zlib, method === "POST" ? turned(deflateSync("{}")) : undefined);
      expect([answer.status, answer.text]).toEqual([501, '{"code":"not-available"}']);
    }
    expect(seen).toEqual([]);
  });

  it("proves the stronger of what its key and its connection prove", async () => {
    const certificate: AgentProof = { way: "certificate", trust: "certificate", agent: "x", by: "0A" };
    const shared: AgentProof = { way: "basic", trust: "key", by: "agents" };
    for (const [other, counts] of [
      [certificate, certificate],
      [shared, proof],
      [{ ...shared, trust: "secret" as const }, proof],
    ] as const) {
      const { send, seen } = await front({ proofOf: async () => other });
      await send("POST", "/", zlib, turned(deflateSync("{}")));
      expect(seen[0]?.proof).toEqual(counts);
    }
  });

  it("with a wrong login is refused all the same, under its key", async () => {
    const wrong = new GatehouseError("unauthenticated", "No.");
    const { send, seen } = await front({ proofOf: () => Promise.reject(wrong) });
    const answer = await send("POST", "/", zlib, turned(deflateSync("{}")));
    expect([answer.status, answer.headers["glpi-cryptokey-id"], seen.length]).toEqual([401, "k1", 0]);
  });
});

describe("a plain message", () => {
  it("is never opened, and never sealed", async () => {
    const { send } = await front({ openEnvelope: () => Promise.reject(new Error("not asked for")) });
    const answer = await send("POST", "/", {}, "{}");
    expect([answer.status, answer.headers["glpi-cryptokey-id"], answer.text]).toEqual([
      ...[200, undefined, '{"status":"ok"}'],
    ]);
  });
});
