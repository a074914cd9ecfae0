import express, { type RequestHandler } from "express";
import pg from "pg";
import { readPlan, sayReady } from "../yardstick-plan.js";

/** One agent by its alias: the first half of what the gateway looks up for a check-in. */
const FIND_AGENT = {
  name: "yardstick",
  text: `select a.id, a.node_id, a.attributes from agent_aliases l join agents a on a.id = l.agent_id
         where l.family = 'dsc' and l.kind = 'agentid' and l.value_key = $1`,
};

const { database, answer } = readPlan();
const body = Buffer.from(answer.body, "base64");
const pool = database === null ? undefined : new pg.Pool({ ...database, max: 10 });

const handle: RequestHandler = async (req, res) => {
  if (pool !== undefined) {
    const id = /AgentId='([^']*)'/.exec(req.path)?.[1]?.toLowerCase();
    const { rows } = await pool.query({ ...FIND_AGENT, values: [id] });
    if (rows.length !== 1) throw new Error(`agent ${id} is not in the database`);
  }
  res.set(answer.headers).send(body);
};

const app = express();
app.disable("x-powered-by");
// The gateway's answers carry no ETag: with one, the yardstick would send other bytes, and hash each answer.
app.disable("etag");
app.use(express.json());
app.all(/^\/PSDSCPullServer\.svc\/Nodes/, handle);
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
