export { createDoctor } from "./doctor.js";
export type { DoctorParts, ListenerFacts, SchemaFacts } from "./parts.js";
