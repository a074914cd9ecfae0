import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { FileSearch, FoundFile } from "./machine.js";

/**
 * Searches a folder of this machine as agents do (wire/fusioninventory.md section 5).
 * @param root stands for `/`
 * @returns paths as the agent would have them
 */
export async function findFilesIn(root: string, search: FileSearch): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  await walk(root, search.dir, search, found);
  return found;
}

async function walk(root: string, dir: string, search: FileSearch, found: FoundFile[]): Promise<void> {
  const entries = await readdir(join(root, dir), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (found.length >= search.limit) return;
    const path = `${dir.replace(/\/$/, "")}/${entry.name}`;
    if (await fits(root, path, entry.isDirectory(), search))
      found.push({ path, size: (await stat(join(root, path))).size });
    if (entry.isDirectory() && search.recursive) await walk(root, path, search, found);
  }
}

async function fits(root: string, path: string, isDirectory: boolean, { filter }: FileSearch): Promise<boolean> {
  const isOn = (key: string) => filter[key] === true || Number(filter[key] ?? 0) === 1;
  const text = (key: string) => (filter[key] === undefined || filter[key] === "" ? undefined : String(filter[key]));
  if (isDirectory ? isOn("is_file") : isOn("is_dir")) return false;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [exact, loose, regex] = [text("name"), text("iname"), text("regex")];
  if (exact !== undefined && name !== exact) return false;
  if (loose !== undefined && name.toLowerCase() !== loose.toLowerCase()) return false;
  if (regex !== undefined && !new RegExp(regex).test(path)) return false;
  const { size } = await stat(join(root, path));
  const [equals, greater, lower] = ["sizeEquals", "sizeGreater", "sizeLower"].map(text);
  if (equals !== undefined && size !== Number(equals)) return false;
  if (greater !== undefined && size <= Number(greater)) return false;
  if (lower !== undefined && size >= Number(lower)) return false;
  for (const [key, algorithm] of [
    ["checkSumSHA512", "sha512"],
    ["checkSumSHA2", "sha256"],
  ] as const) {
    const digest = text(key);
    if (digest === undefined) continue;
    if (isDirectory) return false;
    const own = createHash(algorithm)
      .update(await readFile(join(root, path)))
      .digest("hex");
    if (own !== digest.toLowerCase()) return false;
  }
  return true;
}
