import { json, ok } from "../operation/answers.js";
import { type Operation, operation } from "../operation/operation.js";
import { type JsonSchema, looseObject } from "../operation/schema.js";

/** The operation that tells of all operations, itself too. */
export const describeApi = (document: () => JsonSchema): Operation =>
  operation({
    id: "api.openapi",
    method: "GET",
    path: "/openapi.json",
    parts: {},
    summary: "This document",
    role: "anyone",
    answers: { 200: json("OpenAPI 3.1.", looseObject()) },
    handle: () => {
      const body = document();
      return () => ok(body);
    },
  });
