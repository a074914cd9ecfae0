import type { IncomingMessage } from "node:http";
import express, { type RequestHandler } from "express";
import pg from "pg";
import { readPlan, sayReady } from "../yardstick-plan.js";
import { YARDSTICK_TABLE } from "./probe.js";

/** One row, and its own commit. */
const STORE = {
  name: "yardstick",
  text: `insert into ${YARDSTICK_TABLE} (agent_id, at, body) values ($1, $2, $3)`,
};

/** A request whose body is kept as it came, beside what `express.json` makes of it. */
type WithBytes = IncomingMessage & { bytes?: Buffer };

const { database, answer } = readPlan();
const body = Buffer.from(answer.body, "base64");
const pool = new pg.Pool({ ...database, max: 10 });

const handle: RequestHandler = async (req, res) => {
  const id = /AgentId='([^']*)'/.exec(req.path)?.[1];
  const { JobId } = req.body as { JobId?: unknown };
  if (id === undefined || typeof JobId !== "string") throw new Error("this is no report");
  await pool.query({ ...STORE, values: [id, new Date(), (req as WithBytes).bytes] });
  res.set(answer.headers).send(body);
};

const app = express();
app.disable("x-powered-by");
// The gateway's answers carry no ETag: with one, the yardstick would send other bytes, and hash each answer.
app.disable("etag");
app.use(
  express.json({
    limit: "20mb",
    verify: (req: WithBytes, _res, bytes) => {
      req.bytes = bytes;
    },
  }),
);
app.post(/^\/PSDSCPullServer\.svc\/Nodes/, handle);
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
