import { describe, expect, it } from "vitest";
import { checks, kindOf, processors } from "./processors.js";

const submission = (kind: string, body: Uint8Array) => ({ id: "1", acceptedAt: new Date(0), kind, body });

describe("processors", () => {
  it("turn facts into facts of the agent's node", () => {
    const body = Buffer.from('{"name":"web01","values":{"a":{"b":[1,null]}}}');
    const facts = processors["puppet.facts"]?.(submission("puppet.facts", body));
    expect(facts).toEqual([{ fact: "facts", source: "puppet", facts: { a: { b: [1, null] } }, evidence: [] }]);
    expect(structuredClone(facts)).toEqual(facts);
  });

  it("know every kind that is handed in, and every check that is asked for", () => {
    expect(kindOf("puppet.facts", "json")).toBe("puppet.facts");
    expect(Object.keys(processors)).toContain(kindOf("puppet.facts", "msgpack"));
    expect(Object.keys(checks)).toContain(kindOf("puppet.facts.read", "msgpack"));
  });
});
