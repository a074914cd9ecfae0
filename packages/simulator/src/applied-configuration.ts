import { LcmError } from "./errors.js";
import { decodeMof, type ModuleReference, moduleReferences, parseMof } from "./mof.js";

/** One resource of an applied configuration, as reports name it. */
export interface AppliedResource {
  readonly resourceId: string;
  readonly moduleName: string;
  readonly moduleVersion: string;
  readonly configurationName: string;
  readonly sourceInfo: string;
}

/** What an LCM remembers of a configuration for its reports. */
export interface AppliedConfiguration {
  readonly checksum: string;
  /** Version of the document, "2.0.0" in practice. */
  readonly version: string;
  /** "Author: …; Name: …;" line of StatusData. */
  readonly metaData: string;
  readonly resources: readonly AppliedResource[];
  readonly modules: readonly ModuleReference[];
}

/**
 * Reads a downloaded configuration.
 *
 * @param bytes MOF file
 * @param checksum its checksum as served
 * @throws LcmError kind "protocol" when it holds no instance
 */
export function readConfiguration(bytes: Buffer, checksum: string): AppliedConfiguration {
  const instances = parseMof(decodeMof(bytes));
  if (instances.length === 0) {
    throw new LcmError("protocol", "GetConfiguration", "The configuration document holds no instances.");
  }
  const isDocument = (name: string): boolean => name.toLowerCase() === "omi_configurationdocument";
  const document = instances.find(({ className }) => isDocument(className))?.properties ?? {};
  return {
    checksum,
    version: document["version"] ?? "2.0.0",
    metaData:
      `Author: ${document["author"] ?? ""}; Name: ${document["name"] ?? ""}; Version: ${document["version"] ?? ""}; ` +
      `GenerationDate: ${document["generationdate"] ?? ""}; GenerationHost: ${document["generationhost"] ?? ""};`,
    resources: instances
      .filter(({ className, properties }) => !isDocument(className) && properties["resourceid"] !== undefined)
      .map(({ properties }) => ({
        resourceId: properties["resourceid"] ?? "",
        moduleName: properties["modulename"] ?? "",
        moduleVersion: properties["moduleversion"] ?? "",
        configurationName: properties["configurationname"] ?? "",
        sourceInfo: properties["sourceinfo"] ?? "",
      })),
    modules: moduleReferences(instances),
  };
}
