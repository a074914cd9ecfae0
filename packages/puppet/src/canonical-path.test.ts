import type { GatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import { describe, expect, it } from "vitest";
import { createAuthorization } from "./authorization/authorization.js";
import { canonicalPath } from "./canonical-path.js";
import { corpusOf, isSendable } from "./path-corpus.test.helper.js";
import { admin, nobody, serve, stranger, verified } from "./puppet.test.helper.js";

const NODE = "web01.example.org";
const corpus = corpusOf(
  `/puppet/v3/catalog/${NODE}`,
  `/puppet-ca/v1/certificate_status/${NODE}`,
  "/puppet/v3/file_bucket_file/sha256/ad33//etc/motd",
  "/status/v1/services",
);

/** What canonicalPath makes of a path; the text of a refusal after `400`. */
function read(raw: string): string | undefined {
  try {
    return canonicalPath(raw);
  } catch (thrown) {
    const { status, message } = thrown as GatehouseError;
    return `${status} ${message}`;
  }
}

describe("canonicalPath", () => {
  it("has a corpus worth the name", () => {
    expect(corpus.length).toBeGreaterThan(380);
    expect(new Set(corpus.map(({ raw }) => raw)).size).toBeGreaterThan(370);
  });

  it.each(corpus)("$shown: $fate", ({ base, raw, fate }) => {
    const path = read(raw);
    if (fate === "passed on") expect(path).toBeUndefined();
    else if (fate === "refused") expect(path).toMatch(/^400 /);
    else if (fate === "same") expect(path).toBe(base);
    else {
      expect(path).toMatch(/^\//);
      expect(path).not.toBe(base);
      // Nothing is put in order: what was written is there, decoded once.
      expect(path).toBe(decodeURIComponent(raw));
    }
  });

  it.each([
    ["/puppet/v3/../x", "/puppet/v3/../x"],
    ["/puppet/v3/%2e%2E/x", "/puppet/v3/../x"],
    ["/puppet/./v3", "/puppet/./v3"],
    ["/status/v1/%2e", "/status/v1/."],
  ])("refuses %s with puppetserver's text", (raw, path) => {
    expect(read(raw)).toBe(`400 Invalid relative path (.. or .) in: ${path}`);
  });

  it.each(["file_metadata", "file_metadatas", "file_content", "static_file_content"])(
    "puts the slashes of %s in order, before a rule is asked",
    (what) => {
      const base = `/puppet/v3/${what}/modules/lab/one.txt`;
      for (const raw of ["//modules//lab/one.txt", "/modules/lab/one.txt/", "/%2fmodules%2Flab///one.txt//"])
        expect(read(`/puppet/v3/${what}${raw}`)).toBe(base);
      expect(read(`/puppet/v3//${what}/modules//lab`)).toBe(`/puppet/v3//${what}/modules//lab`);
      expect(read(`/puppet/v3/${what}x//y`)).toBe(`/puppet/v3/${what}x//y`);
    },
  );

  it.each(["/puppet", "/puppet/", "/puppet-ca", "/puppet-ca/v1", "/puppet-admin-api/v1", "/status", "/status/"])(
    "takes %s, that there is nothing at being no reason to let others have it",
    (path) => {
      expect(read(path)).toBe(path);
    },
  );

  it.each(["/", "", "/puppets/v3", "/puppet-ca2", "/api/v1/nodes", "/metrics", "/PSDSCPullServer.svc/", "/%zz", "*"])(
    "leaves %j to others",
    (path) => {
      expect(read(path)).toBeUndefined();
    },
  );

  it.each(["/certificate/ca", "/certificate/%63%61", "/%63ertificate/ca"])(
    "reads %s as the path with a prefix (decisions row 12)",
    (path) => {
      expect(read(path)).toBe("/puppet-ca/v1/certificate/ca");
    },
  );

  it.each([
    "/certificate",
    "/certificate/",
    "/certificate/ca/",
    "/certificate/ca/x",
    "/certificate//ca",
    "/certificate/web01",
    "/certificate/CA",
    "/certificate/./ca",
    "/certificate/%zz",
    "/certificate/%2563a",
    "/production/certificate/ca",
    `/certificate/ca${"/".repeat(9000)}`,
  ])("leaves %s to others, whatever it may mean", (path) => {
    expect(read(path)).toBeUndefined();
  });

  it("takes the longest path that an agent has, and no longer one", () => {
    const longest = `/puppet/v3/file_bucket_file/sha256/${"0".repeat(64)}/${"ä/".repeat(2048)}`;
    expect(read(encodeURI(longest))).toBe(longest);
    expect(read(`/puppet/${"x".repeat(4700)}`)).toMatch(/^400 .*longer/);
  });
});

describe("rule and handler", () => {
  const peers = { nobody, stranger, node: verified(NODE), other: verified("web02.example.org"), admin };
  const authorization = createAuthorization({ authorization: { rules: [] } });

  it("see one and the same path, and decide alike, for every way to write it (T9)", async () => {
    const handled: string[] = [];
    const everything: RouteRow = {
      id: "test.everything",
      method: "GET",
      pattern: /^(?<all>.*)$/s,
      access: { who: "rules" },
      bodyLimit: 0,
      admission: "content",
      handle: ({ path, params }) => {
        handled.push(path);
        return { status: 200, body: params["all"] ?? "" };
      },
    };
    const { send } = await serve({}, [everything]);
    let [asked, allowed] = [0, 0];
    for (const { raw, shown } of corpus.filter((written) => isSendable(written.raw))) {
      const path = read(raw);
      for (const [who, peer] of Object.entries(peers)) {
        handled.length = 0;
        const answer = await send("GET", raw, { peer });
        asked++;
        const expected =
          path === undefined
            ? 599
            : path.startsWith("400 ")
              ? 400
              : authorization.explain({ method: "GET", path, query: "", peer }).allowed
                ? 200
                : 403;
        expect(answer.status, `${who}: ${shown}`).toBe(expected);
        expect(handled, shown).toEqual(expected === 200 ? [path] : []);
        if (expected === 200) allowed++;
      }
    }
    expect(asked).toBeGreaterThan(1700);
    expect(allowed).toBeGreaterThan(200);
  });

  it("agree on whose a path is: who reaches the handler of a name has that name (T8)", async () => {
    const served: string[] = [];
    const catalog: RouteRow = {
      id: "test.catalog",
      method: "GET",
      pattern: /^\/puppet\/v3\/(?:catalog|node)\/(?<certname>[^/]+)$/,
      access: { who: "rules" },
      bodyLimit: 0,
      admission: "content",
      handle: ({ params }) => {
        served.push(params["certname"] ?? "");
        return { status: 200 };
      },
    };
    const { send } = await serve({}, [catalog]);
    const writings = corpusOf(`/puppet/v3/catalog/${NODE}`, `/puppet/v3/node/${NODE}`).map(({ raw }) => raw);
    const names = [
      ...[
        "WEB01.example.org",
        "web01.example.org.",
        "web01",
        "example.org",
        "web01.example.orgx",
        "*",
        "*.example.org",
      ],
      ...["$1", "web01%2eexample%2eorg%00", "192.0.2.7", "wеb01.example.org", "WEB01.EXAMPLE.ORG", "/web01/", "."],
    ].map((name) => `/puppet/v3/catalog/${encodeURIComponent(name)}`);
    for (const raw of [...writings, ...names].filter(isSendable)) {
      for (const peer of [
        verified(NODE),
        verified("web02.example.org"),
        verified("WEB01.example.org"),
        verified("*"),
      ]) {
        served.length = 0;
        await send("GET", raw, { peer });
        for (const name of served) expect([raw, name]).toEqual([raw, peer.kind === "verified" && peer.name]);
      }
      for (const peer of [nobody, stranger, verified(NODE, {}, "inventory"), verified(NODE, {}, "operator")]) {
        served.length = 0;
        await send("GET", raw, { peer });
        expect([raw, served]).toEqual([raw, []]);
      }
    }
    expect((await send("GET", `/puppet/v3/catalog/${NODE}`, { peer: verified(NODE) })).status).toBe(200);
  });
});
