import type { LaidBlob } from "@gatehouse/core/content";
import { describe, expect, it } from "vitest";
import type { FusionInventoryDeps } from "../deps.js";
import { basic, packageOf, restWorld } from "./rest.test.helper.js";

const HASH = "0".repeat(128);
const BYTES = Buffer.from(Array.from({ length: 1000 }, (_, i) => i & 0xff));
const PATH = "/plugins/fusioninventory/b/deploy/parts/";

function withPart(laid: "bytes" | "path" = "bytes", deps: Partial<FusionInventoryDeps> = {}) {
  const opened: string[] = [];
  const house = restWorld({
    content: {
      open: async (ref): Promise<LaidBlob> => {
        opened.push(ref.sha256);
        return laid === "bytes" ? { ...ref, bytes: BYTES } : { ...ref, path: "/laid/blob" };
      },
    },
    ...deps,
  });
  house.packages.set("tool 3", packageOf());
  const get = (name: string, headers: Readonly<Record<string, string>> = {}, more: object = {}) =>
    house.sendReady({ path: `${PATH}${name}`, headers, ...more });
  return { ...house, opened, get };
}

const whole = {
  status: 200,
  isLasting: true,
  headers: {
    "Content-Type": "application/octet-stream",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Accept-Ranges": "bytes",
    ETag: `"${HASH}"`,
  },
};

describe("a file's part", () => {
  it.each([`0/00/${HASH}`, HASH])("is served by its digest below its own path: %.9s", async (name) => {
    const house = withPart();
    expect(await house.get(name)).toEqual({ ...whole, body: BYTES });
    expect(house.opened).toEqual(["0".repeat(64)]);
  });

  it.each([`/0/00/${HASH}`, `0/00/${HASH}`, HASH])("and by getFilePart: %.9s", async (file) => {
    const house = withPart();
    for (const path of ["/plugins/fusioninventory/b/deploy", "/", "/plugins/glpiinventory/b/deploy"]) {
      const query = new URLSearchParams({ action: "getFilePart", file }).toString();
      expect(await house.sendReady({ path, query })).toEqual({ ...whole, body: BYTES });
    }
  });

  it("is streamed from where it is laid", async () => {
    expect(await withPart("path").get(HASH)).toEqual({ ...whole, body: { path: "/laid/blob", start: 0, size: 1000 } });
  });

  it.each([
    ["bytes=0-9", 0, 9],
    ["bytes=990-", 990, 999],
    ["bytes=-10", 990, 999],
    ["bytes=900-5000", 900, 999],
    ["bytes=0-0", 0, 0],
    ["bytes=0-4,5-9", 0, 9],
  ])("is served in a range: %s", async (range, start, end) => {
    const headers = { ...whole.headers, "Content-Range": `bytes ${start}-${end}/1000` };
    const part = { ...whole, status: 206, headers };
    expect(await withPart().get(HASH, { range })).toEqual({ ...part, body: BYTES.subarray(start, end + 1) });
    expect(await withPart("path").get(HASH, { range })).toEqual({
      ...part,
      body: { path: "/laid/blob", start, size: end - start + 1 },
    });
  });

  it.each(["bytes=-1000", "bytes=-5000", `bytes=-${"9".repeat(400)}`])(
    "is whole to who asks for more of its end than there is: %.20s",
    async (range) => {
      expect(await withPart().get(HASH, { range })).toMatchObject({ body: BYTES });
    },
  );

  it.each(["bytes=0-1,5-9", "lines=1-2", "bytes", "bytes=x-y", "bytes=", `bytes=${"0-1,".repeat(9)}x`, ""])(
    "is whole where a range is none of ours: %s",
    async (range) => {
      expect(await withPart().get(HASH, { range })).toMatchObject({ status: 200, body: BYTES });
    },
  );

  it.each(["bytes=1000-", "bytes=1000-2000", "bytes=9-1", `bytes=${"9".repeat(400)}-`])(
    "has no such range: %s",
    async (range) => {
      const answer = await withPart().get(HASH, { range });
      expect(answer).toMatchObject({ status: 416, headers: { "Content-Range": "bytes */1000" } });
      expect(JSON.parse(String((answer as { body: string }).body))).toMatchObject({ status: "error" });
    },
  );

  it("in a range is of the part that the caller has: else it is whole", async () => {
    const range = "bytes=0-9";
    expect(await withPart().get(HASH, { range, "if-range": `"${HASH}"` })).toMatchObject({ status: 206 });
    expect(await withPart().get(HASH, { range, "if-range": '"other"' })).toMatchObject({ status: 200 });
  });

  it.each([`"${HASH}"`, `W/"${HASH}"`, `"a", "${HASH}"`, "*"])(
    "is not sent again to who has it: %.20s",
    async (etag) => {
      const house = withPart();
      expect(await house.get(HASH, { "if-none-match": etag })).toEqual({ ...whole, status: 304 });
      expect(house.opened).toEqual([]);
      expect(await house.get(HASH, { "if-none-match": '"other"' })).toMatchObject({ status: 200 });
    },
  );

  it("has a head, whose range is the whole", async () => {
    const head = await withPart("path").get(HASH, { range: "bytes=0-1" }, { method: "HEAD" });
    expect(head).toMatchObject({ status: 200, body: { size: 1000 } });
  });
});

describe("what is no part", () => {
  it.each([
    ["a path", "../../etc/passwd", 400],
    ["a path in it", `0/00/../../${HASH}`, 400],
    ["an encoded path", "%2e%2e%2fetc%2fpasswd", 400],
    ["U+0000", `${HASH}\0`, 400],
    ["a line break", `${HASH}\n`, 400],
    ["upper case", "A".repeat(128), 400],
    ["one digit less", "0".repeat(127), 400],
    ["one digit more", "0".repeat(129), 400],
    ["no hex", "g".repeat(128), 400],
    ["another's folder", `1/00/${HASH}`, 400],
    ["another's second folder", `0/01/${HASH}`, 400],
    ["half of the folders", `00/${HASH}`, 400],
    ["a slash too many", `//0/00/${HASH}`, 400],
    ["nothing", "", 400],
    ["a digest without end", "0".repeat(100_000), 400],
    ["a digest that nobody has", "9".repeat(128), 404],
    ["the digest of the whole file", "f".repeat(128), 404],
    ["what it is stored by", "0".repeat(64), 400],
  ])("is refused in JSON: %s", async (_, file, status) => {
    const house = withPart();
    const answers = [await house.sendReady({ query: new URLSearchParams({ action: "getFilePart", file }).toString() })];
    if (file !== "" && !file.endsWith("\n")) answers.push(await house.get(file));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status, syntax: "json" });
      expect(JSON.parse((answer as { text: string }).text)).toEqual({ status: "error", message: expect.any(String) });
    }
    expect(house.opened).toEqual([]);
  });

  it("is asked for with GET", async () => {
    const query = `action=getFilePart&file=${HASH}`;
    expect(await withPart().sendReady({ method: "POST", query, body: "x" })).toMatchObject({ status: 405 });
  });
});

describe("where nobody is let in without a proof", () => {
  const strict = () => withPart("bytes", { access: () => ({ unproven: "allow", atLeast: "refuse" }) });

  it("a part is for who has one, whether there is it or not, and for no common cache", async () => {
    const house = strict();
    for (const name of [HASH, "9".repeat(128), "../x"]) expect(await house.get(name)).toMatchObject({ status: 401 });
    const answer = await house.get(HASH, {}, { proof: basic });
    expect(answer).toMatchObject({ status: 200, headers: { "Cache-Control": "private, max-age=31536000, immutable" } });
  });
});
