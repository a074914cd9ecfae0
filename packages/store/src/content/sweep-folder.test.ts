import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { bytesOf, sha256, useContent } from "./content.test.helper.js";
import { sweepFolder } from "./sweep-folder.js";

const content = useContent();
const placeOf = (bytes: Buffer, more = "") =>
  path.join(content.cacheDir, sha256(bytes).slice(0, 2), `${sha256(bytes).slice(2)}${more}`);
const old = (file: string) => utimes(file, 1, 1);
const lay = async (file: string) => {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, "x");
};

it("what is not stored any more goes, and what a crash left half laid; what is new, stored, or not ours stays", async () => {
  const [stored, gone, fresh] = [bytesOf("stored", 10), bytesOf("gone", 10), bytesOf("fresh", 10)];
  await content.publish("stored", stored);
  await content.store().open({ sha256: sha256(stored), size: stored.length });
  const half = placeOf(stored, `.${randomUUID()}`);
  const beingLaid = placeOf(stored, `.${randomUUID()}`);
  const foreign = path.join(content.cacheDir, "00", "README");
  const outside = path.join(content.cacheDir, "lost+found", sha256(gone).slice(2));
  for (const file of [placeOf(gone), placeOf(fresh), half, beingLaid, foreign, outside]) await lay(file);
  for (const file of [placeOf(stored), placeOf(gone), half, foreign, outside]) await old(file);
  expect(await content.store().sweep()).toBe(2);
  expect([placeOf(gone), half].map((file) => existsSync(file))).toEqual([false, false]);
  for (const file of [placeOf(stored), placeOf(fresh), beingLaid, foreign, outside])
    expect(existsSync(file)).toBe(true);
  expect(await content.store().sweep()).toBe(0);
});

it("a folder that is not there yet has nothing to take out", async () => {
  expect(await sweepFolder(content.db, path.join(content.cacheDir, "nowhere"))).toBe(0);
});
