import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateOf, datetimeOf } from "./dates.js";

describe("a date", () => {
  it.each([
    ["2013-04-25", "2013-04-25", "2013-04-25 00:00:00"],
    ["2013-04-25 10:11", "2013-04-25", "2013-04-25 10:11:00"],
    ["2013-04-25 10:11:12", "2013-04-25", "2013-04-25 10:11:12"],
    ["2013-04-25T10:11:12Z", "2013-04-25", "2013-04-25 10:11:12"],
    ["2013-04-25T10:11:12.123+02:00", "2013-04-25", "2013-04-25 10:11:12"],
    ["25/04/2013", "2013-04-25", "2013-04-25 00:00:00"],
    ["25/04/2013 10:11", "2013-04-25", "2013-04-25 10:11:00"],
    ["03/04/2013", "2013-04-03", "2013-04-03 00:00:00"],
    ["25.04.2013", "2013-04-25", "2013-04-25 00:00:00"],
    ["20130425", "2013-04-25", "2013-04-25 00:00:00"],
    ["Thu Mar 14 15:05:41 2013", "2013-03-14", "2013-03-14 15:05:41"],
    ["Fri Mar  1 15:05:41 2013", "2013-03-01", "2013-03-01 15:05:41"],
    ["2025/04/20 00:00:00", "2025-04-20", "2025-04-20 00:00:00"],
    ["2022-21-09 05:21:23", "2022-09-21", "2022-09-21 05:21:23"],
    ["12/31/2020 10:00:00", "2020-12-31", "2020-12-31 10:00:00"],
    ["04/25/2013", "2013-04-25", "2013-04-25 00:00:00"],
    [" 29/02/2024 ", "2024-02-29", "2024-02-29 00:00:00"],
  ])("is read from %s", (text, date, datetime) => {
    expect([dateOf(text), datetimeOf(text)]).toEqual([date, datetime]);
  });

  it("of two small numbers is read in the order that its source has", () => {
    expect([dateOf("03/04/2013", "month-first"), dateOf("25/04/2013", "month-first")]).toEqual([
      ...["2013-03-04", "2013-04-25"],
    ]);
    expect(dateOf("2013-03-04", "day-first")).toBe("2013-03-04");
  });

  it.each([
    ...["", "n/a", "N/A", "boot_time", "0", "hello", "1970-00-01", "2000-0-0,00:00:00", "2013-13-13", "31/04/2013"],
    ...["29/02/2023", "2013-04-25 24:00", "2013-04-25 10:60", "2013-04/25", "25/04/13", "0000-01-01", "99999999"],
    ...["2013-04-25 junk", "Thu Foo 14 15:05:41 2013", "1.2.3.4", `2013-04-25${" ".repeat(40)}`, "1/1/1"],
  ])("is not made of %j", (text) => {
    expect([dateOf(text), datetimeOf(text)]).toEqual([undefined, undefined]);
  });

  it("is a day of the calendar whatever it was read from, and is read again as itself", () => {
    const piece = fc.constantFrom(
      "2013",
      "04",
      "25",
      "1",
      "31",
      "/",
      "-",
      ".",
      " ",
      ":",
      "10",
      "T",
      "Z",
      "Mar",
      "Thu ",
      "00",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        const date = dateOf(text);
        if (date === undefined) return;
        expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
        expect([dateOf(date), dateOf(datetimeOf(text) ?? "")]).toEqual([date, date]);
      }),
      { numRuns: 2000 },
    );
  });
});
