import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Ran, run } from "../puppet/programs.js";

/** An unmodified agent with all that it keeps in a folder of its own. */
export interface InventoryAgent {
  /** One whole session with the server. @param options as on its command line, besides where it is pointed */
  run(url: string, ...options: string[]): Promise<Ran>;
  remove(): void;
}

const SETUP = "/usr/share/fusioninventory/lib/setup.pm";

/**
 * FusionInventory Agent. Debian's has its folder in a module of its own, which may be another one: all else is as
 * installed.
 */
export function fusionInventoryAgent(): InventoryAgent {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-fusioninventory-"));
  const [lib, kept] = [path.join(folder, "lib"), path.join(folder, "var")];
  for (const each of [lib, kept]) mkdirSync(each);
  const setup = readFileSync(SETUP, "utf8").replace(/vardir(\s*)=> ".*?"/, `vardir$1=> "${kept}"`);
  writeFileSync(path.join(lib, "setup.pm"), setup);
  return {
    run: (url, ...options) =>
      run(
        "env",
        [
          ...[`PERL5LIB=${lib}`, "PERL5OPT=-Msetup", "fusioninventory-agent"],
          ...["--config=none", "--logger=stderr", "--debug", "--debug", "--no-httpd", `--server=${url}`, ...options],
        ],
        folder,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** OCS Inventory NG's agent for Unix. As Debian installs it, it writes to a folder; said on the command line, a server counts. */
export function ocsAgent(): InventoryAgent {
  const folder = mkdtempSync(path.join(tmpdir(), "gatehouse-ocs-"));
  const kept = path.join(folder, "var");
  mkdirSync(kept);
  return {
    run: (url, ...options) =>
      run(
        "ocsinventory-agent",
        ["--debug", "--local=0", `--basevardir=${kept}`, `--server=${url}`, ...options],
        folder,
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
