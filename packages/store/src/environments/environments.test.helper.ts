import type { Environments, NewTreeEntry } from "@gatehouse/core/environments";
import { sha256, useContent } from "../content/content.test.helper.js";
import type { WatchedContentStore } from "../content/content-store.js";
import { createEnvironments } from "./environments.js";

export const MTIME = 1_763_700_000;

export const folder = (path: string, mtime = MTIME): NewTreeEntry => ({ type: "directory", path, mode: 0o755, mtime });
export const link = (path: string, target: string): NewTreeEntry => ({
  type: "link",
  path,
  mode: 0o777,
  mtime: MTIME,
  target,
});
export const fileOf = (path: string, text: string, mtime = MTIME): NewTreeEntry => {
  const bytes = Buffer.from(text);
  return { type: "file", path, mode: 0o644, mtime, size: bytes.length, sha256: sha256(bytes) };
};

/** Environments on a database of the test file's own. */
export function useEnvironments() {
  const content = useContent();
  const open = (): { environments: Environments; store: WatchedContentStore } => {
    const store = content.store();
    return { environments: createEnvironments(content.db, store), store };
  };
  /** Stores texts, as an upload does. */
  const stage = async (...texts: string[]) => {
    for (const text of texts) await content.store().stage(await content.file(`staged ${Math.random()}`, text));
  };
  return { content, open, stage };
}
