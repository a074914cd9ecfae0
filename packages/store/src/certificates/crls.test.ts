import { describe, expect, it } from "vitest";
import { authority, FAR, intentFor, NOW, requestOf, useStores } from "./certificates.test.helper.js";

const { storeOf, issue } = useStores();

describe("a revocation list", () => {
  const list = (number: bigint, pem = `list ${number}`) => ({
    issuer: "signing",
    number,
    pem,
    thisUpdate: NOW,
    nextUpdate: FAR,
  });

  it("is replaced only by one of a higher number that knows as much", async () => {
    const store = storeOf();
    expect(await store.publishCrl(list(1n), 0n)).toBe(true);
    expect(await store.publishCrl(list(1n, "again"), 0n)).toBe(false);
    expect(await store.publishCrl(list(3n), 5n)).toBe(true);
    expect(await store.publishCrl(list(4n, "of older revocations"), 4n)).toBe(false);
    expect(await store.publishCrl(list(2n), 9n)).toBe(false);
    expect(await store.crls()).toMatchObject([{ number: 3n, pem: "list 3" }]);
  });

  it("of two gateways at once, has one number", async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => storeOf().publishCrl(list(1n, `by ${i}`), 1n)),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it("that is new, a revocation, and an authority change the version, and nothing else does", async () => {
    const store = storeOf();
    const seen: string[] = [];
    const isNew = async () => {
      const version = await store.version();
      const fresh = !seen.includes(version);
      seen.push(version);
      return fresh;
    };
    expect(await isNew()).toBe(true);
    await store.found(authority());
    expect(await isNew()).toBe(true);
    const serials = [await issue("a"), await issue("b"), await issue("c")];
    await store.addRequest(requestOf("d"), 9);
    expect(await isNew()).toBe(false);
    await store.revoke({ names: ["a"], profile: "puppet" }, "op");
    expect(await isNew()).toBe(true);
    await store.revoke({ serials }, "op");
    expect(await isNew()).toBe(true);
    await store.revoke({ serials }, "op");
    expect(await isNew()).toBe(false);
    await store.publishCrl(list(1n), 1n);
    expect(await isNew()).toBe(true);
    await store.publishCrl({ ...list(1n), issuer: "root" }, 0n);
    expect(await isNew()).toBe(true);
    await store.publishCrl(list(2n), 2n);
    expect(await isNew()).toBe(true);
    await store.publishCrl(list(2n), 2n);
    expect(await isNew()).toBe(false);
    await issue("e");
    await store.intend(intentFor("e", { others: "replace" }));
    expect(await isNew()).toBe(true);
  });
});
