import { describe, expect, it } from "vitest";
import { limitPerName } from "./per-name.js";

/** Work that ends when it is told to. */
function work() {
  let end: (said: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { run: () => ended, end };
}

describe("what one caller has under way", () => {
  it("is limited, others' is not, and what ended makes room", async () => {
    const limit = limitPerName(2, "files of one node");
    const [one, two] = [work(), work()];
    const answers = [limit("web01", one.run), limit("web01", two.run)];
    const refused = limit("web01", async () => "third");
    await expect(refused).rejects.toMatchObject({ code: "overloaded", retryAfterSeconds: expect.any(Number) });
    await expect(refused).rejects.toThrow("No more than 2 files of one node are taken at once");
    expect(await limit("web02", async () => "other")).toBe("other");
    one.end("one");
    expect(await answers[0]).toBe("one");
    expect(await limit("web01", async () => "third")).toBe("third");
    two.end("two");
    expect(await answers[1]).toBe("two");
  });

  it("makes room also where it fails", async () => {
    const limit = limitPerName(1, "files of one node");
    await expect(limit("a", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await limit("a", async () => "next")).toBe("next");
  });
});
