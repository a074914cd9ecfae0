import { type DocumentKind, documentKinds } from "@gatehouse/api";
import { systemClock } from "@gatehouse/core/clock";
import { dscAdapter } from "@gatehouse/dsc";
import { puppetAdapter } from "@gatehouse/puppet";

/** Every kind of document, as far as one can be looked at without a gateway, whose configuration is not known here. */
export const localKinds = (): DocumentKind[] =>
  documentKinds({
    protocols: [dscAdapter, puppetAdapter],
    autosign: { configured: () => [], check: () => undefined },
    authorization: { rules: async () => [] },
    clock: systemClock,
  });
