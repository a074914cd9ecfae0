import path from "node:path";
import { createApiRouter } from "@gatehouse/api";
import { systemClock } from "@gatehouse/core/clock";
import type { ExchangeHook } from "@gatehouse/core/exchanges";
import { createDscRouter, dscAdapter } from "@gatehouse/dsc";
import {
  Admission,
  createHttpMetrics,
  createRouter,
  type Handler,
  type HttpMetrics,
  healthTable,
  type Log,
  type RouterDeps,
} from "@gatehouse/http";
import {
  BlobCache,
  createApiTokens,
  createAuditLog,
  createContentStore,
  createEnrolmentKeys,
  createNodeRegistry,
  type Database,
  type SecretBox,
} from "@gatehouse/store";
import express, { type Express } from "express";
import { collectDefaultMetrics } from "prom-client";
import type { Config, Mount } from "../config/types.js";
import { landingTable } from "./landing.js";
import { mountsOf } from "./listeners.js";

export interface GatewayParts {
  readonly config: Config;
  readonly dataDir: string;
  readonly db: Database;
  readonly box: SecretBox;
  readonly log: Log;
  readonly exchanges?: ExchangeHook;
  readonly draining: () => boolean;
}

export interface Gateway {
  readonly app: Express;
  readonly metrics: HttpMetrics;
  readonly registry: ReturnType<typeof createNodeRegistry>;
  readonly tokens: ReturnType<typeof createApiTokens>;
  readonly content: ReturnType<typeof createContentStore>;
}

/** Everything put together by hand: ports from the store, adapters over them, one Express app. */
export function compose({ config, dataDir, db, box, log, exchanges, draining }: GatewayParts): Gateway {
  const admission = new Admission(config.admission);
  const metrics = createHttpMetrics(admission);
  collectDefaultMetrics({ register: metrics.registry });
  const registry = createNodeRegistry(db);
  const keys = createEnrolmentKeys(db, box);
  const tokens = createApiTokens(db);
  const audit = createAuditLog(db);
  const content = createContentStore(db, new BlobCache(db, path.join(dataDir, "blobs")));
  const closing = () => draining() || config.http.connectionClose;
  const base: RouterDeps = {
    log,
    admission,
    metrics,
    clock: systemClock,
    draining: closing,
    ...(exchanges ? { exchanges } : {}),
  };
  const on = (mount: Mount): RouterDeps => ({ ...base, accepts: (req) => mountsOf(req).includes(mount) });
  const notReady = async () => [...(draining() ? ["stopping"] : []), ...((await db.isReachable()) ? [] : ["database"])];

  const handlers: Handler[] = [
    createDscRouter({ ...on("dsc"), registry, keys, content, clock: systemClock, config: config.dsc }),
    createRouter(healthTable({ notReady, metrics }), on("platform")),
    createApiRouter({
      ...on("api"),
      registry,
      keys,
      content,
      tokens,
      audit,
      clock: systemClock,
      protocols: [dscAdapter],
      uploadDir: path.join(dataDir, "uploads"),
    }),
    createRouter(landingTable(mountsOf), base),
  ];

  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Express's own last words, for a target that it cannot parse itself, come without a stack.
  app.set("env", "production");
  for (const handler of handlers) app.use(handler);
  return { app, metrics, registry, tokens, content };
}
