import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const agents = fileURLToPath(new URL("../deploy/agents/", import.meta.url));
const dir = mkdtempSync(path.join(tmpdir(), "gatehouse-agents-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const OURS = "-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n";
const THEIRS = "-----BEGIN CERTIFICATE-----\ntheirs\n-----END CERTIFICATE-----\n";
const digest = createHash("sha256").update(OURS).digest("hex");

/** What `fetch_ca` of the agents' scripts makes of what somebody answers. */
function fetched(answered, env) {
  const home = mkdtempSync(path.join(dir, "home-"));
  const bin = path.join(home, "bin");
  mkdirSync(bin);
  writeFileSync(path.join(home, "answer"), answered);
  // curl's -o FILE.
  const curl = `#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\ncp '${home}/answer' "$2"\n`;
  writeFileSync(path.join(bin, "curl"), curl, { mode: 0o755 });
  const { status, stderr } = spawnSync("/bin/sh", ["-euc", `. '${agents}common.sh'; fetch_ca`], {
    env: { PATH: `${bin}:${process.env.PATH}`, GATEHOUSE_SERVER: "gatehouse", AGENT_HOME: home, ...env },
    encoding: "utf8",
  });
  const kept = path.join(home, "gatehouse-ca.pem");
  return { status, stderr, trusted: existsSync(kept) ? readFileSync(kept, "utf8") : undefined };
}

describe("an agent that is told which authority is its own", () => {
  const spelled = digest.toUpperCase().replaceAll(/(..)(?!$)/g, "$1:");

  it.each([digest, spelled])("trusts it: %s", (told) => {
    expect(fetched(OURS, { AGENT_CA_SHA256: told })).toMatchObject({ status: 0, trusted: OURS });
  });

  it.each([THEIRS, OURS + THEIRS, THEIRS + OURS, ""])("trusts no other, nor one beside it", (answered) => {
    const { status, stderr, trusted } = fetched(answered, { AGENT_CA_SHA256: digest });
    expect({ status, trusted }).toEqual({ status: 1, trusted: undefined });
    expect(stderr).toContain("another authority");
  });

  it("trusts whoever answers where it is told nothing", () => {
    expect(fetched(THEIRS, {})).toMatchObject({ status: 0, trusted: THEIRS });
  });
});
