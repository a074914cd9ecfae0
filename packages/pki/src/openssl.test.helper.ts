import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Said {
  readonly status: number | null;
  /** Both outputs together. */
  readonly text: string;
}

/** What OpenSSL says; `files` lie in the folder that it runs in. */
export function openssl(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}): Said {
  const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-pki-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(dir, name), content);
    const { status, stdout, stderr, error } = spawnSync("openssl", args, {
      cwd: dir,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (error !== undefined) throw error;
    return { status, text: stdout + stderr };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Without octets, such as moduli and signatures, that differ from one to the other. */
export const withoutOctets = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^ *([0-9a-f]{2}:)+([0-9a-f]{2})?$/.test(line))
    .join("\n");
