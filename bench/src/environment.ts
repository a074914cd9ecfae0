import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

/** What the numbers depend on; nothing that names the machine or its owner. */
export interface Environment {
  readonly gatehouse: string;
  readonly node: string;
  readonly postgresql: string;
  readonly system: string;
  readonly cores: number;
  readonly processor: string;
}

/** @param postgresql its version, as the server says it */
export function environment(postgresql: string): Environment {
  const manifest = new URL("../package.json", import.meta.url);
  return {
    gatehouse: (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version,
    node: process.versions.node,
    postgresql,
    system: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
  };
}
