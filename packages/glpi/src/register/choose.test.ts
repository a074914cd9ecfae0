import type { RegistrationSecret } from "@gatehouse/core/enrolment";
import { describe, expect, it } from "vitest";
import { type Registering, tokensFor } from "./choose.js";

const AGENT = "3a609a2e-947f-4e6a-9af9-32c024ac3944";
const PROXY = "e72a798f-e51b-11f1-9f32-aaea530464d7";
const NEXT = "c3447aa4-e519-11f1-9f32-aaea530464d7";
const token = (name: string, more: Partial<RegistrationSecret> = {}): RegistrationSecret => ({
  ...{ id: name, name, tag: null, agent: null, secret: Buffer.alloc(16) },
  ...more,
});
const all = [
  token("anybody 2"),
  token("anybody 1"),
  token("of shops", { tag: "shop" }),
  token("the agent's", { agent: AGENT }),
  token("the agent's as a shop", { agent: AGENT, tag: "shop" }),
  token("a proxy's", { agent: PROXY }),
  token("the next proxy's", { agent: NEXT }),
  token("a proxy's for shops", { agent: PROXY, tag: "shop" }),
];
const without = (...names: string[]) => all.filter(({ name }) => !names.includes(name));
const asking = (more: Partial<Registering> = {}): Registering => ({
  ...{ agentId: AGENT, tag: undefined, proxies: [], byOwnOnly: false, ...more },
});
const chosen = (tokens: readonly RegistrationSecret[], who: Registering, named?: string) =>
  tokensFor(tokens, who, named).map(({ token: { name }, of }) => [name, of]);

describe("which token challenges", () => {
  it("is the agent's own, before all others", () => {
    expect(chosen(all, asking({ proxies: [PROXY] }))).toEqual([["the agent's", AGENT]]);
    expect(chosen(all, asking({ tag: "shop" }))).toEqual([
      ["the agent's", AGENT],
      ["the agent's as a shop", AGENT],
    ]);
  });

  it("is else that of its tag", () => {
    const tokens = without("the agent's", "the agent's as a shop");
    expect(chosen(tokens, asking({ tag: "shop", proxies: [PROXY] }))).toEqual([["of shops", AGENT]]);
  });

  it("is else that of a proxy on the way, about that proxy, the agent's side first", () => {
    const tokens = without("the agent's", "the agent's as a shop", "of shops");
    expect(chosen(tokens, asking({ proxies: [NEXT, PROXY] }))).toEqual([["the next proxy's", NEXT]]);
    expect(chosen(tokens, asking({ proxies: [PROXY, NEXT], tag: "shop" }))).toEqual([
      ["a proxy's", PROXY],
      ["a proxy's for shops", PROXY],
    ]);
  });

  it("is else one for anybody, each in its turn, the newest first", () => {
    expect(chosen(all, asking({ agentId: NEXT.replace("c", "d"), tag: "office" }))).toEqual([
      ["anybody 2", NEXT.replace("c", "d")],
      ["anybody 1", NEXT.replace("c", "d")],
    ]);
    expect(chosen(without("anybody 1", "anybody 2"), asking({ agentId: NEXT.replace("c", "d") }))).toEqual([]);
  });

  it("is the one that the policy names, if it may be the agent's", () => {
    expect(chosen(all, asking(), "anybody 1")).toEqual([["anybody 1", AGENT]]);
    expect(chosen(all, asking(), "of shops")).toEqual([]);
    expect(chosen(all, asking({ tag: "shop" }), "of shops")).toEqual([["of shops", AGENT]]);
    expect(chosen(all, asking(), "a proxy's")).toEqual([]);
    expect(chosen(all, asking({ proxies: [PROXY] }), "a proxy's")).toEqual([["a proxy's", PROXY]]);
    expect(chosen(all, asking(), "nobody's")).toEqual([]);
  });

  it("is none but its own, for an agent that registered by that", () => {
    const tokens = without("the agent's", "the agent's as a shop");
    for (const named of [undefined, "anybody 1"])
      expect(chosen(tokens, asking({ byOwnOnly: true, proxies: [PROXY] }), named)).toEqual([]);
    expect(chosen(all, asking({ byOwnOnly: true }))).toEqual([["the agent's", AGENT]]);
  });
});
