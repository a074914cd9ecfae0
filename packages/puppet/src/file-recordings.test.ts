import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ENVIRONMENTS } from "./environment/metadata.js";
import type { Planted } from "./fake-v3.test.helper.js";
import { type Answer, serve, verified } from "./puppet.test.helper.js";
import { type Recorded, recordings, typeOf } from "./recordings.test.helper.js";

/** Requests that are the file service's, the list of environments, and tasks. */
const OURS = /^\/puppet\/v3\/(?:file_metadatas?|file_content|static_file_content|environments|tasks)(?:\/|\?|$)/;
const CODE = "/tmp/pslab/code";

/** What the environments of the recorded server had in them, by what it told of them. */
interface Told {
  readonly path: string;
  readonly relative_path: string | null;
  readonly type: "file" | "directory" | "link";
  readonly mode: number;
  readonly checksum: { readonly type: string; readonly value: string | null };
  readonly destination: string | null;
}

const all = [...recordings].flatMap(([file, exchanges]) =>
  exchanges
    .filter(({ request, response }) => OURS.test(request.url) && request.method === "GET" && response.status !== 403)
    .map((exchange) => ({ file, exchange, shown: `${file} #${exchange.n} ${exchange.request.url.slice(0, 90)}` })),
);

const isMetadata = ({ request, response }: Recorded) =>
  response.status === 200 && /\/file_metadatas?\//.test(request.url);
/** What was told of, in the recording that is played first: between two of them a file had changed. */
const toldIn = (played: string) =>
  all
    .filter(({ exchange }) => isMetadata(exchange))
    .toSorted((a, b) => Number(b.file === played) - Number(a.file === played))
    .flatMap(({ exchange }) => [JSON.parse(exchange.response.body ?? "null")].flat() as Told[]);

const bodyOf = ({ response: { body = "", body_base64 } }: Recorded) =>
  body_base64 === undefined ? Buffer.from(body) : Buffer.from(body_base64, "base64");

/** Bytes by digest: those that were fetched; of others there is the digest alone. */
const bytes = new Map(
  all
    .filter(({ exchange: { request, response } }) => response.status === 200 && /file_content/.test(request.url))
    .map(({ exchange }) => [createHash("sha256").update(bodyOf(exchange)).digest("hex"), bodyOf(exchange)]),
);

const wholeOf = ({ path, relative_path: relative }: Told) =>
  (relative === null || relative === "." ? path : `${path}/${relative}`).replace(/\/+$/, "");

/** One environment of the recorded server, with the mtimes, modes and digests that it told of. */
function plant(environments: Awaited<ReturnType<typeof serve>>["environments"], name: string, told: readonly Told[]) {
  const here = `${CODE}/environments/${name}/`;
  const planted: Record<string, Planted> = {};
  const factsOf = (whole: string) => told.filter((one) => wholeOf(one) === `${here}${whole}`);
  for (const one of told.filter(({ path }) => path.startsWith(here))) {
    const { type, destination } = one;
    const inside = wholeOf(one).slice(here.length);
    if (type === "directory") planted[inside] ??= { directory: true };
    else if (type === "link") planted[inside] = { link: destination ?? "" };
    else planted[inside] ??= "";
  }
  const version = environments.deploy(name, planted);
  for (const [digest, content] of bytes) environments.blobs.set(digest, content);
  for (const entry of version.entries.values()) {
    const facts = factsOf(entry.path);
    const sum = (type: string) =>
      facts.find((fact) => fact.type === "file" && fact.checksum.type === type)?.checksum.value?.replace(/^\{.*\}/, "");
    const time = facts.map(({ checksum }) => /^\{[cm]time\}(.*)$/.exec(checksum.value ?? "")?.[1]).find(Boolean);
    Object.assign(entry, {
      mtime: Date.parse(time ?? "2026-11-20T19:36:51Z") / 1000,
      ...(entry.type === "file" ? { sha256: sum("sha256") ?? entry.sha256, md5: sum("md5") ?? entry.md5 } : {}),
    });
  }
  return version;
}

async function house(played: string) {
  const served = await serve();
  for (const name of ["production", "staging"]) plant(served.environments, name, toldIn(played));
  const { port } = served.environments;
  const current = port.current;
  // The recorded server named its versions otherwise.
  Object.assign(port, {
    byCodeId: (name: string, codeId: string) => (codeId === `codeid-${name}` ? current(name) : undefined),
  });
  return served;
}

/** Metadata without what differs by design: where files appear to be, and which of the modules that share a directory
 * comes first, which was the disk's order there. */
const read = (text: string) =>
  JSON.parse(
    text
      .replaceAll(`${CODE}/environments`, ENVIRONMENTS)
      .replaceAll(/\/modules\/(?:lab|bench)\/lib"/g, '/modules/-/lib"'),
  );
const byName = (one: unknown) =>
  Array.isArray(one)
    ? one.toSorted((a: Told, b: Told) => ((a.relative_path ?? "") < (b.relative_path ?? "") ? -1 : 1))
    : one;
/** A path that was asked for with a last slash is told without it. */
const withoutSlash = (one: unknown) =>
  JSON.parse(JSON.stringify(one).replaceAll(/\/","relative_path"/g, '","relative_path"'));

function compare({ request, response }: Recorded, answer: Answer): void {
  expect(answer.status).toBe(response.status);
  const body = bodyOf({ request, response } as Recorded).toString();
  if (request.url.includes("/tasks/")) return;
  expect(answer.type?.replace(/; ?charset=utf-8$/i, "")).toBe(
    typeOf({ request, response } as Recorded)?.replace(/; ?charset=utf-8$/i, ""),
  );
  if (request.url.endsWith("/environments")) {
    const settings = ({ environments }: { environments: Record<string, { settings: object }> }) =>
      Object.keys(environments["production"]?.settings ?? {});
    expect(settings(JSON.parse(answer.text))).toEqual(settings(JSON.parse(body)));
  } else if (isMetadata({ request, response } as Recorded)) {
    // The order of names in a directory is the disk's there, and that of the names here.
    expect(byName(read(answer.text))).toEqual(withoutSlash(byName(read(body))));
    const [mine, theirs] = [answer.text, body].map((text) => [JSON.parse(text)].flat().map((one) => Object.keys(one)));
    expect(mine).toEqual(theirs);
  } else expect(answer.text).toBe(body);
}

describe.skipIf(all.length === 0)("the file service of puppetserver 7.9.5", () => {
  it("was recorded often enough to learn from", () => {
    expect(all.length).toBeGreaterThan(90);
    expect(toldIn("").length).toBeGreaterThan(100);
  });

  it.each(all)("$shown", async ({ exchange, file }) => {
    const { send } = await house(file);
    const { request, client } = exchange;
    const headers = Object.fromEntries(request.headers.filter(([name]) => name !== "Host"));
    const answer = await send(request.method, request.url, { peer: verified(client ?? ""), headers });
    compare(exchange, answer);
  });
});
