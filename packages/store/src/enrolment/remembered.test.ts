import { describe, expect, it } from "vitest";
import { Remembered } from "./remembered.js";

/** Something that is read, with how often it was. */
function source() {
  let reads = 0;
  let value = "first";
  return {
    read: async () => {
      reads++;
      return value;
    },
    change: (to: string) => {
      value = to;
    },
    reads: () => reads,
  };
}

describe("Remembered", () => {
  it("believes for five seconds what it read, and reads again after them", async () => {
    let now = 1;
    const remembered = new Remembered<string>(10, undefined, { now: () => now });
    const { read, change, reads } = source();
    const slowly = async () => {
      now += 1_000;
      return read();
    };
    expect(await remembered.get("k", slowly)).toBe("first");
    change("second");
    now = 4_900;
    expect([await remembered.get("k", read), reads()]).toEqual(["first", 1]);
    // From the moment at which it was asked for, not from that of the answer.
    now = 5_100;
    expect([await remembered.get("k", read), reads()]).toEqual(["second", 2]);
  });

  it("reads once for all that ask at once, and for each key on its own", async () => {
    const remembered = new Remembered<string>(10);
    const { read, reads } = source();
    await Promise.all([...Array.from({ length: 9 }, () => remembered.get("a", read)), remembered.get("b", read)]);
    expect(reads()).toBe(2);
  });

  it("forgets one or all, and what is being read meanwhile counts for nobody who asks later", async () => {
    const remembered = new Remembered<string>(10);
    const { read, change } = source();
    let finish: (value: string) => void = () => undefined;
    const slow = remembered.get("k", () => new Promise((resolve) => (finish = resolve)));
    remembered.forget("k");
    change("new");
    expect(await remembered.get("k", read)).toBe("new");
    finish("old");
    expect(await slow).toBe("old");
    expect(await remembered.get("k", read)).toBe("new");
    change("newer");
    remembered.forget("other");
    expect(await remembered.get("k", read)).toBe("new");
    remembered.forget();
    expect(await remembered.get("k", read)).toBe("newer");
  });

  it("reads anew when that is asked for, and believes that from then on", async () => {
    const remembered = new Remembered<string>(10);
    const { read, change, reads } = source();
    await remembered.get("k", read);
    change("second");
    expect(await remembered.fresh("k", read)).toBe("second");
    expect([await remembered.get("k", read), reads()]).toEqual(["second", 2]);
  });

  it("keeps no failure, nothing that is not to be kept, and no more than so many", async () => {
    const remembered = new Remembered<string>(2, (value) => value !== "");
    const { read, change, reads } = source();
    await expect(remembered.get("k", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
    change("");
    await remembered.get("k", read);
    await remembered.get("k", read);
    expect(reads()).toBe(2);
    change("x");
    for (const key of ["a", "b", "c", "a"]) await remembered.get(key, read);
    expect(reads()).toBe(6);
  });

  it("remembers that there is nothing, where nothing is a value", async () => {
    const remembered = new Remembered<undefined>(2);
    let reads = 0;
    const read = async () => void reads++;
    await remembered.get("k", read);
    await remembered.get("k", read);
    expect(reads).toBe(1);
  });
});
