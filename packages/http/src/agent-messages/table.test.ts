import { randomBytes } from "node:crypto";
import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Admission } from "../admission.js";
import { serve } from "../server.test.helper.js";
import { createProofOf } from "./proof.js";
import { agentMessagesTable } from "./table.js";
import { Turns } from "./turns.js";
import type { AgentDialect, AgentMessage } from "./types.js";

const JSON_TEXT = '{"action":"x"}';
const XML_TEXT = "<REQUEST/>";

/** Takes what its syntax is, and says what it got. */
function dialect(id: string, takes: (message: AgentMessage) => boolean, fails?: GatehouseError): AgentDialect {
  return {
    id,
    answer: (message) =>
      takes(message)
        ? (async () => {
            if (fails !== undefined) throw fails;
            const { request, body, action } = message;
            const text = JSON.stringify({ id, path: request.path, action, text: body?.bytes.toString() });
            return { status: 200, syntax: "json", text, plain: action !== undefined };
          })()
        : undefined,
    renderError: (error, _, body) =>
      body?.syntax === "json" ? { status: error.status, syntax: "json", text: `{"of":"${id}"}` } : undefined,
  };
}
const UNPACK = { zlib: inflateSync, gzip: gunzipSync, plain: (bytes: Buffer) => bytes };
const json = dialect("json", ({ body }) => body?.syntax === "json");
const rest = dialect("rest", ({ action }) => action !== undefined);
const requests = { "check-in": 9, content: 9, submission: 2, operator: 9, platform: 9 };
const front = (
  dialects: readonly AgentDialect[] = [json, rest],
  admission = new Admission({ requests, bodyBytes: 1 << 30 }),
) => serve(agentMessagesTable({ dialects, prefixes: ["/glpi"], admission, proofOf: createProofOf() }));

describe("a message", () => {
  it("is unpacked, given to the first who knows it, and answered in its own coding", async () => {
    const { send } = await front();
    const answer = await send(
      "POST",
      "/glpi/",
      { "Content-Type": "application/x-compress-zlib" },
      deflateSync(JSON_TEXT),
    );
    expect(answer).toMatchObject({
      status: 200,
      headers: { "content-type": "application/x-compress-zlib", "cache-control": "no-cache", pragma: "no-cache" },
    });
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(JSON.parse(inflateSync(answer.body).toString())).toEqual({ id: "json", path: "/", text: JSON_TEXT });
  });

  it("that is large waits for its turn among those who hand in, also where there is no place for it", async () => {
    const admission = new Admission({ requests, bodyBytes: 1 << 30 });
    const seen: number[] = [];
    const tryEnter = admission.tryEnter.bind(admission);
    admission.tryEnter = (name) => {
      const hasRoom = tryEnter(name);
      seen.push(admission.inFlight(name));
      return hasRoom;
    };
    const { send } = await front([json], admission);
    const large = `{"a":"${"x".repeat(40_000)}"}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => send("POST", "/", {}, large)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(seen).toHaveLength(8);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    expect(admission.inFlight("submission")).toBe(0);
    expect((await send("POST", "/", {}, JSON_TEXT)).status).toBe(200);
    expect(seen).toHaveLength(8);
  });

  it("of a few bytes that unpack to many waits for its turn too, while those that are small do not", async () => {
    const next = vi.spyOn(Turns.prototype, "next");
    onTestFinished(() => next.mockRestore());
    const { send } = await front();
    await send("POST", "/", {}, deflateSync(JSON_TEXT));
    expect(next).not.toHaveBeenCalled();
    await send("POST", "/", {}, deflateSync(`{"a":"${"x".repeat(500_000)}"}`));
    expect(next).toHaveBeenCalledOnce();
  });

  it("is unpacked where there is room for it: those that are held at once are 256 MiB at the most", async () => {
    const bytes = 60 << 20;
    let held = 0;
    const seen: number[] = [];
    const holding: AgentDialect = {
      ...json,
      answer: ({ body }) =>
        (async () => {
          held += body?.bytes.length ?? 0;
          seen.push(held);
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          held -= body?.bytes.length ?? 0;
          return { status: 200, syntax: "json", text: "{}" };
        })(),
    };
    const { send } = await front([holding]);
    // Not over the ratio that anybody may have.
    const noise = randomBytes(60_000).toString("base64");
    const bomb = deflateSync(`{${" ".repeat(bytes)}"a":"${noise}"}`, { level: 1 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send("POST", "/", {}, bomb)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(Math.max(...seen)).toBeLessThanOrEqual(256 << 20);
    expect(seen.length).toBe(6);
    expect(held).toBe(0);
  });

  it.each([
    [{ "User-Agent": "OCS-NG_unified_unix_agent_v2.10.0", Accept: "application/json" }, "zlib", JSON_TEXT],
    [{ "User-Agent": "FusionInventory-Agent_v2.6-3" }, "zlib", gzipSync(JSON_TEXT)],
    [{ Accept: "application/json" }, "plain", deflateSync(JSON_TEXT)],
    [{ Accept: "text/html, application/x-compress-gzip; q=0.1" }, "gzip", JSON_TEXT],
    [{ Accept: "*/*" }, "gzip", gzipSync(JSON_TEXT)],
  ] as const)("is answered to %j as %s", async (headers, coding, body) => {
    const { send } = await front();
    const answer = await send("POST", "/", headers, body);
    const text = UNPACK[coding](answer.body);
    expect(JSON.parse(String(text))).toMatchObject({ id: "json" });
  });

  it("with an action needs no body, and is answered plainly", async () => {
    const { send } = await front();
    for (const method of ["GET", "POST"]) {
      const answer = await send(method, "/?action=getConfig", { "Content-Type": "application/x-compress-zlib" });
      expect([answer.headers["content-type"], answer.text]).toEqual([
        "application/json",
        '{"id":"rest","path":"/","action":"getConfig"}',
      ]);
    }
  });
});

describe("YAML", () => {
  it.each(["application/yaml", "text/x-yaml; charset=utf-8"])(
    "comes as it is: nothing but its label tells: %s",
    async (type) => {
      const asItCame: AgentDialect["answer"] = ({ request, body }) =>
        body === undefined
          ? Promise.resolve({ status: 200, syntax: "json", text: JSON.stringify(String(request.body)) })
          : undefined;
      const { send } = await front([{ ...json, answer: asItCame }]);
      expect((await send("POST", "/plugins/fusioninventory/b/inventory/", { "Content-Type": type }, "a: 1")).text).toBe(
        '"a: 1"',
      );
      expect((await send("POST", "/", { "Content-Type": "application/json" }, "a: 1")).status).toBe(400);
    },
  );
});

describe("a part of a file", () => {
  const parts: AgentDialect = {
    ...json,
    answer: ({ request: { params } }) =>
      params["part"] === undefined
        ? undefined
        : Promise.resolve({ ready: { status: 200, isLasting: true, body: `part ${params["part"]}` } }),
    renderError: () => ({ status: 400, syntax: "json", text: "{}", plain: true }),
  };
  const PATH = "/glpi/plugins/fusioninventory/b/deploy/parts";

  it.each(["GET", "HEAD"])("is what its dialect answers, as it is, with nothing said to caches: %s", async (method) => {
    const { send } = await front([parts]);
    const answer = await send(method, `${PATH}/0/00/0a?x=1`);
    expect([answer.status, answer.text]).toEqual([200, method === "HEAD" ? "" : "part 0/00/0a"]);
    expect([answer.headers["content-length"], answer.headers["cache-control"]]).toEqual(["12", undefined]);
  });

  it("is nothing else that a path could say, and nothing to write to", async () => {
    const { send } = await front([parts]);
    expect((await send("GET", `${PATH}/..%2f..%2fetc`)).text).toBe("part ..%2f..%2fetc");
    for (const method of ["POST", "PUT", "DELETE"]) expect((await send(method, `${PATH}/0a`)).status).toBe(405);
    expect((await send("GET", `${PATH}/${"x".repeat(2000)}`)).status).toBe(599);
  });

  it("is admitted as content is, and others go on where there is no place for it", async () => {
    const admission = new Admission({ requests: { ...requests, content: 0 }, bodyBytes: 1 << 30 });
    const table = agentMessagesTable({
      dialects: [parts, json],
      prefixes: ["/glpi"],
      admission,
      proofOf: createProofOf(),
    });
    const { send } = await serve(table, { admission });
    expect(await send("GET", `${PATH}/0a`)).toMatchObject({ status: 400, text: "{}" });
    expect((await send("POST", "/", {}, JSON_TEXT)).status).toBe(200);
  });
});

describe("a refusal", () => {
  const refusing = new GatehouseError("forbidden", "No <b>&amp;\n\u0000 \u{1f600}".padEnd(400, "x"));

  it("is told by the dialect that knows the message, in the message's coding", async () => {
    const { send, lines } = await front([dialect("json", () => true, refusing)]);
    const answer = await send("POST", "/", {}, gzipSync(JSON_TEXT));
    expect([answer.status, gunzipSync(answer.body).toString()]).toEqual([403, '{"of":"json"}']);
    expect(lines[0]).toMatchObject({ message: "request refused", fields: { code: "forbidden" } });
  });

  it("is told in XML to who wrote XML and whom no dialect knows: escaped, in one line, cut off", async () => {
    const { send } = await front([dialect("all", () => true, refusing)]);
    const { text } = await send("POST", "/", {}, XML_TEXT);
    const [, message = ""] = /<REPLY><ERROR>(.*)<\/ERROR><\/REPLY>/.exec(text) ?? [];
    expect(message).toMatch(/^No &lt;b&gt;&amp;amp; {2}\u{1f600}x+$/u);
    expect(Array.from(message.replaceAll(/&\w+;/g, "_"))).toHaveLength(250);
  });

  it.each([
    [{ "GLPI-Agent-ID": "x" }, "{"],
    [{ "Content-Type": "application/json" }, "{"],
    [{ "Content-Type": "application/xml" }, "<"],
    [{ "User-Agent": "FusionInventory-Agent_v2.6-3", "Content-Type": "application/x-compress-zlib" }, "<"],
    [{ "User-Agent": "OCS-NG_unified_unix_agent_v2.10.0" }, "<"],
    [{}, "{"],
  ])("of what cannot be unpacked is written for %j so that it begins with %s", async (headers, sign) => {
    const { send } = await front();
    const answer = await send("POST", "/", headers, deflateSync(JSON_TEXT).subarray(0, 12));
    const packed = answer.headers["content-type"] === "application/x-compress-zlib";
    expect([answer.status, (packed ? inflateSync(answer.body) : answer.body).toString()[0]]).toEqual([400, sign]);
  });

  it.each([
    ["nothing", "", {}, 400],
    ["no JSON and no XML", "hello", { "Content-Type": "application/json" }, 400],
    ["bytes of no coding", "hello", {}, 415],
    ["a bomb", gzipSync(Buffer.alloc(70 << 20)), {}, 413],
    ["something packed twice", deflateSync(deflateSync(JSON_TEXT)), {}, 400],
    ["a broken gzip", gzipSync(JSON_TEXT).subarray(0, 20), {}, 400],
    ["what says to be coded by HTTP", gzipSync(JSON_TEXT), { "Content-Encoding": "gzip" }, 415],
    ["XML that nobody speaks", XML_TEXT, {}, 501],
  ])("meets %s", async (_, body, headers, status) => {
    const { send } = await front();
    const answer = await send("POST", "/", headers, body);
    expect(answer.status).toBe(status);
    expect(answer.headers["location"]).toBeUndefined();
    if (status === 415) expect(answer.headers["accept"]).toContain("application/x-compress-zlib");
  });

  it("meets a body over 16 MiB before it is read", async () => {
    const { send } = await front();
    const answer = await send("POST", "/", { "Content-Length": String((16 << 20) + 1), Expect: "100-continue" });
    expect(answer.status).toBe(413);
  });

  it.each(["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET"])("meets %s without a word", async (method) => {
    const { send } = await front();
    const answer = await send(method, "/front/inventory.php");
    expect([answer.status, answer.body.length]).toEqual([405, 0]);
    expect(answer.headers["allow"]).toContain("POST");
  });
});

describe("a message whose sender did not prove itself", () => {
  const unauthenticated = new GatehouseError("unauthenticated", "Agents have to prove who they are here.");
  const basic = 'Basic realm="Gatehouse"';

  it.each([
    [
      "JSON in zlib",
      { "Content-Type": "application/x-compress-zlib" },
      deflateSync(JSON_TEXT),
      inflateSync,
      '{"of":"json"}',
    ],
    ["JSON in gzip", {}, gzipSync(JSON_TEXT), gunzipSync, '{"of":"json"}'],
    ["plain JSON", { "Content-Type": "application/json" }, JSON_TEXT, UNPACK.plain, '{"of":"json"}'],
    ["XML", { "Content-Type": "application/xml" }, XML_TEXT, UNPACK.plain, /<REPLY><ERROR>Agents have to/],
    [
      "XML of OCS",
      { "User-Agent": "OCS-NG_unified_unix_agent_v2.10.0" },
      deflateSync(XML_TEXT),
      inflateSync,
      /<REPLY>/,
    ],
  ] as const)("is asked for credentials, in what it speaks: %s", async (_, headers, body, unpack, text) => {
    const { send } = await front([dialect("json", () => true, unauthenticated)]);
    const answer = await send("POST", "/", headers, body);
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, basic]);
    expect(unpack(answer.body).toString()).toMatch(text);
  });

  it("is asked so with an action too, and with a wrong login before anybody looks at the message", async () => {
    const { send } = await front([rest, dialect("json", () => true)]);
    const Authorization = "Basic ?";
    for (const [method, path, body] of [
      ["GET", "/?action=getConfig", undefined],
      ["POST", "/", JSON_TEXT],
    ] as const) {
      const answer = await send(method, path, { Authorization }, body);
      expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, basic]);
    }
  });

  it("is not asked for them where it is refused for other reasons", async () => {
    const { send } = await front([dialect("json", () => true, new GatehouseError("forbidden", "No."))]);
    expect((await send("POST", "/", {}, JSON_TEXT)).headers["www-authenticate"]).toBeUndefined();
  });

  it("proves to dialects what it proved", async () => {
    const proof = { way: "basic", trust: "key", by: "agents" } as const;
    const seen: unknown[] = [];
    const looks: AgentDialect = {
      ...json,
      answer: (message) => {
        seen.push(message.proof);
        return json.answer(message);
      },
    };
    const admission = new Admission({ requests, bodyBytes: 1 << 30 });
    const { send } = await serve(
      agentMessagesTable({ dialects: [looks], prefixes: [], admission, proofOf: async () => proof }),
    );
    await send("POST", "/", {}, JSON_TEXT);
    expect(seen).toEqual([proof]);
  });
});
