import { createReadStream, writeFileSync } from "node:fs";
import express from "express";
import { readPlan, sayReady } from "../yardstick-plan.js";

const { answer } = readPlan();
const body = Buffer.from(answer.body, "base64");
const file = `${process.argv[2]}.part`;
writeFileSync(file, body);

/** Streams the part from its file, each time anew. */
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.get(/^\/plugins\/fusioninventory\/b\/deploy\/parts\//, (_req, res) => {
  res.set(answer.headers).set("Content-Length", String(body.length));
  createReadStream(file).pipe(res);
});
const server = app.listen(0, "127.0.0.1", () => sayReady(server));
