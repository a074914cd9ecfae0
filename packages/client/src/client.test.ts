import { describe, expect, it } from "vitest";
import { ApiProblem, createClient, type Node, unwrap, upload } from "./index.js";

/** A client whose requests are kept, and answered as told. */
function clientThat(answers: () => Response) {
  const sent: Request[] = [];
  const fetch = async (request: Request) => {
    sent.push(request);
    return answers();
  };
  return { client: createClient({ url: "https://gatehouse.example:8140/", token: "gth_x", fetch }), sent };
}

const page = () => Response.json({ nodes: [], next: null });

describe("a call", () => {
  it("goes to the gateway's API with the token, and follows nobody elsewhere", async () => {
    const { client, sent } = clientThat(page);
    const query = { label: ["site=a&b", "role=web"], limit: 5 };
    const answer: { nodes: readonly Node[] } = await unwrap(client.GET("/nodes", { params: { query } }));
    expect(answer.nodes).toEqual([]);
    const [request] = sent;
    expect(request?.url).toBe(
      "https://gatehouse.example:8140/api/v1/nodes?label=site%3Da%26b&label=role%3Dweb&limit=5",
    );
    expect(request?.headers.get("authorization")).toBe("Bearer gth_x");
    expect(request?.redirect).toBe("error");
  });

  it("has parts of its path encoded", async () => {
    const { client, sent } = clientThat(() => Response.json({}));
    await unwrap(client.GET("/nodes/{node}", { params: { path: { node: "a/b c%" } } }));
    expect(new URL(sent[0]?.url ?? "").pathname).toBe("/api/v1/nodes/a%2Fb%20c%25");
  });

  it("sends JSON", async () => {
    const { client, sent } = clientThat(() => Response.json({ labels: {} }));
    await unwrap(
      client.POST("/nodes/{node}/labels", { params: { path: { node: "x" } }, body: { set: { role: "web" } } }),
    );
    expect(sent[0]?.headers.get("content-type")).toBe("application/json");
    expect(await sent[0]?.json()).toEqual({ set: { role: "web" } });
  });

  it.each([
    ["bytes", () => new Uint8Array([0, 255, 1])],
    ["a stream", () => new Blob([new Uint8Array([0, 255, 1])]).stream() as ReadableStream<Uint8Array>],
  ])("sends %s as they are", async (_, bytes) => {
    const { client, sent } = clientThat(() => Response.json({}, { status: 201 }));
    const params = { path: { kind: "dsc-configuration" }, query: { file: "Web.mof" } };
    await unwrap(client.POST("/artifacts/{kind}", { params, ...upload(bytes()) }));
    expect(sent[0]?.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Uint8Array((await sent[0]?.arrayBuffer()) ?? new ArrayBuffer(0))).toEqual(new Uint8Array([0, 255, 1]));
  });

  it("takes bytes as they are", async () => {
    const { client } = clientThat(() => new Response(new Uint8Array([1, 0, 254])));
    const params = { path: { letter: "7" } };
    const bytes: ArrayBuffer = await unwrap(
      client.GET("/dead-letters/{letter}/body", { params, parseAs: "arrayBuffer" }),
    );
    expect(new Uint8Array(bytes)).toEqual(new Uint8Array([1, 0, 254]));
  });

  it("has nothing to say where there is nothing", async () => {
    const { client } = clientThat(() => new Response(null, { status: 204 }));
    expect(await unwrap(client.DELETE("/tokens/{token}", { params: { path: { token: "ci" } } }))).toBeUndefined();
  });
});

describe("a refusal", () => {
  const ask = (response: () => Response) => unwrap(clientThat(response).client.GET("/status"));

  it("is thrown with the server's words", async () => {
    const problem = { code: "forbidden", status: 403, title: "This needs the role admin.", requestId: "r-1" };
    const thrown = await ask(() => Response.json(problem, { status: 403 })).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ApiProblem);
    expect(thrown).toMatchObject(problem);
    expect(String(thrown)).toBe("ApiProblem: This needs the role admin. (403, request r-1)");
  });

  it.each([
    ["a page of a proxy", "<html>Bad Gateway</html>"],
    ["JSON of a proxy", '{"message":"no upstream"}'],
    ["JSON that is no object", '"no"'],
    ["null", "null"],
    ["nothing", ""],
  ])("that is %s is thrown too", async (_, body) => {
    const thrown = await ask(() => new Response(body, { status: 502 })).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ status: 502, title: "The server answered 502." });
    expect((thrown as ApiProblem).code).toBeUndefined();
  });

  it("leaves alone what was thrown on the way", async () => {
    const failing = createClient({ url: "http://x", token: "t", fetch: () => Promise.reject(new TypeError("broken")) });
    await expect(unwrap(failing.GET("/status"))).rejects.toThrow(TypeError);
  });
});
