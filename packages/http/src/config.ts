// What the configuration is made of, and no more: a start reads it before the rest is loaded.
export { AddressList } from "./addresses.js";
export { admissionClasses } from "./admission.js";
