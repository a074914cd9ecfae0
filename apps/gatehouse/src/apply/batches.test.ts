import { SMALL_CONTENT } from "@gatehouse/core/content";
import { expect, it } from "vitest";
import { batchesOf, bytesOf } from "./batches.js";

const filesOf = (sizes: readonly number[]) => sizes.map((size, i) => [`${i}`, { file: `f${i}`, size }] as const);

it("large files go alone, small ones together up to the bounds of a batch", () => {
  const { small, large } = batchesOf(filesOf([1, SMALL_CONTENT + 1, SMALL_CONTENT, 0]));
  expect(small.map((batch) => batch.map(([name]) => name))).toEqual([["0", "2", "3"]]);
  expect(large.map(([name]) => name)).toEqual(["1"]);
  expect(batchesOf([])).toEqual({ small: [], large: [] });
});

it("a batch has at most 1,000 files and 2 MiB", () => {
  const many = batchesOf(filesOf(Array.from({ length: 2001 }, () => 0))).small;
  expect(many.map(({ length }) => length)).toEqual([1000, 1000, 1]);
  const full = batchesOf(filesOf(Array.from({ length: 65 }, () => SMALL_CONTENT))).small;
  expect(full.map(({ length }) => length)).toEqual([32, 32, 1]);
});

it("bytes are those that are given, cut off where they are more than may be", async () => {
  const bytes = Buffer.alloc(SMALL_CONTENT + 1);
  expect((await bytesOf([["x", { file: bytes, size: 1 }]])).map(({ length }) => length)).toEqual([SMALL_CONTENT]);
});
