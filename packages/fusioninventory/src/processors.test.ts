import { deflateSync, gzipSync } from "node:zlib";
import { GatehouseError } from "@gatehouse/core/errors";
import type { Submission } from "@gatehouse/core/submissions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FUSION, message } from "./dialect.test.helper.js";
import { aside, checks, processors } from "./processors.js";

const INVENTORY = message(
  "INVENTORY",
  "<HARDWARE><NAME>web01</NAME></HARDWARE><MEMORIES><CAPACITY>2 GB</CAPACITY></MEMORIES>",
);
const FOUND = message(
  "NETDISCOVERY",
  "<DEVICE><DNSHOSTNAME>sw1</DNSHOSTNAME></DEVICE><DEVICE><IP>192.0.2.9</IP></DEVICE>",
);
const factsOf = (body: Buffer | string, context: Submission["context"] = {}, kind = "fusioninventory.message") =>
  processors[kind]?.({ id: "1", acceptedAt: new Date(0), kind, body: new Uint8Array(Buffer.from(body)), context }) ??
  [];

describe("the processor of messages", () => {
  it.each([
    ["as it is", Buffer.from(INVENTORY), "application/xml"],
    ["in zlib", deflateSync(INVENTORY), "application/x-compress-zlib"],
    ["in gzip", gzipSync(INVENTORY), undefined],
  ])("makes an inventory of one %s", (_, body, contentType) => {
    const [fact, ...more] = factsOf(body, { of: "unsure", userAgent: FUSION, ...(contentType && { contentType }) });
    expect(more).toEqual([]);
    expect(fact).toMatchObject({
      ...{ fact: "inventory", deviceId: "web01-2024-02-29-12-00-00", itemType: "Computer", name: "web01" },
      ...{ scope: "full", of: "unsure", versionClient: FUSION },
    });
    const sections = fact?.fact === "inventory" ? fact.sections : new Map();
    expect(sections.get("memories")?.content).toEqual([{ capacity: 2048 }]);
  });

  it.each([
    ["own", "own"],
    ["collected", "collected"],
    ["unsure", "unsure"],
    ["mine", "unsure"],
    [undefined, "unsure"],
  ])("knows whose machine an inventory is of: %s", (said, of) => {
    expect(factsOf(INVENTORY, said === undefined ? {} : { of: said })).toMatchObject([{ of }]);
  });

  it("takes what was found on the network for others' machines, whatever was said", () => {
    expect(factsOf(FOUND, { of: "own" })).toMatchObject([
      { of: "collected", scope: "discovery", deviceId: "sw1", itemType: "Unmanaged" },
      { of: "collected", scope: "discovery", deviceId: "192.0.2.9", itemType: "Unmanaged" },
    ]);
  });

  it("does the same with large ones, on a thread", () => {
    expect(factsOf(INVENTORY, {}, "fusioninventory.message.large")).toEqual(factsOf(INVENTORY));
    expect(aside).toContain("fusioninventory.message.large");
  });

  it.each([
    ["what is cut off", deflateSync(INVENTORY).subarray(0, 30)],
    ["what is no XML", Buffer.from("{}")],
    ["nothing", Buffer.alloc(0)],
  ])("refuses %s", (_, body) => {
    expect(() => factsOf(body)).toThrow(expect.objectContaining({ code: "request-malformed" }));
  });
});

describe("the check", () => {
  it("says on any thread what the answer depends on", () => {
    const input = { body: new Uint8Array(Buffer.from(INVENTORY)), userAgent: FUSION };
    const head = structuredClone(checks["fusioninventory.message.check"]?.(input as never));
    expect(head).toEqual({
      ...{ purpose: "inventory", deviceId: "web01-2024-02-29-12-00-00", versionClient: FUSION, tag: undefined },
      evidence: [{ kind: "name", value: "web01" }],
    });
  });
});

/** The code of what is thrown; undefined where nothing is. @throws what is no refusal, but a fault of ours */
function refusalOf(read: () => unknown): string | undefined {
  try {
    read();
  } catch (thrown) {
    if (thrown instanceof GatehouseError) return thrown.code;
    throw thrown;
  }
  return undefined;
}

describe("what is accepted", () => {
  const check = (body: Uint8Array) => checks["fusioninventory.message.check"]?.({ body } as never);
  const name = fc.constantFrom(
    "CONTENT",
    "DEVICE",
    "INFO",
    "PORTS",
    "PORT",
    "IPS",
    "IP",
    "HARDWARE",
    "NETWORKS",
    "BIOS",
    "CPUS",
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom("", "x", "&amp;", "<![CDATA[<]]>", "ÃÂ", "99999999999999999999", "2013-25-04", "\u{10ffff}"),
      fc
        .array(fc.tuple(name, tie("tree")), { maxLength: 5 })
        .map((all) => all.map(([element, inside]) => `<${element}>${inside}</${element}>`).join("")),
    ),
  }));
  const query = fc.constantFrom("INVENTORY", "NETDISCOVERY", "SNMPQUERY", "PROLOG", "DOWNLOAD", undefined);
  /** Some are damaged, or say no deviceid. */
  const body = fc
    .tuple(query, tree, fc.constantFrom("web01", "", " "), fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 }))))
    .map(([asked, content, deviceId, damage]) => {
      const bytes = Buffer.from(message(asked, content, deviceId));
      if (damage !== null) bytes[1 + (damage[0] % (bytes.length - 1))] = damage[1];
      return bytes;
    });

  it("can be processed, and what cannot is refused when it comes", () => {
    fc.assert(
      fc.property(body, (bytes) => {
        expect(refusalOf(() => factsOf(bytes))).toBe(refusalOf(() => check(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});
