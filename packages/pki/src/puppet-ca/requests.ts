import type { ImportedAuthority } from "@gatehouse/core/certificates";
import { GatehouseError } from "@gatehouse/core/errors";
import { altNameText } from "../alt-names.js";
import { byName } from "../extensions.js";
import type { OidNames } from "../oids.js";
import { parseRequest } from "../request.js";
import type { CaFolder } from "./files.js";
import type { Findings } from "./findings.js";

/** The requests of `requests/` that can be read; a host whose request cannot sends it again. */
export async function readRequests(
  folder: CaFolder,
  oids: OidNames,
  findings: Findings,
): Promise<ImportedAuthority["requests"][number][]> {
  const found: ImportedAuthority["requests"][number][] = [];
  for (const file of folder.files.filter((each) => /^requests\/[^/]+\.pem$/.test(each))) {
    const name = file.slice("requests/".length, -".pem".length);
    try {
      const request = parseRequest(await folder.read(file));
      if (request.name !== name) {
        findings.count("warning", file, "Its request is for another name. It is left out.");
        continue;
      }
      const { pem, fingerprints } = request;
      const altNames = request.altNames.map(altNameText);
      found.push({ name, profile: "puppet", pem, fingerprints, altNames, extensions: byName(request.puppet, oids) });
    } catch (thrown) {
      const why = thrown instanceof GatehouseError ? thrown.message : "It cannot be read.";
      findings.count("warning", file, `${why} It is left out.`);
    }
  }
  return found;
}
