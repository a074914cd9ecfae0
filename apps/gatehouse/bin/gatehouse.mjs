#!/usr/bin/env node
import { existsSync } from "node:fs";

const main = new URL("../dist/cli.js", import.meta.url);
if (!existsSync(main)) {
  process.stderr.write("gatehouse: not built yet; `npm start` builds and serves\n");
  process.exit(1);
}
await import(main.href);
