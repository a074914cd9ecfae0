import { describe, expect, it } from "vitest";
import { spliced } from "./spliced.js";

const resource = { type: "File", title: "/a", tags: [], exported: false, kind: "compilable_type" } as const;
const edge = { source: "Class[main]", target: "File[/a]" };
const more = { resources: [resource], edges: [edge] };
const text = (resources: string, edges: string) =>
  `{"tags":[],"resources":[${resources}],"edges":[${edges}],"classes":["a"]}`;
const said = (json: string, added: Parameters<typeof spliced>[1] = more) =>
  spliced(Buffer.from(json), added)?.toString();

describe("a catalog's text with more in it", () => {
  it("keeps what was there as it was written", () => {
    const number = '{"type":"A","parameters":{"a":1.0,"b":12345678901234567890}}';
    expect(said(text(number, '{"source":"a"}'))).toBe(
      text(`${number},${JSON.stringify(resource)}`, `{"source":"a"},${JSON.stringify(edge)}`),
    );
  });

  it("has what is added where there was nothing, and stays the same without", () => {
    expect(said(text("", ""))).toBe(text(JSON.stringify(resource), JSON.stringify(edge)));
    expect(said(text('{"a":1}', ""), { resources: [], edges: [] })).toBe(text('{"a":1}', ""));
  });

  it("is not misled by what resources and titles say", () => {
    const odd = { type: "A", parameters: { edges: [[]], classes: [[]], x: [1], y: '],"edges":[],"classes":[' } };
    const nested = JSON.stringify({ ...odd, parameters: { list: [1], edges: [2], more: [3], classes: [4] } });
    const title = JSON.stringify({ source: 'A[],"classes":[]', target: 'A[],"edges":[]' });
    const made = JSON.parse(said(text(`${JSON.stringify(odd)},${nested}`, title)) ?? "");
    expect(made).toEqual({
      tags: [],
      resources: [odd, JSON.parse(nested), resource],
      edges: [JSON.parse(title), edge],
      classes: ["a"],
    });
  });

  it("is none for a text that is written otherwise", () => {
    expect([said("{}"), said('{"resources":[],"classes":[],"edges":[]}')]).toEqual([undefined, undefined]);
  });
});
