export { type ShownBody, shownBody } from "./body.js";
export { maskedHeaders, maskedUrl } from "./mask.js";
