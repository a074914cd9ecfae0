import express from "express";
import pg from "pg";
import { readPlan, sayReady } from "../yardstick-plan.js";

/** One agent by its alias: a part of what the gateway looks up. */
const FIND_AGENT = {
  name: "yardstick",
  text: `select a.id, a.node_id, a.attributes from agent_aliases l join agents a on a.id = l.agent_id
         where l.family = 'inventory' and l.kind = 'deviceid' and l.value_key = $1`,
};

const { database, answer } = readPlan();
if (database === null) throw new Error("this yardstick asks a database");
const body = Buffer.from(answer.body, "base64");
const pool = new pg.Pool({ ...database, max: 10 });

/** Finds who asks, and answers as the gateway did once. */
const app = express();
app.disable("x-powered-by");
// The gateway's answers carry no ETag: with one, the yardstick would send other bytes, and hash each answer.
app.disable("etag");
app.get("/plugins/fusioninventory/", async (req, res) => {
  const { machineid, action } = req.query;
  const { rows } = await pool.query({ ...FIND_AGENT, values: [String(machineid).toLowerCase()] });
  if (rows.length !== 1 || action !== "getConfig") throw new Error(`agent ${machineid} is not in the database`);
  res.set(answer.headers).send(body);
});
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
