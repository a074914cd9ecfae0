import type { AuthorityBundles, CertificateProfile, ProfileAuthority } from "@gatehouse/core/certificates";
import { tellsSecret } from "../autosign/token.js";
import { parseRequest } from "../request.js";
import type { Context } from "./context.js";
import { createTest } from "./findings.js";
import { createGenerate } from "./generate.js";
import { createIdentify } from "./identify.js";
import type { Issue } from "./issue.js";
import { createRenew } from "./renew.js";
import type { Revoke } from "./revoke.js";
import { createSign } from "./sign.js";
import { createStatuses } from "./statuses.js";
import { createSubmit } from "./submit.js";

/** The authority as a profile sees it. */
export function createProfile(
  context: Context,
  profile: CertificateProfile,
  issue: (what: Issue) => Promise<string>,
  revoke: Revoke,
): Omit<ProfileAuthority, keyof AuthorityBundles> {
  const { store, audit } = context;
  return {
    ...createStatuses(context, profile),
    certificate: async (name) => (await store.certificate({ name, profile }))?.pem ?? undefined,
    async request(name) {
      const request = await store.request({ name, profile });
      // Who has the secret of a token can have its names.
      return request === undefined || tellsSecret(parseRequest(request.pem)) ? undefined : request.pem;
    },
    submit: createSubmit(context, profile, issue),
    identify: createIdentify(context, profile),
    test: createTest(context, profile),
    sign: createSign(context, profile, issue),
    renew: createRenew(context, profile, issue),
    generate: createGenerate(context, profile, issue),
    revoke: (name, by) => revoke.name(name, profile, by),
    clean: (names, by) => revoke.clean(names, profile, by),
    async forget(name, by) {
      const found = (await store.clean([name], profile, null)).had.length > 0;
      if (found) await audit("ca.forget", by, name, { profile });
      return found;
    },
    async deleteRequest(name, by) {
      const found = await store.deleteRequest({ name, profile });
      if (found) await audit("ca.request.delete", by, name, { profile });
      return found;
    },
  };
}
