import { randomBytes, scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SecretDigests } from "./secret-digests.js";

describe("SecretDigests", () => {
  it("knows a secret again, and no other", async () => {
    const digests = new SecretDigests();
    const digest = await digests.make("correct horse 🐘");
    expect(await digests.isOf("correct horse 🐘", digest)).toBe(true);
    expect(await digests.isOf("correct horse", digest)).toBe(false);
    expect(await digests.isOf("", digest)).toBe(false);
  });

  it("says how each was made, with a salt of its own, and nothing of the secret", async () => {
    const digests = new SecretDigests();
    const [one, two] = await Promise.all([digests.make("correct horse"), digests.make("correct horse")]);
    expect(one).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    expect(one).not.toBe(two);
    expect(one).not.toContain("horse");
  });

  it("checks one that was made in another way, by the way that it says", async () => {
    const salt = randomBytes(16);
    const bytes = scryptSync("correct horse", salt, 32, { cost: 1024, blockSize: 4, parallelization: 3 });
    const digest = `scrypt$1024$4$3$${salt.toString("base64url")}$${bytes.toString("base64url")}`;
    const digests = new SecretDigests();
    expect(await digests.isOf("correct horse", digest)).toBe(true);
    expect(await digests.isOf("correct horse", digest.replace("$1024$", "$2048$"))).toBe(false);
  });

  it("takes its time for who is not there, who then has no secret at all", async () => {
    const digests = new SecretDigests();
    expect(await digests.isOf("correct horse", undefined)).toBe(false);
  });

  it.each(["", "scrypt$", "plain", "scrypt$16384$8$1$AAAA$BBBB", `md5$16384$8$1$${"A".repeat(22)}$${"A".repeat(43)}`])(
    "is no digest: %j",
    async (text) => {
      await expect(new SecretDigests().isOf("correct horse", text)).rejects.toThrow("changed in the database");
    },
  );

  it("lets so many wait, and turns the rest away, until there is room again", async () => {
    const digests = new SecretDigests();
    const digest = await digests.make("correct horse");
    const results = await Promise.allSettled(Array.from({ length: 110 }, () => digests.isOf("correct horse", digest)));
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
    expect(refused).toHaveLength(8);
    for (const reason of refused) expect(reason).toMatchObject({ code: "overloaded", retryAfterSeconds: 5 });
    for (const result of results) if (result.status === "fulfilled") expect(result.value).toBe(true);
    expect(await digests.isOf("correct horse", digest)).toBe(true);
  }, 60_000);
});
