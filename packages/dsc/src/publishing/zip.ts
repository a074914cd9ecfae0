import { GatehouseError } from "@gatehouse/core/errors";
import { open, type ZipFile } from "yauzl";

const MOST_ENTRIES = 100_000;

/** The entry names of a zip as they stand in it; nothing is unpacked. @throws request-malformed when it is no sound zip */
export async function listZip(file: string): Promise<string[]> {
  const malformed = (error: Error | null) =>
    new GatehouseError(
      "request-malformed",
      "The file is not a sound zip archive.",
      error === null ? {} : { detail: error.message },
    );
  // Raw names: yauzl would turn back-slashes into slashes, and those are worth a warning.
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(file, { lazyEntries: true, decodeStrings: false }, (error, opened) =>
      opened ? resolve(opened) : reject(malformed(error)),
    );
  });
  if (zip.entryCount > MOST_ENTRIES) {
    zip.close();
    throw new GatehouseError("request-malformed", `The zip has more than ${MOST_ENTRIES} entries.`);
  }
  return new Promise((resolve, reject) => {
    const names: string[] = [];
    zip.on("entry", (entry: { fileName: Buffer | string }) => {
      names.push(entry.fileName.toString());
      zip.readEntry();
    });
    zip.on("end", () => resolve(names));
    zip.on("error", (error: Error) => {
      zip.close();
      reject(malformed(error));
    });
    zip.readEntry();
  });
}
