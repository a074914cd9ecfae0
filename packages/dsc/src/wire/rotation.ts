import { type CertificateInformation, certificateSchema } from "./registration.js";

/** Body of CertificateRotation (MS-DSCPM 3.12.5.1). No recording has one. */
export interface RotationBody {
  readonly RotationInformation: {
    readonly CertificateInformation: CertificateInformation & { readonly Thumbprint: string };
  };
}

/** The thumbprint is what everything hangs on: unlike at a registration it must be there. */
export const rotationSchema = {
  type: "object",
  required: ["RotationInformation"],
  properties: {
    RotationInformation: {
      type: "object",
      required: ["CertificateInformation"],
      properties: {
        CertificateInformation: {
          ...certificateSchema,
          type: "object",
          required: ["Thumbprint"],
          properties: { ...certificateSchema.properties, Thumbprint: { type: "string", maxLength: 255 } },
        },
      },
    },
  },
};
