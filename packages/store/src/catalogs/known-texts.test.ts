import { describe, expect, it } from "vitest";
import { KnownTexts } from "./known-texts.js";

const text = (more: object = {}, rest: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      ...{ tags: ["settings", "a"], name: "web01.example", version: 1, code_id: "7", catalog_uuid: "u-1", ...more },
      ...{ catalog_format: 2, environment: "production", resources: [], edges: [], classes: [], ...rest },
    }),
  );
const digest = Buffer.alloc(32, 1);

function knowing(json = text()): KnownTexts {
  const texts = new KnownTexts();
  texts.learn(json, digest);
  return texts;
}

describe("KnownTexts", () => {
  it("finds what was learned, whatever is new in its header", () => {
    const header = { name: "db, 01", version: 'v"2,', code_id: null, catalog_uuid: "u-2" };
    expect(knowing().find(text())?.header).toEqual({
      ...{ name: "web01.example", version: 1, code_id: "7", catalog_uuid: "u-1" },
    });
    expect(knowing().find(text(header))).toEqual({ header, digest });
    expect(knowing().find(text({ version: null }))?.header.version).toBe(null);
  });

  it.each([
    ["other tags", text({ tags: ["settings"] })],
    ["other resources", text({}, { resources: [{}] })],
    ["a header that is no text of ours", text({ version: { a: 1 } })],
    ["another order", Buffer.from('{"name":"web01.example","tags":[]}')],
    ["a header longer than any", text({ version: "v".repeat(5000) })],
    ["what the database does not take", text({ version: "\0" })],
    [
      "the names of the header within a tag",
      text({ tags: ['],"name":"x","version":1,"code_id":null,"catalog_uuid":"u",'] }),
    ],
    ["a header that is no JSON", Buffer.from(text().toString().replace('"version":1', '"version":one'))],
    ["an escape that there is not", Buffer.from(text().toString().replace('"u-1"', '"\\x"'))],
    ["what is cut off", text().subarray(0, 40)],
    ["nothing", Buffer.alloc(0)],
  ])("finds nothing for %s", (_, json) => {
    expect(knowing().find(json)).toBeUndefined();
  });

  it("learns nothing that it could not find", () => {
    const other = Buffer.from('{"name":"web01.example"}');
    expect(knowing(other).find(other)).toBeUndefined();
  });
});
