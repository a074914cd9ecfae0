import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasPuppetserver } from "../puppetserver.js";
import { allOrNone } from "./all-or-none.js";
import { differencesOf } from "./differences.js";
import { debianEnvironment, debianModules, roles } from "./environments.js";
import { machineFacts } from "./facts.js";
import { ruby, startOurs } from "./ours.js";
import { startPeer } from "./peer.js";
import { said, saidByPeer } from "./said.js";
import { startServed } from "./served.js";
import type { Answered, CodeServer } from "./types.js";

const missing = [
  ...(ruby === undefined ? ["puppet"] : []),
  ...(hasPuppetserver ? [] : ["puppetserver"]),
  ...(debianModules.includes("stdlib") ? [] : ["Debian's puppet-module-* packages"]),
];
const note = missing.length === 0 ? "" : ` (needs ${missing.join(", ")})`;
if (missing.length > 0)
  process.stderr.write(`Debian's modules, compiled: not run, for want of ${missing.join(", ")}\n`);

/** `$6$`, as which pw_hash's of SHA-512 begin. stdlib before 9.3 has them as bytes, on puppetserver; here they are text. */
const HASHES = /\{"__ptype":"Binary","__pvalue":"(JDYk[\w+/=]*)"\}/g;
const placed = ({ catalog = "", folder }: Answered) => ({ catalog, folder });
const placedOfPeer = ({ catalog = "", folder }: Answered) => ({
  catalog: catalog.replace(HASHES, (_, bytes: string) => JSON.stringify(Buffer.from(bytes, "base64").toString())),
  folder,
});
const CERTNAME = "modules.example.org";
/** Those that an agent asks a gateway for as well. */
const SERVED = ["apache", "concat", "postgresql"];
/** The roles are written for Debian 12: with Puppet 7, none of them may fail. */
const mayFail = ruby?.libraryVersion.startsWith("7.") === false;
/** Of Ruby's own library, which puppetserver's Ruby has less of. */
const LACKED_BY_JRUBY = /no such file to load -- net\/ftp/;

describe.skipIf(missing.length > 0)(`modules of Debian's packages, compiled by both${note}`, () => {
  let home: string;
  let environment: ReturnType<typeof debianEnvironment>;
  let servers: readonly CodeServer[] = [];
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "gatehouse-code-"));
    environment = debianEnvironment();
    servers = await allOrNone([startPeer(), startOurs(), startServed()]);
    // Providers of some modules look for their own in production, whatever they are compiled for.
    for (const server of servers) await server.deploy("production", environment.folder);
  }, 300_000);
  afterAll(async () => {
    for (const server of servers) await server.close();
    environment?.remove();
    rmSync(home, { recursive: true, force: true });
  });

  const failed: string[] = [];
  it.each(roles())("%s: resource by resource equal", async (role) => {
    const facts = await machineFacts(CERTNAME, home);
    const asked = { certname: CERTNAME, environment: "production", facts, parameters: { role } };
    const asks = SERVED.includes(role) ? servers : servers.slice(0, 2);
    const [there, ...others] = await Promise.all(asks.map((server) => server.catalog(asked)));
    if (there === undefined) throw new Error("puppetserver is missing");
    for (const here of others) {
      if (mayFail && there.error !== undefined) {
        // What is not for this library, or for the other modules of its Debian, is neither's.
        if (!LACKED_BY_JRUBY.test(there.error)) expect(said(here)).toBe(saidByPeer(there));
        failed.push(role);
        continue;
      }
      expect([there.error, here.error]).toEqual([undefined, undefined]);
      expect(JSON.parse(here.catalog ?? "").resources.length).toBeGreaterThan(5);
      expect(differencesOf(placedOfPeer(there), placed(here))).toEqual([]);
    }
  });

  it("are compiled by both, most of them", () => {
    expect(failed.length).toBeLessThan(roles().length / 2);
  });
});
