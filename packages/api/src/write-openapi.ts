import { writeFileSync } from "node:fs";
import { apiDocumentText } from "./operations.js";

// Run from dist after a build: node packages/api/dist/write-openapi.js
writeFileSync(new URL("../openapi.json", import.meta.url), apiDocumentText());
