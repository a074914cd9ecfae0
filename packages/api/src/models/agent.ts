import { agentFamilies } from "@gatehouse/core/nodes";
import { named, oneOf } from "../operation/schema.js";

export const AgentFamily = named("AgentFamily", oneOf(agentFamilies));
