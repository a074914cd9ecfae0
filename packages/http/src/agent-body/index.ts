export { AGENT_BODY_TYPES, type AskingHeaders, answerCoding, type BodyCoding, codingOfType } from "./coding.js";
export {
  AGENT_BODY_LIMITS,
  type AgentBody,
  type AgentBodyLimits,
  type BodySyntax,
  decodeAgentBody,
  decodeAgentBodySync,
  mostUnpacked,
} from "./decode.js";
export { encodeAgentBody } from "./encode.js";
