import { Problem } from "./models/common.js";
import { type Answers, PEM_TYPE } from "./operation/answers.js";
import { BASE, type Operation } from "./operation/operation.js";
import type { JsonSchema } from "./operation/schema.js";

const PROBLEM_RESPONSES: Readonly<Record<number, string>> = {
  400: "The request is not as this operation wants it; the title says where.",
  401: "There is no token and no operator's certificate, or it is unknown, expired or revoked.",
  403: "The caller's role may not do this.",
  404: "There is no such thing.",
  408: "The body did not arrive in time.",
  409: "The request does not fit what is stored.",
  413: "The body is larger than this operation takes.",
  415: "The body has a Content-Encoding.",
  501: "This gateway does not offer it: the title says what is missing.",
  503: "Too much is in flight, or the database cannot be reached. Retry-After says when to try again.",
};

/** Which refusals an operation may answer with, each a problem. */
export function refusalsOf({ role, parts, body, upload, refusals = [] }: Operation): number[] {
  const found = new Set<number>([400, 503, ...refusals]);
  if (role !== "anyone") found.add(401);
  if (role === "operator" || role === "admin") found.add(403);
  if (Object.keys(parts).length > 0) found.add(404);
  if (body !== undefined || upload !== undefined) found.add(413);
  // An upload may take its time, and is stored as it comes.
  if (body !== undefined) for (const status of [408, 415]) found.add(status);
  return [...found].sort((a, b) => a - b);
}

/** The OpenAPI 3.1 document of these operations, always in the same order. */
export function openApiDocument(
  operations: readonly Operation[],
  { version }: { readonly version: string },
): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const operation of operations) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] as object, { [operation.method.toLowerCase()]: operationOf(operation) });
  }
  const schemas = Object.assign({}, Problem.components, ...operations.flatMap(componentsOf));
  const used = new Set(operations.flatMap(refusalsOf));
  return {
    openapi: "3.1.0",
    info: {
      title: "Gatehouse",
      summary: "The operators' API.",
      description:
        "Everything that operators do with Gatehouse. `x-role` of an operation is the least role of the caller that it needs; each role includes those before it: viewer, operator, admin. Every error is a Problem, also one that an operation does not list.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      version,
    },
    servers: [{ url: BASE, description: "This gateway." }],
    security: [{ bearer: [] }, { certificate: [] }],
    tags: [...new Set(operations.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: Object.fromEntries(
        Object.entries(PROBLEM_RESPONSES)
          .filter(([status]) => used.has(Number(status)))
          .map(([status, description]) => [
            `Problem${status}`,
            { description, content: { "application/problem+json": { schema: Problem.json } } },
          ]),
      ),
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A token made with `gatehouse token create`." },
        certificate: {
          type: "mutualTLS",
          description:
            "A certificate of profile `operator`, whose extension `pp_auth_role` is the role; it counts where no Authorization is sent.",
        },
      },
    },
  };
}

const tagOf = ({ path }: Operation): string => /^\/([^/.]+)/.exec(path)?.[1] ?? path;

function operationOf(operation: Operation): JsonSchema {
  const { id, summary, description, role, parts, query = {}, answers } = operation;
  const inPath = Object.entries(parts).map(([name, said]) => ({
    name,
    in: "path",
    required: true,
    description: said,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query).map(([name, { description: said, schema, occurs }]) => ({
    name,
    in: "query",
    required: occurs === "required",
    description: said,
    schema: schema.json,
  }));
  const parameters = [...inPath, ...inQuery];
  return {
    operationId: id,
    tags: [tagOf(operation)],
    summary,
    ...(description === undefined ? {} : { description }),
    "x-role": role,
    ...(role === "anyone" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBodyOf(operation),
    responses: { ...responsesOf(answers), ...problemsOf(operation) },
  };
}

function requestBodyOf({ body, upload }: Operation): JsonSchema {
  if (body !== undefined)
    return { requestBody: { required: true, content: { "application/json": { schema: body.json } } } };
  if (upload === undefined) return {};
  const content = { "application/octet-stream": { schema: BYTES } };
  return { requestBody: { required: true, description: upload.description, content } };
}

const BYTES = { type: "string", format: "binary" };

function responsesOf(answers: Answers): JsonSchema {
  const headers = { "Content-Disposition": { description: "A name for the file.", schema: { type: "string" } } };
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, content, schema }]) => {
      const contents = {
        json: { description, content: { "application/json": { schema: schema?.json ?? {} } } },
        pem: { description, content: { [PEM_TYPE]: { schema: { type: "string" } } } },
        events: { description, content: { "text/event-stream": { schema: { type: "string" } } } },
        bytes: { description, headers, content: { "application/octet-stream": { schema: BYTES } } },
        none: { description },
      };
      return [status, contents[content]];
    }),
  );
}

const problemsOf = (operation: Operation): JsonSchema =>
  Object.fromEntries(
    refusalsOf(operation).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
  );

function componentsOf({ query = {}, body, answers }: Operation): JsonSchema[] {
  const schemas = [
    ...Object.values(query).map(({ schema }) => schema),
    ...(body === undefined ? [] : [body]),
    ...Object.values(answers).flatMap(({ schema }) => schema ?? []),
  ];
  return schemas.map(({ components }) => components);
}
