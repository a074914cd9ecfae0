import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedText, withoutMojibake } from "./text.js";

const takenForLatin1 = (text: string) => Buffer.from(text).toString("latin1");

describe("decodedText", () => {
  it.each([
    ["UTF-8", Buffer.from("naïve — €"), "naïve — €"],
    ["Latin-1", Buffer.from("naïve", "latin1"), "naïve"],
    ["windows-1252", Buffer.from([0x80, 0x20, 0x93, 0x61, 0x94]), "€ “a”"],
    ["UTF-8 that is cut off", Buffer.from("é").subarray(0, 1), "Ã"],
    ["nothing", Buffer.alloc(0), ""],
  ])("reads %s", (_, bytes, text) => {
    expect(decodedText(bytes)).toBe(text);
  });
});

describe("withoutMojibake", () => {
  it.each(["thrée", "Büro – 2. OG", "日本語", "€", "œuvre", "пример"])("repairs %s, taken for Latin-1", (text) => {
    expect(withoutMojibake(takenForLatin1(text))).toBe(text);
  });

  it.each([
    ["thrÃ©e", "thrée"],
    ["BÃ¼ro â€“ 2. OG", "Büro – 2. OG"],
    ["â‚¬", "€"],
    ["Å“uvre", "œuvre"],
  ])("repairs %s, taken for windows-1252", (text, repaired) => {
    expect(withoutMojibake(text)).toBe(repaired);
  });

  it.each(["", "plain", "naïve", "Ärger", "日本語 Ã©", "Ã", "Â", "SÃO PAULO", "🙂Ã©"])("leaves %s as it is", (text) => {
    expect(withoutMojibake(text)).toBe(text);
  });

  it("leaves what a second repair would change", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const wellFormed = text.toWellFormed();
        fc.pre(withoutMojibake(wellFormed) === wellFormed);
        expect(withoutMojibake(takenForLatin1(wellFormed))).toBe(wellFormed);
      }),
    );
  });
});
