import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { DocumentsError } from "./faults.js";

/** A folder with these files, gone after the test. A text that begins with `-> ` is a link. */
export function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-apply-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(dir, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof text === "string" && text.startsWith("-> ")) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text);
  }
  return dir;
}

/** The lines that a person would read, without the folder's name; fails when there is nothing wrong. */
export async function refusalOf(dir: string, work: () => unknown): Promise<string[]> {
  try {
    await work();
  } catch (thrown) {
    if (!(thrown instanceof DocumentsError)) throw thrown;
    return (dir === "" ? thrown.message : thrown.message.replaceAll(`${dir}/`, "")).split("\n");
  }
  throw new Error("nothing was refused");
}
