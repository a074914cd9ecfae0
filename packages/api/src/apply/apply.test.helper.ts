import { fixedClock } from "@gatehouse/core/clock";
import { CURRENT } from "@gatehouse/core/content";
import { GatehouseError } from "@gatehouse/core/errors";
import { AT } from "../api.test.helper.js";
import type { ProtocolForOperators } from "../deps.js";
import { documentKinds, type KindDeps } from "./kinds.js";

/** A protocol with everything that documents may describe of one. */
export const aProtocol: ProtocolForOperators = {
  id: "dsc",
  settings: [],
  nodeSettings: {},
  checkEnrolmentKey: (secret) => {
    if (secret.length < 16) throw new GatehouseError("request-malformed", "A key has 16 characters or more.");
    return secret.includes("!") ? ["Mind the exclamation mark."] : [];
  },
  authorizationRules: {
    schema: {
      type: "object",
      additionalProperties: false,
      required: ["path"],
      properties: { path: { type: "string" }, allow: { type: "array", items: { type: "string" } } },
    },
    check: (name, { path }) => {
      if (path === "") throw new GatehouseError("request-malformed", `The rule ${name} is for nothing.`);
    },
  },
  artifactKinds: [
    {
      id: "dsc-configuration",
      label: "configuration",
      maxBytes: 100,
      document: { kind: "Configuration", description: "A configuration.", name: "Its name.", extension: ".mof" },
      address: (fileName) => {
        const name = fileName.slice(0, -".mof".length);
        if (name.includes("/")) throw new GatehouseError("name-invalid", "The name has a slash.");
        return { name, channel: CURRENT };
      },
      inspect: () => Promise.reject(new Error("nothing is looked at here")),
    },
  ],
};

export const kindsOf = (said: Partial<KindDeps> = {}) =>
  documentKinds({
    protocols: [aProtocol],
    autosign: { configured: () => [], check: () => undefined },
    authorization: { rules: async () => [] },
    clock: fixedClock(AT),
    content: { open: () => Promise.reject(new Error("nothing is looked at here")) },
    ...said,
  });
