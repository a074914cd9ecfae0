import { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "@gatehouse/http";
import express, { type Express } from "express";
import type { Messages } from "./listeners.js";

/** One Express app over all handlers, each asked until one answers. */
export function createApp(handlers: readonly Handler[]): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Express's own last words, for a target that it cannot parse itself, come without a stack.
  app.set("env", "production");
  for (const handler of handlers) app.use(handler);
  return app;
}

/**
 * The messages of servers that only this app listens to, made as what it turns them into: Express gives every request
 * and answer another prototype, after which V8 makes a hidden class anew for each property that is added to one, and
 * finds nothing in its caches that concerns it (docs/adr/0023).
 */
export function messagesOf(app: Express): Messages {
  class Request extends IncomingMessage {}
  class Response<R extends IncomingMessage> extends ServerResponse<R> {}
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return { IncomingMessage: Request, ServerResponse: Response };
}
