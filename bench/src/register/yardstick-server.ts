import express from "express";
import pg from "pg";
import { readPlan, sayReady } from "../yardstick-plan.js";

/** One agent by its alias: a part of what the gateway looks up for each of the two. */
const FIND_AGENT = {
  name: "yardstick",
  text: `select a.id, a.node_id, a.attributes from agent_aliases l join agents a on a.id = l.agent_id
         where l.family = 'inventory' and l.kind = 'agentid' and l.value_key = $1`,
};

const { database, answer } = readPlan();
if (database === null) throw new Error("this yardstick asks a database");
const body = Buffer.from(answer.body, "base64");
const pool = new pg.Pool({ ...database, max: 10 });

/** Reads a message of REGISTER, finds its agent, and answers as the gateway did once. */
const app = express();
app.disable("x-powered-by");
// The gateway's answers carry no ETag: with one, the yardstick would send other bytes, and hash each answer.
app.disable("etag");
app.use(express.json());
app.post("/", async (req, res) => {
  const id = req.get("GLPI-Agent-ID");
  const { rows } = await pool.query({ ...FIND_AGENT, values: [id] });
  if (rows.length !== 1) throw new Error(`agent ${id} is not in the database`);
  if ((req.body as { action?: unknown }).action !== "register") throw new Error("this is no registration");
  res.set(answer.headers).send(body);
});
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
