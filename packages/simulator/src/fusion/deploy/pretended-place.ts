import type { Acted, DeployPlace, OpenFile } from "./place.js";

/** Nothing is looked at, kept or done, and all of it goes well. */
export class PretendedPlace implements DeployPlace {
  async fault(): Promise<undefined> {
    return undefined;
  }

  async file(): Promise<OpenFile> {
    return { write: async () => undefined, end: async () => undefined };
  }

  async unpack(): Promise<void> {}

  async act(): Promise<Acted> {
    return { ok: true, lines: [] };
  }

  async close(): Promise<void> {}
}
