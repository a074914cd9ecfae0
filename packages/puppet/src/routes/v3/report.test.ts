import { encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { serve, verified } from "../../puppet.test.helper.js";
import { recordings, typeOf } from "../../recordings.test.helper.js";
import { bytes, HOST, report } from "../../reports/reports.test.helper.js";

const PATH = `/puppet/v3/report/${HOST}?environment=production`;
const peer = verified(HOST);
const json = { "Content-Type": "application/json", Accept: "application/json, text/pson" };

describe("PUT report", () => {
  it.each([
    ["application/json", "puppet.report", bytes(report())],
    ["text/pson", "puppet.report", bytes(report())],
    ["text/yaml", "puppet.report.yaml", Buffer.from(stringify(report()))],
    ["application/x-yaml", "puppet.report.yaml", Buffer.from(stringify(report()))],
    ["application/x-msgpack", "puppet.report.msgpack", Buffer.from(encode(report()))],
  ])("in %s is stored as it came, for its agent", async (type, kind, body) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers: { "Content-Type": type }, body });
    expect(answer).toMatchObject({ status: 200, text: '["store"]', type: "application/json;charset=utf-8" });
    expect(submitted).toEqual([{ agentId: `agent of ${HOST}`, kind, body }]);
  });

  it.each([
    ["application/x-msgpack, application/json, text/pson", "application/x-msgpack"],
    ["pson, b64_zlib_yaml, yaml, raw", "text/pson"],
  ])("is answered in what is accepted first: %s", async (accept, type) => {
    const { send } = await serve();
    const headers = { "Content-Type": "text/pson", Accept: accept };
    const answer = await send("PUT", PATH, { peer, headers, body: bytes(report()) });
    expect([answer.status, answer.type]).toEqual([200, type]);
    if (type === "text/pson") expect(JSON.parse(answer.text)).toEqual(["store"]);
    else
      expect(answer.text.slice(1)).toBe(
        Buffer.from(encode(["store"]))
          .toString()
          .slice(1),
      );
  });

  it.each<[string, number, string, Record<string, string>, string | Buffer]>([
    ["of another host", 500, "RUNTIME_ERROR", json, bytes(report({ host: "other" }))],
    ["that is none", 400, "RUNTIME_ERROR", json, "{}"],
    ["that is no JSON", 400, "RUNTIME_ERROR", json, "not json"],
    ["that is nothing", 400, "RUNTIME_ERROR", json, ""],
    ["cut off", 400, "RUNTIME_ERROR", json, bytes(report()).subarray(0, 300)],
    ["in a form that there is not", 415, "UNSUPPORTED_MEDIA_TYPE", { "Content-Type": "text/plain" }, "x"],
    ["in no form", 400, "MISSING_HEADER_FIELD", {}, "{}"],
    ["whose answer nobody would take", 406, "UNSUPPORTED_FORMAT", { ...json, Accept: "text/plain" }, bytes(report())],
  ])("%s is refused with %i, and nothing is stored", async (_, status, kind, headers, body) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers, body });
    expect([answer.status, JSON.parse(answer.text).issue_kind]).toEqual([status, kind]);
    expect(submitted).toEqual([]);
  });

  it("says why in puppetserver's words", async () => {
    const { send } = await serve();
    const answer = await send("PUT", PATH, { peer, headers: json, body: "{}" });
    expect(JSON.parse(answer.text).message).toBe(
      "Bad Request: The request body is invalid: Could not intern from json: a report names its host",
    );
  });

  it.each([
    ["20 MiB in JSON", "application/json", (20 << 20) + 1],
    ["4 MiB in YAML", "text/yaml", (4 << 20) + 1],
  ])("over %s is refused", async (_, type, size) => {
    const { send, submitted } = await serve();
    const answer = await send("PUT", PATH, { peer, headers: { "Content-Type": type }, body: Buffer.alloc(size, " ") });
    expect(answer.status).toBe(413);
    expect(submitted).toEqual([]);
  });

  // The report of `{}` and msgpack and YAML, which puppetserver refuses and we do not, are told apart above.
  const replayed = [...recordings].flatMap(([file, all]) =>
    all
      .filter(
        ({ client, request, response }) =>
          client !== null && request.url.includes("/v3/report/") && request.method === "PUT" && response.status !== 415,
      )
      .map((one) => [`${file} #${one.n}`, one] as const),
  );
  it.each(replayed)("answers as puppetserver did: %s", async (_, recorded) => {
    const { send } = await serve();
    const { method, url, headers, body = "" } = recorded.request;
    const sent = Object.fromEntries(headers.filter(([name]) => !/^(?:host|content-length|connection)$/i.test(name)));
    const answer = await send(method, url, { peer: verified(recorded.client ?? ""), headers: sent, body });
    expect([answer.status, answer.type]).toEqual([recorded.response.status, typeOf(recorded)]);
    if (answer.status === 200) expect(answer.text).toBe(recorded.response.body);
  });
});

describe("large reports of one agent", () => {
  it("take turns with those of others on the thread: a third one at once is turned away, a small one is not", async () => {
    const waiting: (() => void)[] = [];
    const { send, submitted } = await serve({
      tasks: {
        run: async <T>(_: string, { body }: { readonly body: Uint8Array }) => {
          if (body.length > 256 << 10) await new Promise<void>((resolve) => waiting.push(resolve));
          return { host: HOST } as T;
        },
      },
    });
    const put = (body: Buffer) => send("PUT", PATH, { peer, headers: json, body });
    const large = bytes(report({ logs: [{ message: "x".repeat(256 << 10) }] }));
    const first = [put(large), put(large)];
    await expect.poll(() => waiting.length).toBe(2);
    const refused = await put(large);
    expect([refused.status, Number(refused.headers["retry-after"]) > 0]).toEqual([503, true]);
    expect((await put(bytes(report()))).status).toBe(200);
    for (const go of waiting) go();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    const again = put(large);
    await expect.poll(() => waiting.length).toBe(3);
    waiting[2]?.();
    expect((await again).status).toBe(200);
    expect(submitted).toHaveLength(4);
  });
});
