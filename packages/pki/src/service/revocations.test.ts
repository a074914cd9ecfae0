import type { CertificateStore } from "@gatehouse/core/certificates";
import { fixedClock } from "@gatehouse/core/clock";
import { describe, expect, it } from "vitest";
import { Revocations } from "./revocations.js";

type Revoked = Awaited<ReturnType<CertificateStore["revocations"]>>;

const revoked = (generation: bigint, ...serials: string[]): Revoked => ({
  generation,
  entries: serials.map((serial) => ({ serial, revokedAt: new Date(0), notAfter: null })),
});

/** Revocations over a store that answers what it is told to, when it is told to. */
function over() {
  const asked: ((answer: Revoked | Error) => void)[] = [];
  const told: (readonly string[])[] = [];
  const clock = fixedClock("2026-11-20T12:00:00Z");
  const store = {
    revocations: () =>
      new Promise<Revoked>((resolve, reject) =>
        asked.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer))),
      ),
  };
  const revocations = new Revocations({
    store,
    clock,
    confirmWithin: 30,
    onRevoked: (serials) => void told.push(serials),
  });
  const read = async (answer: Revoked) => {
    const reading = revocations.refresh();
    asked.at(-1)?.(answer);
    await reading;
  };
  return { asked, told, clock, revocations, read };
}

describe("revocations in memory", () => {
  it("are those of the last reading, and each is told once", async () => {
    const { revocations, told, read } = over();
    await read(revoked(1n, "0001"));
    await read(revoked(2n, "0001", "0002"));
    expect([told, revocations.has("0001"), revocations.has("0002")]).toEqual([[["0001"], ["0002"]], true, true]);
    // Its certificate has ended.
    await read(revoked(2n, "0002"));
    expect([revocations.has("0001"), revocations.has("0002")]).toEqual([false, true]);
  });

  it("are not undone by a store that lags behind", async () => {
    const { revocations, read } = over();
    await read(revoked(2n, "0001", "0002"));
    await read(revoked(1n, "0001"));
    expect(revocations.has("0002")).toBe(true);
    await read(revoked(1n, "0003"));
    expect([revocations.has("0003"), revocations.has("0002")]).toEqual([true, true]);
  });

  it("keep what was revoked here while the store was answering", async () => {
    const { asked, revocations, told } = over();
    const reading = revocations.refresh();
    revocations.add(["0009"]);
    asked[0]?.(revoked(5n, "0001"));
    await reading;
    expect([revocations.has("0009"), told]).toEqual([true, [["0009"], ["0001"]]]);
  });

  it("are confirmed from when the question was asked", async () => {
    const { asked, clock, revocations } = over();
    expect(revocations.confirmed).toBe(false);
    const reading = revocations.refresh();
    clock.set("2026-11-20T12:00:29Z");
    asked[0]?.(revoked(1n));
    await reading;
    expect(revocations.confirmed).toBe(true);
    clock.set("2026-11-20T12:00:31Z");
    expect(revocations.confirmed).toBe(false);
  });

  it("are asked for where they are not confirmed, and not where they are", async () => {
    const { asked, clock, revocations } = over();
    const first = revocations.confirm();
    asked[0]?.(revoked(1n));
    await first;
    await revocations.confirm();
    expect(asked).toHaveLength(1);
    clock.set("2026-11-20T13:00:00Z");
    const failed = revocations.confirm();
    asked[1]?.(new Error("gone"));
    await expect(failed).rejects.toThrow("gone");
    const slow = revocations.confirm();
    clock.set("2026-11-20T13:00:31Z");
    asked[2]?.(revoked(1n));
    await expect(slow).rejects.toThrow("Revocations cannot be confirmed.");
  });
});
