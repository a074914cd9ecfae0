import { type DocumentKind, documentKinds } from "@gatehouse/api";
import { systemClock } from "@gatehouse/core/clock";

import { protocols } from "../protocols.js";

/** Every kind of document, as far as one can be looked at without a gateway, whose configuration is not known here. */
export const localKinds = (): DocumentKind[] =>
  documentKinds({
    protocols,
    autosign: { configured: () => [], check: () => undefined },
    authorization: { rules: async () => [] },
    clock: systemClock,
    content: { open: () => Promise.reject(new Error("there is no gateway here")) },
  });
