import { asGatehouseError } from "@gatehouse/core/errors";
import type { RouteRow } from "@gatehouse/http";
import type { PuppetAuthority } from "../deps.js";
import { text } from "../errors.js";

/** Bytes: agents send none, and say that they are text. */
const RENEWAL_LIMIT = 64 * 1024;

/**
 * A new certificate for the one that the caller shows, as agents from 8 on ask for 30 days before its end
 * (wire/puppet.md section 4). They take 403 and 404 for a warning and go on with the old one.
 */
export const renewalRoute = (authority: PuppetAuthority): RouteRow => ({
  id: "puppet.ca.renewal",
  method: "POST",
  pattern: /^\/puppet-ca\/v1\/certificate_renewal$/,
  access: { who: "rules" },
  bodyLimit: RENEWAL_LIMIT,
  admission: "submission",
  handle: async ({ peer, log }) => {
    // Also where an operator's rule lets everybody come this far.
    if (peer.kind !== "verified" || peer.profile !== "puppet")
      return text(400, "No valid certificate found in renewal request");
    const { name, serial, certificate } = peer;
    try {
      const pem = await authority.renew({ pem: certificate, serial });
      log.info("certificate renewed", { protocol: "puppet", name, serial });
      return text(200, pem);
    } catch (thrown) {
      const { code, message, detail } = asGatehouseError(thrown);
      if (code === "not-found") return text(404, "Not Found");
      if (code !== "forbidden" && code !== "request-malformed") throw thrown;
      log.warn("certificate not renewed", { protocol: "puppet", name, serial, code, reason: message, detail });
      return text(code === "forbidden" ? 403 : 400, message);
    }
  },
});
