export { mayCall } from "./allowed.js";
export { type WakeOutcome, wakeByPort } from "./port.js";
export { Waits } from "./waits.js";
export { Waker, type WakerDeps } from "./waker.js";
