import type { BlobRef } from "../content/index.js";

/** Port: what agents backed up before they changed it. */
export interface FileBucket {
  /**
   * Keeps a file's bytes under the path that they were found at. Twice changes nothing.
   * @param agentId null for an administrator, who is no agent
   * @param file the bytes on this machine; the caller removes it
   * @param path as the agent says; empty where it does not
   */
  put(agentId: string | null, file: string, path: string): Promise<BlobRef>;
  /** @param digest lower-case hex @param path asked for where given: only what was found there counts */
  find(algorithm: "md5" | "sha256", digest: string, path?: string): Promise<BlobRef | undefined>;
  /** Drops what nobody put since; its bytes go when nothing else refers to them. @returns how many */
  drop(before: Date): Promise<number>;
}
