import { GatehouseError } from "@gatehouse/core/errors";
import type { ZipFile } from "yauzl";

const MOST_ENTRIES = 100_000;
/** A zip may be nothing but names of 64 KiB each, and they are all held at once. */
const MOST_NAME_BYTES = 16 << 20;

/** The entry names of a zip as they stand in it; nothing is unpacked. @throws request-malformed when it is no sound zip */
export async function listZip(file: string): Promise<string[]> {
  const malformed = (error: Error | null) =>
    new GatehouseError(
      "request-malformed",
      "The file is not a sound zip archive.",
      error === null ? {} : { detail: error.message },
    );
  const { open } = await import("yauzl");
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
    let bytes = 0;
    zip.on("entry", (entry: { fileName: Buffer | string }) => {
      bytes += entry.fileName.length;
      if (bytes > MOST_NAME_BYTES) {
        zip.close();
        reject(new GatehouseError("request-malformed", "The names in the zip are longer than any module's."));
        return;
      }
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
