import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from "node:crypto";

/** What an LCM presents: a self-signed certificate that no authority knows. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  /** SHA-1 in upper-case hex, as a registration names it. */
  readonly thumbprint: string;
}

const CN = "0603550403";
const ECDSA_WITH_SHA256 = "300a06082a8648ce3d040302";

/** Makes one (EC P-256, a year): Node can sign, and not write certificates. */
export function makeClientCertificate(commonName = "DSC-OaaS"): ClientCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = der(0x30, der(0x31, der(0x30, hex(CN), der(0x0c, Buffer.from(commonName)))));
  const validity = der(0x30, time(-86_400_000), time(365 * 86_400_000));
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    hex(ECDSA_WITH_SHA256),
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const certificate = der(0x30, body, hex(ECDSA_WITH_SHA256), signature);
  return {
    cert: new X509Certificate(certificate).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    thumbprint: createHash("sha1").update(certificate).digest("hex").toUpperCase(),
  };
}

const hex = (text: string) => Buffer.from(text, "hex");

/** UTCTime, so many milliseconds from now. */
const time = (fromNow: number) =>
  der(0x17, Buffer.from(`${new Date(Date.now() + fromNow).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
