import { mkdirSync, readlinkSync, renameSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { Layout } from "./layout.js";
import type { Binaries } from "./locate.js";
import { refusal } from "./refusal.js";

/**
 * Makes the library links of the npm package in the data folder, where we may write; node_modules may be read-only.
 * Links that an update left pointing at another version are replaced in place, so a running server never misses one.
 * @throws start-refused when the folder's path cannot stand in a library search path
 */
export function linkLibraries(layout: Layout, binaries: Binaries): void {
  if (binaries.links.length === 0) return;
  if (layout.lib.includes(path.delimiter)) {
    throw refusal(`The path of the data folder ${layout.dataDir} holds a "${path.delimiter}": choose one without it.`);
  }
  mkdirSync(layout.lib, { recursive: true, mode: 0o700 });
  for (const { name, target } of binaries.links) {
    const link = path.join(layout.lib, name);
    if (pointsAt(link, target)) continue;
    const draft = `${link}.${process.pid}`;
    symlinkSync(target, draft);
    renameSync(draft, link);
  }
}

function pointsAt(link: string, target: string): boolean {
  try {
    return readlinkSync(link) === target;
  } catch {
    return false;
  }
}
