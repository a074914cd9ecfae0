import { describe, expect, it, onTestFinished } from "vitest";
import { onHangup } from "./reload.js";

/** A reload that ends when it is told to. */
function work() {
  const ends: (() => void)[] = [];
  let begun: () => void = () => undefined;
  const reload = () =>
    new Promise<void>((resolve) => {
      ends.push(resolve);
      begun();
    });
  return {
    reload,
    ends,
    next: () =>
      new Promise<void>((resolve) => {
        begun = resolve;
      }),
  };
}

describe.skipIf(process.platform === "win32")("onHangup", () => {
  it("reloads at each signal, one after the other, and once more for all that came in between", async () => {
    const { reload, ends, next } = work();
    const undo = onHangup(reload);
    onTestFinished(undo);
    const first = next();
    process.kill(process.pid, "SIGHUP");
    await first;
    // Signals of one kind that wait may come as one; as events they do not.
    for (let i = 0; i < 3; i++) process.emit("SIGHUP", "SIGHUP");
    expect(ends).toHaveLength(1);
    const second = next();
    ends[0]?.();
    await second;
    expect(ends).toHaveLength(2);
    ends[1]?.();
    await new Promise(setImmediate);
    expect(ends).toHaveLength(2);
    const third = next();
    process.emit("SIGHUP", "SIGHUP");
    await third;
    undo();
    expect(process.listenerCount("SIGHUP")).toBe(0);
  });

  it("goes on after one that failed", async () => {
    let calls = 0;
    const undo = onHangup(() => {
      calls++;
      return Promise.reject(new Error("unreadable"));
    });
    onTestFinished(undo);
    for (let call = 1; call <= 2; call++) {
      process.emit("SIGHUP", "SIGHUP");
      await new Promise(setImmediate);
      expect(calls).toBe(call);
    }
  });
});
