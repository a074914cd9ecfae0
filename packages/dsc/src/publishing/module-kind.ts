import path from "node:path";
import type { ArtifactKind } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { checkFetchableName } from "../names.js";
import { listZip } from "./zip.js";

export const MODULE = "dsc-module";

const VERSION = /^\d{1,9}(?:\.\d{1,9}){1,3}$/;

/** Resource modules (`Name_Version.zip`); many versions live side by side, each with a channel of its own. */
export const moduleKind: ArtifactKind = {
  id: MODULE,
  label: "module",
  maxBytes: 1 << 30,
  document: {
    kind: "Module",
    description: "A DSC resource module; many versions live side by side, a document for each.",
    name: "`Name_Version`, such as `xWebAdministration_3.2.0`.",
    extension: ".zip",
  },
  address(fileName) {
    const base = path.basename(fileName);
    // Names may hold underscores themselves: the last one divides.
    const [, name, version] = /^(.+)_([^_]+)\.zip$/i.exec(base) ?? [];
    if (name === undefined || version === undefined) {
      throw new GatehouseError("name-invalid", "A module's file is called Name_Version.zip.");
    }
    checkFetchableName("module", name);
    if (!VERSION.test(version)) {
      throw new GatehouseError(
        "name-invalid",
        `The version ${JSON.stringify(version)} is not two to four numbers with dots between: an LCM could not ask for it.`,
      );
    }
    return { name, channel: version };
  },
  async inspect(fileName, file) {
    const { name, channel } = moduleKind.address(fileName);
    return { name, channel, warnings: warningsOf(await listZip(file), name) };
  },
};

function warningsOf(entries: readonly string[], name: string): string[] {
  const warnings: string[] = [];
  if (entries.length === 0) warnings.push("The zip is empty.");
  if (entries.some((entry) => entry.includes("\\"))) {
    warnings.push("Entry names are written with back-slashes: Windows unpacks them, DSC for Linux does not.");
  }
  const tops = new Set(entries.map((entry) => entry.split(/[\\/]/)[0] ?? ""));
  const [top = ""] = tops;
  if (tops.size === 1 && VERSION.test(top)) {
    warnings.push(
      `Everything stands below a folder ${top}: zip the module's content without the version level, or the LCM will not find the module.`,
    );
  } else if (entries.length > 0 && !entries.some((entry) => isManifest(entry, name))) {
    warnings.push(`There is no ${name}.psd1 at the top or below ${name}/: an LCM may not recognise the module.`);
  }
  return warnings;
}

function isManifest(entry: string, name: string): boolean {
  const wanted = `${name}.psd1`.toLowerCase();
  const found = entry.replaceAll("\\", "/").toLowerCase();
  return found === wanted || found === `${name.toLowerCase()}/${wanted}`;
}
