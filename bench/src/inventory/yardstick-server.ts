import { promisify } from "node:util";
import { inflate } from "node:zlib";
import express from "express";
import { readPlan, sayReady } from "../yardstick-plan.js";

const inflateAsync = promisify(inflate);
const { answer } = readPlan();
const body = Buffer.from(answer.body, "base64");

/** Reads, inflates and parses an inventory, and keeps nothing of it. */
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.use(express.raw({ type: () => true, limit: "16mb", inflate: false }));
app.post("/", async (req, res) => {
  const { content } = JSON.parse((await inflateAsync(req.body as Buffer)).toString("utf8")) as { content?: unknown };
  if (typeof content !== "object") throw new Error("this is no inventory");
  res.set(answer.headers).send(body);
});
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
