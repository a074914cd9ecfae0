// @peculiar/x509 throws unless this ran before it; import the library from here only.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

export { x509 };

/** What @peculiar/x509 makes of a request: a reader that has nothing in common with ours. */
export async function x509Request(pem: string): Promise<{ verified: boolean; name: string | undefined }> {
  const request = new x509.Pkcs10CertificateRequest(pem);
  return { verified: await request.verify(), name: request.subjectName.getField("CN")[0] };
}
