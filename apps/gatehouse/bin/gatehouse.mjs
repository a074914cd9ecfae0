#!/usr/bin/env node
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";

// V8 notes which places in the code make objects that live long, and makes theirs old from the start. Of a gateway's it is
// wrong: a request's objects are old then, and stay until a full collection, with all that hangs on them (docs/adr/0034).
setFlagsFromString("--no-allocation-site-pretenuring");

const main = new URL("../dist/cli.js", import.meta.url);
if (!existsSync(main)) {
  process.stderr.write("gatehouse: not built yet; `npm start` builds and serves\n");
  process.exit(1);
}
await import(main.href);
