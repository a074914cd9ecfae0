import https from "node:https";
import express from "express";
import { readPlan, sayReady } from "../yardstick-plan.js";

const { answer, tls } = readPlan();
if (tls === undefined) throw new Error("this yardstick speaks TLS only");
const body = Buffer.from(answer.body, "base64");

const app = express();
app.disable("x-powered-by");
// The gateway's answers carry no ETag: with one, the yardstick would send other bytes, and hash each answer.
app.disable("etag");
app.use(express.raw({ type: () => true, limit: "20mb" }));
app.all(/^\/puppet\/v3\//, (_req, res) => {
  res.set(answer.headers).send(body);
});
const server = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: false }, app);
server.listen(0, "127.0.0.1", () => sayReady(server));
