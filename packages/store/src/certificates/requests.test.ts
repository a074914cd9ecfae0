import { describe, expect, it } from "vitest";
import { puppet, requestOf, useStores } from "./certificates.test.helper.js";

const { storeOf } = useStores();

describe("requests", () => {
  it("are stored once, and noted", async () => {
    const store = storeOf();
    expect(await store.addRequest(requestOf("web01", { pem: "csr" }), 9)).toBe("added");
    expect(await store.addRequest(requestOf("web01", { pem: "another" }), 9)).toBe("exists");
    await store.noteRequest(puppet("web01"), "no rule\u0000 matched");
    expect(await store.requests()).toMatchObject([{ note: "no rule matched", from: "192.0.2.1" }]);
  });

  it("are no more than may wait, of all profiles; one that is there already is there", async () => {
    const store = storeOf();
    expect(await store.addRequest(requestOf("a"), 2)).toBe("added");
    expect(await store.addRequest(requestOf("a", { profile: "inventory" }), 2)).toBe("added");
    expect(await store.addRequest(requestOf("b"), 2)).toBe("full");
    expect(await store.addRequest(requestOf("a"), 2)).toBe("exists");
    expect(await store.addRequest(requestOf("b"), 3)).toBe("added");
    await store.deleteRequest(puppet("a"));
    expect(await store.addRequest(requestOf("c"), 3)).toBe("added");
    expect(await store.requests()).toHaveLength(3);
  });

  it("of one name at once are stored once, and nobody is told that there is no room", async () => {
    for (let round = 0; round < 20; round++) {
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, i) => storeOf().addRequest(requestOf(`same${round}`, { pem: `${i}` }), 99)),
      );
      expect(results.toSorted()).toEqual(["added", ...Array(7).fill("exists")]);
    }
  });

  it("of many at once are at most so many as write at once too many", async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) => storeOf().addRequest(requestOf(`n${i}`), 20)),
    );
    const added = results.filter((outcome) => outcome === "added").length;
    expect(added).toBeGreaterThanOrEqual(20);
    // As many connections as the pool has, less the one that is counted.
    expect(added).toBeLessThan(20 + 10);
    expect(await storeOf().requests()).toHaveLength(added);
  });
});
