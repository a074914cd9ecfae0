import { LcmError } from "./errors.js";
import type { Flavour } from "./flavour.js";
import { checksumOf } from "./signature.js";
import type { LcmAnswer } from "./transport.js";

/** A configuration or module whose checksum was verified. */
export interface Download {
  readonly bytes: Buffer;
  /** Checksum header in the letter case the server used: the LCM echoes it at its next check-in. */
  readonly checksum: string;
  readonly answer: LcmAnswer;
}

/**
 * Accepts or refuses a downloaded configuration or module as an LCM does.
 *
 * @param flavour DSC for Linux needs both checksum headers, WMF the checksum itself
 * @param answer what the server sent
 * @throws LcmError kind "status" for anything but 200, "protocol" for missing or foreign checksum headers, "checksum"
 *   when the bytes are not what the Checksum header says
 * @see MS-DSCPM, GetConfiguration and GetModule
 */
export function readDownload(flavour: Flavour, answer: LcmAnswer): Download {
  const { operation } = answer;
  if (answer.status !== 200) {
    throw new LcmError("status", operation, `${operation} returned unexpected response code ${answer.status}.`, answer);
  }
  const checksum = answer.headers["checksum"];
  const algorithm = answer.headers["checksumalgorithm"];
  if (checksum === undefined || (algorithm === undefined && flavour === "linux")) {
    throw new LcmError("protocol", operation, "Invalid response from server: checksum headers are missing.", answer);
  }
  if (algorithm !== undefined && algorithm.toUpperCase() !== "SHA-256") {
    throw new LcmError("protocol", operation, `Invalid checksum algorithm: ${algorithm}.`, answer);
  }
  if (checksumOf(answer.body) !== checksum.toUpperCase()) {
    const what = operation === "GetModule" ? "module" : "configuration";
    throw new LcmError("checksum", operation, `Checksum for ${what} does not match.`, answer);
  }
  return { bytes: answer.body, checksum, answer };
}
